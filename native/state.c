/* The shared state of the server's parts. Events in one part that another must handle are noted here. */
#define _GNU_SOURCE
#include "server.h"

#include <stdio.h>
#include <time.h>

struct server server;

int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void state_complain(const char *what) {
  fprintf(stderr, "cni-helper: %s\n", what);
  server.exit_code = EXIT_MALFORMED;
}

void state_fail(const char *what) {
  state_complain(what);
  server.failed = true;
}

bool state_is_open(void) {
  return server.input_open && !server.input_ended && !server.failed;
}
