/* `timed-run COUNT PROGRAM [ARGUMENTS]` runs a program COUNT times, one after another, as a container runtime starts a
   hook: with a bare posix_spawn, this program's standard input, and discarded output. Prints the nanoseconds of wall time
   and of processor time, both for all runs. Exits with 1 if a run fails. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static void require(int condition, const char *what) {
  if (condition) return;
  perror(what);
  exit(1);
}

static void run(char **arguments) {
  posix_spawn_file_actions_t actions;
  require(posix_spawn_file_actions_init(&actions) == 0, "file actions");
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t pid;
  require(posix_spawnp(&pid, arguments[0], &actions, NULL, arguments, environ) == 0, "posix_spawn");
  posix_spawn_file_actions_destroy(&actions);
  int status;
  require(waitpid(pid, &status, 0) == pid, "waitpid");
  if (status != 0) exit(1);
  lseek(STDIN_FILENO, 0, SEEK_SET);
}

static long long clock_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static long long nanoseconds(struct timeval time) {
  return time.tv_sec * 1000000000LL + time.tv_usec * 1000LL;
}

static long long processor_time(void) {
  struct rusage usage;
  getrusage(RUSAGE_CHILDREN, &usage);
  return nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime);
}

int main(int count, char **arguments) {
  if (count < 3) return 64;
  int runs = atoi(arguments[1]);
  long long start = clock_now();
  for (int done = 0; done < runs; done++) run(arguments + 2);
  printf("%lld %lld\n", clock_now() - start, processor_time());
  return 0;
}
