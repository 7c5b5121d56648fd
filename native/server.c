/* The event loop: requests from standard input, pipes of the running programs, their ends and deadlines. */
#define _GNU_SOURCE
#include "cni-helper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS_AT_ONCE = 64, REQUESTS_AT_ONCE = 16, READ_AT_ONCE = 256 << 10, FLUSH_MS = 10000, WATCH_AFTER_MS = 2 };

static struct {
  int epoll;
  int signals;
  struct bytes in;
  size_t in_used;  /* how much of `in` has been dealt with */
  size_t in_wanted; /* how much of it the first frame needs */
  struct bytes out;
  size_t out_sent;
  struct job *jobs[JOB_LIMIT];
  size_t job_count;
  size_t watched_count; /* the first jobs are watched, those after them are not yet */
  int64_t watch_at;     /* when the others will be */
  int64_t next_wake;    /* no job's deadline is earlier */
  int64_t flush_until; /* set at the end of input */
  bool input_open;
  bool input_polled; /* false: a plain file, which is always ready */
  bool output_open;
  bool output_polled;
  bool more_requests;
  int exit_code;
  int64_t orphan_ms; /* what a program without a deadline gets at the end of input */
} server;

int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void wake_by(const struct job *job) {
  if (job->wake_at < server.next_wake) server.next_wake = job->wake_at;
}

/* A program without a deadline gets one once there is nobody left who could cancel it. */
static void close_input(int64_t now) {
  if (!server.input_open) return;
  server.input_open = false;
  server.more_requests = false;
  if (server.input_polled) epoll_ctl(server.epoll, EPOLL_CTL_DEL, STDIN_FILENO, NULL);
  bytes_free(&server.in);
  server.in_used = 0;
  server.flush_until = now + FLUSH_MS;
  for (size_t index = 0; index < server.job_count; index++) {
    struct job *job = server.jobs[index];
    if (!job->ending && job->wake_at == INT64_MAX) job->wake_at = now + server.orphan_ms;
    wake_by(job);
  }
  for (struct waiting *waiting = queue_first(); waiting != NULL; waiting = waiting->next) {
    if (waiting->due == INT64_MAX) waiting->due = now + server.orphan_ms;
    if (waiting->due < server.next_wake) server.next_wake = waiting->due;
  }
}

static void complain(const char *what) {
  fprintf(stderr, "cni-helper: %s\n", what);
  server.exit_code = EXIT_MALFORMED;
}

static void give_up(struct waiting *waiting, enum ended reason);

/* Ends the server in good order: no more requests, every program is told to end. */
static void fail(const char *what, int64_t now) {
  complain(what);
  while (queue_first() != NULL) give_up(queue_first(), ENDED_CANCELLED);
  close_input(now);
  for (size_t index = 0; index < server.job_count; index++) {
    job_end(server.jobs[index], ENDED_CANCELLED, now);
    wake_by(server.jobs[index]);
  }
}

static struct job *find_job(uint32_t id) {
  for (size_t index = 0; index < server.job_count; index++)
    if (server.jobs[index]->id == id) return server.jobs[index];
  return NULL;
}

static bool is_shortage(int error) {
  return error == EMFILE || error == ENFILE || error == EAGAIN;
}

static struct job *start(const struct request *request, int *error) {
  if (server.job_count < JOB_LIMIT) return job_start(request, &server.out, error);
  *error = EAGAIN;
  return NULL;
}

/* False, and no answer, where there is no room for it as long as others run. */
static bool add_job(const struct request *request) {
  size_t before = server.out.size;
  int error = 0;
  struct job *job = start(request, &error);
  if (job == NULL) {
    if (is_shortage(error) && server.job_count > 0) {
      server.out.size = before;
      return false;
    }
    if (server.out.size == before) fail("no memory for an answer", now_ms());
    return true;
  }
  if (server.watched_count == server.job_count) server.watch_at = now_ms() + WATCH_AFTER_MS;
  server.jobs[server.job_count++] = job;
  wake_by(job);
  return true;
}

/* A namespace call is this program run in its one-shot form: what it does to itself ends with it. */
static bool add_call(struct request *request) {
  static const char *const verbs[] = {"create", "remove", "inspect", "lo-up"};
  char flags[16];
  snprintf(flags, sizeof flags, "%u", (unsigned)request->flags);
  const char *arguments[] = {"cni-helper", "call",        verbs[request->type - REQUEST_NETNS_CREATE],
                             flags,        request->path, NULL};
  char *environment[] = {NULL};
  const char *path = request->path;
  request->argv = (char **)(uintptr_t)arguments;
  request->envp = environment;
  request->path = "/proc/self/exe";
  size_t before = server.job_count;
  if (!add_job(request)) return false;
  if (server.job_count > before) job_rename(server.jobs[before], path);
  return true;
}

static bool add_program(struct request *request) {
  return request->type == REQUEST_SPAWN ? add_job(request) : add_call(request);
}

/* Nothing overtakes what waits already. */
static void add_or_wait(struct request *request, const unsigned char *frame, size_t size, int64_t now) {
  bool limited = request->deadline_ms != (uint32_t)NO_DEADLINE_MS;
  int64_t due = limited ? now + request->deadline_ms : INT64_MAX;
  uint32_t id = request->id;
  const char *path = request->path;
  if (queue_first() == NULL && add_program(request)) return;
  if (queue_add(frame, size, id, due)) {
    if (due < server.next_wake) server.next_wake = due;
  } else if (!answer_failed(&server.out, id, EAGAIN, "limit", path)) fail("no memory for an answer", now);
}

/* The answer is that of a program which ended at once when it was told to. */
static void give_up(struct waiting *waiting, enum ended reason) {
  struct request request;
  struct outcome outcome = {.ended = reason, .status = SIGTERM};
  const char *why;
  size_t size;
  int error = reason == ENDED_DEADLINE ? ETIMEDOUT : ECANCELED;
  frame_parse(waiting->frame, waiting->size, &size, &request, &why);
  bool answered = request.type == REQUEST_SPAWN ? answer_ended(&server.out, waiting->id, &outcome)
                                                : answer_failed(&server.out, waiting->id, error, "call", request.path);
  if (!answered) complain("no memory for an answer");
  queue_remove(waiting);
}

/* Whatever has ended may have made room. */
static void start_waiting(int64_t now) {
  for (struct waiting *waiting = queue_first(); waiting != NULL; waiting = queue_first()) {
    struct request request;
    const char *why;
    size_t size;
    frame_parse(waiting->frame, waiting->size, &size, &request, &why);
    if (waiting->due != INT64_MAX) request.deadline_ms = waiting->due > now ? (uint32_t)(waiting->due - now) : 0;
    if (!add_program(&request)) return;
    /* A failure of the server has given up everything that waited. */
    if (waiting == queue_first()) queue_remove(waiting);
  }
}

static void wake_waiting(int64_t now) {
  for (struct waiting *waiting = queue_first(), *next; waiting != NULL; waiting = next) {
    next = waiting->next;
    if (waiting->due <= now) give_up(waiting, ENDED_DEADLINE);
    else if (waiting->due < server.next_wake) server.next_wake = waiting->due;
  }
}

static bool answer_lock(const struct request *request) {
  struct lock_reply reply;
  enum lock_state state = lock_take(request->path, &reply);
  if (state == LOCK_ACQUIRED) return answer_acquired(&server.out, request->id, reply.id);
  if (state == LOCK_BUSY) return answer_empty(&server.out, request->id, ANSWER_BUSY);
  return answer_failed(&server.out, request->id, reply.error, reply.step, request->path);
}

static bool answer_unlock(const struct request *request) {
  if (lock_release(request->lock)) return answer_empty(&server.out, request->id, ANSWER_UNLOCKED);
  return answer_failed(&server.out, request->id, ENOENT, "unlock", request->path);
}

/* Locks are quick, so they are dealt with here. */
static void handle_lock(const struct request *request, int64_t now) {
  bool answered = request->type == REQUEST_LOCK ? answer_lock(request) : answer_unlock(request);
  if (!answered) fail("no memory for an answer", now);
}

static void cancel(struct job *job, struct waiting *waiting, int64_t now) {
  if (waiting != NULL) give_up(waiting, ENDED_CANCELLED);
  if (job == NULL) return;
  job_end(job, ENDED_CANCELLED, now);
  wake_by(job);
}

static void handle_request(struct request *request, const unsigned char *frame, size_t size, int64_t now) {
  struct job *job = find_job(request->id);
  struct waiting *waiting = queue_find(request->id);
  if (request->type == REQUEST_CANCEL) cancel(job, waiting, now);
  else if (job != NULL || waiting != NULL) fail("malformed frame: an id that is in use", now);
  else if (request->type == REQUEST_LOCK || request->type == REQUEST_UNLOCK) handle_lock(request, now);
  else add_or_wait(request, frame, size, now);
}

/* A few requests at a time, so that a long queue does not keep running programs waiting. */
static void handle_requests(int64_t now) {
  server.more_requests = false;
  for (int count = 0; server.input_open; count++) {
    struct request request;
    const char *why = NULL;
    size_t size;
    size_t available = server.in.size - server.in_used;
    const unsigned char *data = server.in.data == NULL ? NULL : server.in.data + server.in_used;
    enum frame_state state = frame_parse(data, available, &size, &request, &why);
    server.in_wanted = size;
    if (state == FRAME_INCOMPLETE) return;
    if (count == REQUESTS_AT_ONCE) {
      server.more_requests = true;
      return;
    }
    if (state == FRAME_MALFORMED) {
      char message[160];
      snprintf(message, sizeof message, "malformed frame: %s", why);
      fail(message, now);
      return;
    }
    server.in_used += size;
    handle_request(&request, data, size, now);
  }
}

/* A client that dies while it writes a frame has the same rights as one that dies between two: what runs for it
   goes on. */
static void end_of_input(int64_t now) {
  if (server.in.size > server.in_used) complain("malformed frame: cut off by the end of input");
  close_input(now);
}

static void read_input(int64_t now) {
  bytes_drop_front(&server.in, server.in_used);
  server.in_used = 0;
  if (server.in.size == 0 && server.in.capacity > 2 * READ_AT_ONCE) bytes_free(&server.in);
  size_t room = READ_AT_ONCE;
  if (server.in_wanted > server.in.size + room) room = server.in_wanted - server.in.size;
  if (!bytes_reserve(&server.in, room)) {
    fail("no memory for a frame", now);
    return;
  }
  ssize_t count = read(STDIN_FILENO, server.in.data + server.in.size, room);
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (count <= 0) {
    end_of_input(now);
    return;
  }
  server.in.size += (size_t)count;
}

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

/* The answers of one turn of the loop leave together. Where nobody takes them the programs are still looked after. */
static void flush_output(void) {
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

static void finish(struct job *job, int64_t now) {
  int status = 0;
  job_exited(job, now);
  while (waitpid(job->pid, &status, 0) < 0 && errno == EINTR) continue;
  if (!job_finish(job, status, &server.out)) fail("no memory for an answer", now);
}

static struct job *find_pid(pid_t pid) {
  for (size_t index = 0; index < server.job_count; index++)
    if (server.jobs[index]->pid == pid) return server.jobs[index];
  return NULL;
}

static void reap(int64_t now) {
  struct signalfd_siginfo ignored[8];
  while (read(server.signals, ignored, sizeof ignored) > 0) continue;
  for (;;) {
    siginfo_t info = {0};
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) return;
    struct job *job = find_pid(info.si_pid);
    if (job == NULL) waitpid(info.si_pid, NULL, 0);
    else finish(job, now);
  }
}

/* Jobs are freed at the end of a turn: its events may still point to them. */
static void free_finished(void) {
  size_t kept = 0, watched = 0;
  for (size_t index = 0; index < server.job_count; index++) {
    struct job *job = server.jobs[index];
    if (job->pid == 0) job_free(job);
    else {
      server.jobs[kept++] = job;
      if (index < server.watched_count) watched++;
    }
  }
  server.job_count = kept;
  server.watched_count = watched;
}

/* The locks of a client that is gone protect what still runs for it, and nothing after that. */
static void release_locks(void) {
  if (!server.input_open && server.job_count == 0) lock_release_all();
}

/* Most programs end soon and print little: what they leave in their pipes is read at their end, and the loop
   is not woken for every one of those. The others are watched after a moment. */
static void watch_jobs(int64_t now) {
  if (server.watched_count == server.job_count || now < server.watch_at) return;
  for (; server.watched_count < server.job_count; server.watched_count++)
    if (!job_watch(server.jobs[server.watched_count], server.epoll)) fail("cannot watch a program", now);
}

static void wake_jobs(int64_t now) {
  if (now < server.next_wake) return;
  server.next_wake = INT64_MAX;
  for (size_t index = 0; index < server.job_count; index++) {
    struct job *job = server.jobs[index];
    if (job->pid != 0 && job->wake_at <= now) job_wake(job, now);
    wake_by(job);
  }
  wake_waiting(now);
}

static int timeout(int64_t now) {
  if (server.more_requests || (server.input_open && !server.input_polled)) return 0;
  int64_t until = server.next_wake;
  if (server.watched_count < server.job_count && server.watch_at < until) until = server.watch_at;
  if (!server.input_open && server.job_count == 0) until = server.flush_until;
  if (until == INT64_MAX) return -1;
  if (until <= now) return 0;
  return until - now > 60000 ? 60000 : (int)(until - now);
}

static bool is_done(int64_t now) {
  if (server.input_open || server.job_count > 0) return false;
  return !server.output_open || server.out.size == 0 || now >= server.flush_until;
}

/* One turn. Ends of programs come after their pipes and before new requests. */
static void turn(void) {
  struct epoll_event events[EVENTS_AT_ONCE];
  int count = epoll_wait(server.epoll, events, EVENTS_AT_ONCE, timeout(now_ms()));
  int64_t now = now_ms();
  bool signalled = false, readable = server.input_open && !server.input_polled;
  for (int index = 0; index < count; index++) {
    void *source = events[index].data.ptr;
    if (source == &server.signals) signalled = true;
    else if (source == &server.in) readable = true;
    else if (source != &server.output_polled) {
      struct watch *watch = source;
      job_ready(watch->job, watch, events[index].events, now);
    }
  }
  if (signalled) reap(now);
  if (readable && server.input_open && !server.more_requests) read_input(now);
  if (server.input_open) handle_requests(now);
  wake_jobs(now_ms());
  free_finished();
  start_waiting(now);
  flush_output();
  release_locks();
  watch_jobs(now);
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
  if (chdir("/") != 0) return false;
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
  flush_output();
  while (!is_done(now_ms())) turn();
  lock_release_all();
  bytes_free(&server.in);
  bytes_free(&server.out);
  close(server.epoll);
  close(server.signals);
  return server.exit_code;
}
