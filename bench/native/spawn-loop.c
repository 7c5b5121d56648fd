/* The anchor: `spawn-loop COUNT PROGRAM < INPUT` runs a program COUNT times, one after another, with a bare
   posix_spawn, and prints how many nanoseconds this took. Each run gets what every runtime must give a plugin: pipes
   for its input, output and errors. Output and errors are read to the end. The program gets the environment of this
   one. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

struct pipe_ends {
  int read;
  int write;
};

static char input[65536];
static size_t input_size;

static void require(int condition, const char *what) {
  if (condition) return;
  perror(what);
  exit(1);
}

static struct pipe_ends open_pipe(void) {
  int ends[2];
  require(pipe2(ends, O_CLOEXEC) == 0, "pipe");
  return (struct pipe_ends){ends[0], ends[1]};
}

static void read_to_end(int descriptor) {
  char chunk[65536];
  while (read(descriptor, chunk, sizeof chunk) > 0) continue;
  close(descriptor);
}

static pid_t start(char *program, struct pipe_ends in, struct pipe_ends out, struct pipe_ends errors) {
  char *arguments[] = {program, NULL};
  posix_spawn_file_actions_t actions;
  require(posix_spawn_file_actions_init(&actions) == 0, "file actions");
  posix_spawn_file_actions_adddup2(&actions, in.read, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.write, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors.write, STDERR_FILENO);
  pid_t pid;
  require(posix_spawn(&pid, program, &actions, NULL, arguments, environ) == 0, "posix_spawn");
  posix_spawn_file_actions_destroy(&actions);
  return pid;
}

static void run(char *program) {
  struct pipe_ends in = open_pipe(), out = open_pipe(), errors = open_pipe();
  pid_t pid = start(program, in, out, errors);
  close(in.read);
  close(out.write);
  close(errors.write);
  require(write(in.write, input, input_size) == (ssize_t)input_size, "write");
  close(in.write);
  read_to_end(out.read);
  read_to_end(errors.read);
  int status;
  require(waitpid(pid, &status, 0) == pid && status == 0, "program");
}

static long long nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int main(int count, char **arguments) {
  if (count != 3) return 64;
  ssize_t got;
  while ((got = read(STDIN_FILENO, input + input_size, sizeof input - input_size)) > 0) input_size += (size_t)got;
  int runs = atoi(arguments[1]);
  for (int warm_up = 0; warm_up < 10; warm_up++) run(arguments[2]);
  long long start_time = nanoseconds();
  for (int done = 0; done < runs; done++) run(arguments[2]);
  printf("%lld\n", nanoseconds() - start_time);
  return 0;
}
