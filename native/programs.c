/* The programs that run: their start, their pipes, their ends and deadlines. */
#define _GNU_SOURCE
#include "server.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

static void wake_by(const struct job *job) {
  if (job->run->wake_at < server.next_wake) server.next_wake = job->run->wake_at;
}

struct job *program_find(uint32_t id) {
  for (size_t index = 0; index < server.job_count; index++)
    if (server.jobs[index]->id == id) return server.jobs[index];
  return NULL;
}

static bool is_shortage(int error) {
  return error == EMFILE || error == ENFILE || error == EAGAIN;
}

/* Two programs on the same task, the first of them without a client, would undo each other's work. */
static struct job *start(const struct request *request, int *error) {
  if (left_is_task(left_task(request->task))) {
    *error = EBUSY;
    answer_failed(&server.out, request->id, EBUSY, "task", request->path);
    return NULL;
  }
  if (server.job_count < JOB_LIMIT) return job_start(request, &server.out, error);
  *error = EAGAIN;
  return NULL;
}

/* False, and no answer, if there is no room for it while others run. */
static bool add_job(const struct request *request) {
  size_t before = server.out.size;
  int error = 0;
  struct job *job = start(request, &error);
  if (job == NULL) {
    if (is_shortage(error) && server.job_count > 0) {
      server.out.size = before;
      return false;
    }
    if (server.out.size == before) state_fail("no memory for an answer");
    return true;
  }
  server.jobs[server.job_count++] = job;
  wake_by(job);
  if (!server.input_open) left_mark_task(job->run->task);
  if (!job_watch_input(job, server.epoll)) state_fail("cannot watch a program");
  return true;
}

/* A namespace call runs this program in its one-shot form, so changes to the process end with it. */
static bool add_call(struct request *request) {
  static const char *const verbs[] = {"create", "remove", "inspect", "lo-up"};
  char flags[16];
  snprintf(flags, sizeof flags, "%u", (unsigned)request->flags);
  const char *arguments[] = {"cni-helper", "call",        verbs[request->type - REQUEST_NETNS_CREATE],
                             flags,        request->path, request->detail,
                             NULL};
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

bool program_add(struct request *request) {
  return request->type == REQUEST_SPAWN ? add_job(request) : add_call(request);
}

void program_end(struct job *job, enum ended reason, int64_t now) {
  job_end(job, reason, now);
  wake_by(job);
}

void programs_end(int64_t now) {
  for (size_t index = 0; index < server.job_count; index++) program_end(server.jobs[index], ENDED_CANCELLED, now);
}

void program_ready(struct watch *watch, uint32_t events, int64_t now) {
  job_ready(watch->job, watch, events, now);
  wake_by(watch->job);
}

void programs_limit(int64_t due) {
  for (size_t index = 0; index < server.job_count; index++) {
    struct job *job = server.jobs[index];
    if (!job->run->ending && job->run->wake_at == INT64_MAX) job->run->wake_at = due;
    left_mark_task(job->run->task);
    wake_by(job);
  }
}

static struct job *find_pid(pid_t pid) {
  for (size_t index = 0; index < server.job_count; index++)
    if (server.jobs[index]->run->pid == pid) return server.jobs[index];
  return NULL;
}

static bool is_group_needed(void) {
  for (size_t index = 0; index < server.job_count; index++)
    if (server.jobs[index]->run->pid != 0 && job_needs_group(server.jobs[index])) return true;
  return false;
}

static void finish(struct job *job, int status) {
  if (!job_finish(job, status, &server.out)) state_fail("no memory for an answer");
}

/* Reaps one program, possibly one that was given up. False if none has ended. */
static bool reap_one(int64_t now) {
  int status = 0;
  pid_t pid = waitpid(-1, &status, WNOHANG);
  struct job *job = pid > 0 ? find_pid(pid) : NULL;
  if (pid > 0 && keeper_ended(pid)) return true;
  if (job == NULL) return pid > 0;
  job->run->pid = 0;
  job_exited(job, now);
  finish(job, status);
  return true;
}

/* The same, but the program stays a zombie until its end has been handled. */
static bool reap_one_with_group(int64_t now) {
  int status = 0;
  siginfo_t info = {0};
  if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) return false;
  struct job *job = find_pid(info.si_pid);
  if (job != NULL) job_exited(job, now);
  while (waitpid(info.si_pid, &status, 0) < 0 && errno == EINTR) continue;
  keeper_ended(info.si_pid);
  if (job != NULL) finish(job, status);
  return true;
}

/* However many have ended, at most one signal is pending. */
void programs_reap(int64_t now) {
  struct signalfd_siginfo signal;
  if (read(server.signals, &signal, sizeof signal) < 0) return;
  while (is_group_needed() ? reap_one_with_group(now) : reap_one(now)) continue;
}

/* Jobs are freed at the end of a turn: its events may still point to them. */
void programs_free(void) {
  size_t kept = 0, watched = 0;
  for (size_t index = 0; index < server.job_count; index++) {
    struct job *job = server.jobs[index];
    if (job->run->pid == 0) job_free(job);
    else {
      server.jobs[kept++] = job;
      if (index < server.watched_count) watched++;
    }
  }
  server.job_count = kept;
  server.watched_count = watched;
}

/* Most programs end soon and print little. Their output is read at their end, so they do not wake the loop. The
   others are watched after a moment. */
void programs_watch(int64_t now) {
  while (programs_watch_at() <= now)
    if (!job_watch_output(server.jobs[server.watched_count++], server.epoll)) state_fail("cannot watch a program");
}

int64_t programs_watch_at(void) {
  return server.watched_count < server.job_count ? server.jobs[server.watched_count]->watch_at : INT64_MAX;
}

/* The kernel cannot end every program immediately: it may hang in a system call, or be held by a tracer. It runs none of its
   own code any more, so it counts as ended. It is reaped when it does end. */
static void give_up(struct job *job, int64_t now) {
  int status = 0;
  job_exited(job, now);
  if (waitpid(job->run->pid, &status, WNOHANG) == 0) job->left = job->run->pid;
  finish(job, status);
}

void programs_wake(int64_t now) {
  for (size_t index = 0; index < server.job_count; index++) {
    struct job *job = server.jobs[index];
    if (job->run->pid == 0) continue;
    if (job->run->wake_at <= now && !job_wake(job, now)) give_up(job, now);
    else wake_by(job);
  }
}
