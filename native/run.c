/* The data of every run, in memory that the server shares with its keeper: either can end the run. */
#define _GNU_SOURCE
#include "cni-helper.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

struct runs *runs;

bool runs_open(void) {
  void *memory = mmap(NULL, sizeof *runs, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return false;
  runs = memory;
  return true;
}

/* The keeper reads whatever the server had written when it died, so `used` is set last here and cleared first below. */
struct run *run_new(void) {
  static size_t next;
  for (size_t tries = 0; tries < JOB_LIMIT; tries++, next++) {
    struct run *run = &runs->all[next % JOB_LIMIT];
    if (run->used) continue;
    *run = (struct run){.wake_at = INT64_MAX, .descriptors = {-1, -1, -1}};
    __atomic_store_n(&run->used, true, __ATOMIC_RELEASE);
    return run;
  }
  return NULL;
}

void run_free(struct run *run) {
  run->pid = 0;
  __atomic_store_n(&run->used, false, __ATOMIC_RELEASE);
}

void run_close(struct run *run, int index) {
  int descriptor = run->descriptors[index];
  __atomic_store_n(&run->descriptors[index], -1, __ATOMIC_RELEASE);
  if (descriptor >= 0) close(descriptor);
}

/* The program may have moved to another group while its children stayed in the first. */
void run_signal(const struct run *run, int number) {
  if (kill(-run->pid, number) != 0 || getpgid(run->pid) != run->pid) kill(run->pid, number);
}

void run_kill(struct run *run, int64_t now) {
  run_signal(run, SIGKILL);
  if (run->killed) return;
  run->killed = true;
  run->wake_at = now + KILL_MS;
}

void run_end(struct run *run, int64_t now) {
  if (run->ending) return;
  run->ending = true;
  run_signal(run, SIGTERM);
  run->wake_at = now + run->grace_ms;
}

bool run_wake(struct run *run, int64_t now) {
  if (run->killed) return false;
  if (run->ending) run_kill(run, now);
  else run_end(run, now);
  return true;
}
