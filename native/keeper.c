/* The keeper: a process that waits for the server to be killed, and then ends the running programs. It has the server's
   descriptors, not copies of them, so that locks stay taken and pipes open until it ends as well. */
#define _GNU_SOURCE
#include "cni-helper.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TICK_US = 5000, LEFT_BEHIND_MS = 10000 };

/* The state found for a run. */
struct sight {
  bool leader;   /* the program itself */
  bool members;  /* others of its group */
  int64_t alone_since;
};

static pid_t keeper;
static struct sight sights[JOB_LIMIT];

static void keep(pid_t server, int64_t orphan_ms);

void keeper_ensure(int64_t orphan_ms) {
  if (keeper > 0) return;
  pid_t server = getpid();
  keeper = (pid_t)syscall(SYS_clone, (unsigned long)(CLONE_FILES | SIGCHLD), 0UL, 0UL, 0UL, 0UL);
  if (keeper == 0) keep(server, orphan_ms);
}

bool keeper_ended(pid_t pid) {
  if (pid != keeper) return false;
  keeper = 0;
  return true;
}

void keeper_stop(void) {
  if (keeper <= 0) return;
  kill(keeper, SIGKILL);
  waitpid(keeper, NULL, 0);
  keeper = 0;
}

/* The server has blocked all signals. */
static void until_ended(pid_t server) {
  sigset_t told;
  sigemptyset(&told);
  sigaddset(&told, SIGUSR1);
  prctl(PR_SET_PDEATHSIG, SIGUSR1);
  while (getppid() == server) sigwaitinfo(&told, NULL);
}

/* A client that notices the server's end, by its standard output, must find the locks free. */
static void give_locks_back(void) {
  for (size_t index = 0; index < LOCK_LIMIT; index++)
    if (runs->locks[index] != 0) close(runs->locks[index]);
}

static bool has_runs(void) {
  for (size_t index = 0; index < JOB_LIMIT; index++)
    if (runs->all[index].used && runs->all[index].pid != 0) return true;
  return false;
}

/* Marks the locks before the client learns of the end. */
static void take_over(int64_t now, int64_t orphan_ms) {
  for (size_t index = 0; index < LOCK_LIMIT; index++)
    if (runs->locks[index] != 0) left_mark_lock(runs->locks[index]);
  for (size_t index = 0; index < JOB_LIMIT; index++) {
    struct run *run = &runs->all[index];
    if (!run->used || run->pid == 0) continue;
    left_mark_task(run->task);
    run_close(run, RUN_INPUT);
    if (run->wake_at == INT64_MAX) run->wake_at = now + orphan_ms;
  }
  for (int descriptor = 0; descriptor < 3; descriptor++) close(descriptor);
}

static bool is_living(pid_t pid) {
  char path[32], text[512];
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  ssize_t size = read(descriptor, text, sizeof text - 1);
  close(descriptor);
  if (size <= 0) return false;
  text[size] = 0;
  const char *name_end = strrchr(text, ')');
  return name_end == NULL || (name_end[1] == ' ' && name_end[2] != 'Z' && name_end[2] != 'X');
}

/* The pid of an ended program may have been reused by a process in another session. */
static bool is_leader(const struct run *run, pid_t pid) {
  pid_t session = getsid(pid);
  return pid == run->pid && (session == getsid(0) || session == pid);
}

static void look_at(pid_t pid) {
  pid_t group = getpgid(pid);
  for (size_t index = 0; index < JOB_LIMIT; index++) {
    const struct run *run = &runs->all[index];
    if (!run->used || run->pid == 0) continue;
    if (is_leader(run, pid)) sights[index].leader = is_living(pid);
    else if (group == run->pid && !sights[index].members) sights[index].members = is_living(pid);
  }
}

/* Uses the process table, since the runs are not children of this process. Zombies may stay in it forever. */
static bool look(void) {
  DIR *table = opendir("/proc");
  if (table == NULL) return false;
  for (size_t index = 0; index < JOB_LIMIT; index++) sights[index].leader = sights[index].members = false;
  for (struct dirent *entry = readdir(table); entry != NULL; entry = readdir(table)) {
    pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
    if (pid > 0) look_at(pid);
  }
  closedir(table);
  return true;
}

static void drain(struct run *run, int index) {
  static char scratch[64 << 10];
  struct pollfd end = {.fd = run->descriptors[index], .events = POLLIN};
  while (end.fd >= 0 && poll(&end, 1, 0) > 0) {
    if (read(end.fd, scratch, sizeof scratch) > 0) continue;
    run_close(run, index);
    return;
  }
}

/* False if nothing is left to wait for. Leftover processes of a program get some time to end. */
static bool see_to(struct run *run, struct sight *sight, int64_t now) {
  drain(run, RUN_OUTPUT);
  drain(run, RUN_ERRORS);
  if (sight->leader) return now < run->wake_at || run_wake(run, now);
  if (!sight->members) return false;
  if (sight->alone_since == 0) sight->alone_since = now;
  return now - sight->alone_since < LEFT_BEHIND_MS;
}

static size_t see_to_all(void) {
  size_t left = 0;
  for (size_t index = 0; index < JOB_LIMIT; index++) {
    struct run *run = &runs->all[index];
    if (!run->used) continue;
    if (run->pid != 0 && see_to(run, &sights[index], now_ms())) left++;
    else run_free(run);
  }
  return left;
}

static void keep(pid_t server, int64_t orphan_ms) {
  prctl(PR_SET_NAME, "cni-keeper");
  until_ended(server);
  if (has_runs()) {
    take_over(now_ms(), orphan_ms);
    while (look() && see_to_all() > 0) usleep(TICK_US);
  }
  give_locks_back();
  _exit(0);
}
