/* Output: writes the answers as fast as they are read. */
#define _GNU_SOURCE
#include "server.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

static void drop_output(void) {
  server.output_open = false;
  bytes_free(&server.out);
  server.out_sent = 0;
  if (server.output_polled) epoll_ctl(server.epoll, EPOLL_CTL_DEL, STDOUT_FILENO, NULL);
  server.output_polled = false;
}

static void poll_output(bool wanted) {
  if (wanted == server.output_polled) return;
  struct epoll_event event = {.events = EPOLLOUT, .data.ptr = &server.output_polled};
  epoll_ctl(server.epoll, wanted ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, STDOUT_FILENO, &event);
  server.output_polled = wanted;
}

/* The answers of one turn of the loop are sent together. If nobody reads them, the programs are still supervised. */
void output_flush(void) {
  if (!server.output_open) bytes_free(&server.out);
  while (server.out_sent < server.out.size) {
    ssize_t count = write(STDOUT_FILENO, server.out.data + server.out_sent, server.out.size - server.out_sent);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) {
      poll_output(true);
      return;
    }
    if (count < 0) {
      drop_output();
      return;
    }
    server.out_sent += (size_t)count;
  }
  poll_output(false);
  server.out_sent = 0;
  if (server.out.capacity > READ_AT_ONCE) bytes_free(&server.out);
  server.out.size = 0;
}
