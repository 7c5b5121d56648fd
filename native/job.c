/* One running program: its pipes, its deadline, its end. */
#define _GNU_SOURCE
#include "cni-helper.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READ_BYTES = 64 << 10, WATCH_AFTER_MS = 20 };

/* -1: closed. */
static int descriptor_of(const struct watch *watch) {
  return watch->job->run->descriptors[watch->index];
}

/* A child that is about to execute may hold a copy of the descriptor for a moment longer, which would keep
   it registered: closing is not enough to stop its events. */
static void close_watch(struct watch *watch) {
  if (descriptor_of(watch) < 0) return;
  if (watch->epoll >= 0) epoll_ctl(watch->epoll, EPOLL_CTL_DEL, descriptor_of(watch), NULL);
  run_close(watch->job->run, watch->index);
}

void job_free(struct job *job) {
  close_watch(&job->input);
  close_watch(&job->output);
  close_watch(&job->errors);
  bytes_free(&job->input_rest);
  bytes_free(&job->output_bytes);
  bytes_free(&job->error_bytes);
  run_free(job->run);
  free(job->path);
  free(job);
}

static struct job *job_new(const struct request *request) {
  struct job *job = calloc(1, sizeof *job);
  if (job == NULL) return NULL;
  job->path = strdup(request->path);
  job->run = job->path == NULL ? NULL : run_new();
  if (job->run == NULL) {
    free(job->path);
    free(job);
    return NULL;
  }
  job->id = request->id;
  job->kind = request->type == REQUEST_SPAWN ? JOB_PLUGIN : JOB_CALL;
  job->run->grace_ms = request->grace_ms;
  job->run->task = left_task(request->task);
  job->input = (struct watch){job, RUN_INPUT, -1};
  job->output = (struct watch){job, RUN_OUTPUT, -1};
  job->errors = (struct watch){job, RUN_ERRORS, -1};
  return job;
}

/* The program's end goes to `*theirs`, ours to `watch`. Only the end for writing needs to be non-blocking:
   reads happen when there is something to read. */
static bool open_output(struct watch *watch, int *theirs) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
  watch->job->run->descriptors[watch->index] = ends[0];
  *theirs = ends[1];
  return true;
}

/* What fits into an empty pipe is written immediately; only more than that could block. */
static bool open_input(struct job *job, size_t size, int *theirs) {
  if (size == 0) return (*theirs = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0;
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
  *theirs = ends[0];
  job->run->descriptors[RUN_INPUT] = ends[1];
  return size <= PIPE_BUF || fcntl(ends[1], F_SETFL, O_WRONLY | O_NONBLOCK) == 0;
}

static bool open_pipes(struct job *job, size_t input_size, int theirs[3]) {
  return open_input(job, input_size, &theirs[0]) && open_output(&job->output, &theirs[1]) &&
         open_output(&job->errors, &theirs[2]);
}

/* Writes what fits; closes the pipe when all is written or nobody reads. */
static size_t send_input(struct job *job, const unsigned char *data, size_t size) {
  size_t sent = 0;
  while (sent < size) {
    ssize_t count = write(descriptor_of(&job->input), data + sent, size - sent);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return sent;
    if (count < 0) break;
    sent += (size_t)count;
  }
  close_watch(&job->input);
  return size;
}

static bool watch_for(int epoll, struct watch *watch, uint32_t events) {
  if (descriptor_of(watch) < 0 || watch->epoll >= 0) return true;
  struct epoll_event event = {.events = events, .data.ptr = watch};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor_of(watch), &event) != 0) return false;
  watch->epoll = epoll;
  return true;
}

bool job_watch_input(struct job *job, int epoll) {
  return watch_for(epoll, &job->input, EPOLLOUT);
}

bool job_watch_output(struct job *job, int epoll) {
  return watch_for(epoll, &job->output, EPOLLIN) &&
         watch_for(epoll, &job->errors, EPOLLIN);
}

static void close_theirs(const int theirs[3]) {
  for (int index = 0; index < 3; index++)
    if (theirs[index] >= 0) close(theirs[index]);
}

/* The job's pipes are created and filled before its program starts; the rest of the input is kept. */
static bool prepare(struct job *job, const struct request *request, struct program *program) {
  program->step = "pipe";
  program->fault_path = request->path;
  if (!open_pipes(job, request->input_size, program->descriptors)) return false;
  if (request->input_size > 0) {
    program->step = "memory";
    size_t sent = send_input(job, request->input, request->input_size);
    errno = ENOMEM;
    if (!bytes_append(&job->input_rest, request->input + sent, request->input_size - sent)) return false;
  }
  return true;
}

static pid_t launch(struct job *job, const struct request *request, struct program *program) {
  if (!prepare(job, request, program)) {
    program->error = errno;
    close_theirs(program->descriptors);
    return -1;
  }
  pid_t pid = spawn_program(program);
  close_theirs(program->descriptors);
  return pid;
}

struct job *job_start(const struct request *request, struct bytes *out, int *error) {
  struct job *job = job_new(request);
  if (job == NULL) {
    *error = ENOMEM;
    answer_failed(out, request->id, ENOMEM, "memory", request->path);
    return NULL;
  }
  struct program program = {.path = request->path,
                            .cwd = request->cwd,
                            .netns = request->netns,
                            .argv = request->argv,
                            .envp = request->envp,
                            .descriptors = {-1, -1, -1},
                            .finishes = request->finishes,
                            .pid = &job->run->pid};
  bool limited = request->deadline_ms != (uint32_t)NO_DEADLINE_MS;
  int64_t now = now_ms();
  job->run->wake_at = limited ? now + request->deadline_ms : INT64_MAX;
  if (launch(job, request, &program) < 0) {
    *error = program.error;
    answer_failed(out, request->id, program.error, program.step, program.fault_path);
    job_free(job);
    return NULL;
  }
  job->drops_output = request->drops_output;
  job->watch_at = now + WATCH_AFTER_MS;
  return job;
}

/* Answers to a call name its path. */
void job_rename(struct job *job, const char *path) {
  char *copy = strdup(path);
  if (copy == NULL) return;
  free(job->path);
  job->path = copy;
}

void job_end(struct job *job, enum ended reason, int64_t now) {
  struct run *run = job->run;
  if (run->ending || run->pid == 0) return;
  job->ended = reason;
  if (reason != ENDED_OUTPUT_LIMIT) run_end(run, now);
  else {
    run->ending = true;
    run_kill(run, now);
  }
}

bool job_wake(struct job *job, int64_t now) {
  if (!job->run->ending) job->ended = ENDED_DEADLINE;
  return run_wake(job->run, now);
}

static void keep_errors(struct job *job, const unsigned char *data, size_t size) {
  struct bytes *bytes = &job->error_bytes;
  if (!bytes_append(bytes, data, size)) return;
  if (bytes->size > 2 * STDERR_TAIL) bytes_drop_front(bytes, bytes->size - STDERR_TAIL);
}

/* Without memory, the run ends as if it had printed too much: a truncated result must not pass for a whole one. */
static void keep_output(struct job *job, const unsigned char *data, size_t size, int64_t now) {
  bool fits = job->output_bytes.size + size <= STDOUT_LIMIT && bytes_append(&job->output_bytes, data, size);
  if (fits || job->drops_output) return;
  job_end(job, ENDED_OUTPUT_LIMIT, now);
  if (job->run->pid == 0) job->ended = ENDED_OUTPUT_LIMIT;
  else if (job->ended != ENDED_OUTPUT_LIMIT) run_kill(job->run, now);
  close_watch(&job->output);
}

/* The number of bytes that were read; 0 at the end of the pipe, which is then closed. */
static size_t read_some(struct job *job, struct watch *watch, size_t limit, int64_t now) {
  static unsigned char chunk[READ_BYTES];
  ssize_t count;
  do count = read(descriptor_of(watch), chunk, limit < sizeof chunk ? limit : sizeof chunk);
  while (count < 0 && errno == EINTR);
  if (count <= 0) {
    close_watch(watch);
    return 0;
  }
  if (watch == &job->errors) keep_errors(job, chunk, (size_t)count);
  else keep_output(job, chunk, (size_t)count, now);
  return (size_t)count;
}

static void send_rest(struct job *job) {
  size_t left = job->input_rest.size - job->input_sent;
  job->input_sent += send_input(job, job->input_rest.data + job->input_sent, left);
  if (descriptor_of(&job->input) < 0) bytes_free(&job->input_rest);
}

void job_ready(struct job *job, struct watch *watch, uint32_t events, int64_t now) {
  if (descriptor_of(watch) < 0) return;
  if (watch == &job->input) send_rest(job);
  else if ((events & EPOLLIN) != 0) read_some(job, watch, READ_BYTES, now);
  else close_watch(watch);
}

/* Reads only what is in the pipe now: a grandchild may hold the other end forever. A read that yields
   less than it may has emptied the pipe. */
static void drain(struct job *job, struct watch *watch, int64_t now) {
  int waiting = 0;
  if (read_some(job, watch, READ_BYTES, now) < READ_BYTES || descriptor_of(watch) < 0) return;
  if (ioctl(descriptor_of(watch), FIONREAD, &waiting) != 0) return;
  while (waiting > 0 && descriptor_of(watch) >= 0) waiting -= (int)read_some(job, watch, (size_t)waiting, now);
}

bool job_needs_group(const struct job *job) {
  return job->run->ending || job->output_bytes.size > STDOUT_LIMIT / 2;
}

/* A run that was told to end leaves no processes behind; the children of one that ended by itself are left alone. */
void job_exited(struct job *job, int64_t now) {
  struct pollfd ends[] = {{descriptor_of(&job->output), POLLIN, 0}, {descriptor_of(&job->errors), POLLIN, 0}};
  if (job->run->ending) kill(-job->run->pid, SIGKILL);
  poll(ends, 2, 0);
  if ((ends[0].revents & POLLIN) != 0) drain(job, &job->output, now);
  if ((ends[1].revents & POLLIN) != 0) drain(job, &job->errors, now);
  close_watch(&job->output);
  close_watch(&job->errors);
  close_watch(&job->input);
}

static bool answer_call(const struct job *job, struct bytes *out) {
  struct netns_reply reply;
  bool complete = job->output_bytes.size == sizeof reply;
  if (complete) memcpy(&reply, job->output_bytes.data, sizeof reply);
  if (!complete || (job->run->ending && reply.error == EINTR)) {
    int error = job->ended == ENDED_DEADLINE ? ETIMEDOUT : job->ended == ENDED_CANCELLED ? ECANCELED : EIO;
    return answer_failed(out, job->id, error, "call", job->path);
  }
  reply.step[sizeof reply.step - 1] = 0;
  if (reply.error != 0) return answer_failed(out, job->id, reply.error, reply.step, job->path);
  return answer_netns(out, job->id, &reply);
}

static bool answer_plugin(const struct job *job, int status, struct bytes *out) {
  const struct bytes *output = &job->output_bytes, *errors = &job->error_bytes;
  bool cut = job->ended == ENDED_OUTPUT_LIMIT && output->size > STDOUT_KEPT_AFTER_LIMIT;
  size_t tail = errors->size > STDERR_TAIL ? STDERR_TAIL : errors->size;
  struct outcome outcome = {.ended = job->ended,
                            .status = status,
                            .left = job->left,
                            .output = output->data,
                            .output_size = cut ? STDOUT_KEPT_AFTER_LIMIT : output->size,
                            .errors = tail > 0 ? errors->data + (errors->size - tail) : NULL,
                            .errors_size = tail};
  return answer_ended(out, job->id, &outcome);
}

bool job_finish(struct job *job, int status, struct bytes *out) {
  job->run->pid = 0;
  return job->kind == JOB_CALL ? answer_call(job, out) : answer_plugin(job, status, out);
}
