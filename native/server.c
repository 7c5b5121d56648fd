/* The event loop: requests from standard input, pipes of the running programs, their ends and deadlines. */
#define _GNU_SOURCE
#include "server.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { EVENTS_AT_ONCE = 64, FLUSH_MS = 10000 };

/* A program without a deadline gets one when nobody is left to cancel it. */
static void close_input(int64_t now) {
  if (!server.input_open) return;
  server.input_open = false;
  server.more_requests = false;
  if (server.input_polled) epoll_ctl(server.epoll, EPOLL_CTL_DEL, STDIN_FILENO, NULL);
  bytes_free(&server.in);
  server.in_used = 0;
  server.flush_until = now + FLUSH_MS;
  lock_mark_all();
  programs_limit(now + server.orphan_ms);
  waiting_limit(now + server.orphan_ms);
}

/* Handles what the other parts have noted. */
static void settle(int64_t now) {
  bool failed = server.failed;
  server.failed = false;
  if (failed) waiting_give_up_all();
  if (failed || server.input_ended) close_input(now);
  server.input_ended = false;
  if (failed) programs_end(now);
}

/* The locks of a client that is gone last until the programs that still run for it have ended. */
static void release_locks(void) {
  if (!server.input_open && server.job_count == 0) lock_release_all();
}

static int timeout(int64_t now) {
  if (server.more_requests || (server.input_open && !server.input_polled)) return 0;
  int64_t until = server.next_wake;
  if (programs_watch_at() < until) until = programs_watch_at();
  if (!server.input_open && server.job_count == 0) until = server.flush_until;
  if (until == INT64_MAX) return -1;
  if (until <= now) return 0;
  return until - now > 60000 ? 60000 : (int)(until - now);
}

static bool is_done(int64_t now) {
  if (server.input_open || server.job_count > 0) return false;
  return !server.output_open || server.out.size == 0 || now >= server.flush_until;
}

static void wake(int64_t now) {
  if (now < server.next_wake) return;
  server.next_wake = INT64_MAX;
  programs_wake(now);
  waiting_wake(now);
}

/* One turn. Ends of programs come after their pipes and before new requests. */
static void turn(void) {
  keeper_ensure(server.orphan_ms);
  struct epoll_event events[EVENTS_AT_ONCE];
  int count = epoll_wait(server.epoll, events, EVENTS_AT_ONCE, timeout(now_ms()));
  int64_t now = now_ms();
  bool signalled = false, readable = server.input_open && !server.input_polled;
  for (int index = 0; index < count; index++) {
    void *source = events[index].data.ptr;
    if (source == &server.signals) signalled = true;
    else if (source == &server.in) readable = true;
    else if (source != &server.output_polled) program_ready(source, events[index].events, now);
  }
  if (signalled) programs_reap(now);
  if (readable && state_is_open() && !server.more_requests) requests_read();
  requests_handle(now);
  settle(now);
  wake(now_ms());
  programs_free();
  waiting_start(now);
  programs_watch(now);
  settle(now);
  output_flush();
  release_locks();
}

static bool watch_descriptor(int descriptor, void *source) {
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = source};
  return epoll_ctl(server.epoll, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

/* Signals are blocked, not ignored: a program that is started gets an empty mask and needs no other repair.
   Dispositions that were inherited as ignored would reach the programs, so they are put back first. */
static bool block_signals(void) {
  for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
  sigset_t all, child;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  server.signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
  return server.signals >= 0 && watch_descriptor(server.signals, &server.signals);
}

static bool set_up(void) {
  prctl(PR_SET_NAME, "cni-helper");
  if (chdir("/") != 0 || !runs_open()) return false;
  look_prepare();
  left_open();
  server.epoll = epoll_create1(EPOLL_CLOEXEC);
  if (server.epoll < 0 || !block_signals()) return false;
  fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);
  fcntl(STDOUT_FILENO, F_SETFL, fcntl(STDOUT_FILENO, F_GETFL) | O_NONBLOCK);
  server.input_polled = watch_descriptor(STDIN_FILENO, &server.in);
  server.input_open = true;
  server.output_open = true;
  server.next_wake = INT64_MAX;
  return answer_hello(&server.out);
}

int serve(int64_t orphan_ms) {
  server.orphan_ms = orphan_ms;
  if (!set_up()) {
    perror("cni-helper: cannot start the server");
    return 1;
  }
  output_flush();
  while (!is_done(now_ms())) turn();
  keeper_stop();
  lock_release_all();
  bytes_free(&server.in);
  bytes_free(&server.out);
  close(server.epoll);
  close(server.signals);
  return server.exit_code;
}
