/* A program in the namespaces of a process: `enter runtime|container PID PROGRAM ARGV0 [ARGUMENTS]`. With `runtime`, the
   path of the program is resolved before entering the namespaces, with `container` after that. If something fails
   before the program runs, a line that begins with "cni-helper: " says so, and the exit code is 125, 126
   if the program may not be run, or 127 if there is none. */
#define _GNU_SOURCE
#include "hook.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLONE_NEWCGROUP
#define CLONE_NEWCGROUP 0x02000000
#endif
#ifndef AT_EMPTY_PATH
#define AT_EMPTY_PATH 0x1000
#endif

extern char **environ;

enum { CANNOT_ENTER = 125, CANNOT_RUN = 126, NO_PROGRAM = 127 };

/* The user namespace comes first: it gives permission to enter the others. */
static const struct kind {
  const char *name;
  int type;
} kinds[] = {{"user", CLONE_NEWUSER}, {"cgroup", CLONE_NEWCGROUP}, {"ipc", CLONE_NEWIPC}, {"uts", CLONE_NEWUTS},
             {"net", CLONE_NEWNET},   {"pid", CLONE_NEWPID},       {"mnt", CLONE_NEWNS}};

enum { KINDS = sizeof kinds / sizeof *kinds };

static int complain(const char *what, const char *step) {
  fprintf(stderr, "cni-helper: %s: %s: %s\n", what, step, strerror(errno));
  return CANNOT_ENTER;
}

static int cannot_run(const char *program) {
  int code = errno == ENOENT || errno == ENOTDIR ? NO_PROGRAM : CANNOT_RUN;
  complain(program, "execve");
  return code;
}

static bool is_own(int namespace, const char *name) {
  char path[32];
  struct stat own, there;
  snprintf(path, sizeof path, "/proc/self/ns/%s", name);
  return stat(path, &own) == 0 && fstat(namespace, &there) == 0 && own.st_ino == there.st_ino &&
         own.st_dev == there.st_dev;
}

/* All are opened before one is entered, since the container has its own /proc. -1: nothing to enter. */
static bool open_namespaces(int process, int namespaces[KINDS]) {
  for (size_t index = 0; index < KINDS; index++) {
    char path[16];
    snprintf(path, sizeof path, "ns/%s", kinds[index].name);
    int namespace = openat(process, path, O_RDONLY | O_CLOEXEC);
    if (namespace < 0 && errno != ENOENT) return complain(path, "open"), false;
    if (namespace >= 0 && is_own(namespace, kinds[index].name)) {
      close(namespace);
      namespace = -1;
    }
    namespaces[index] = namespace;
  }
  return true;
}

/* A process that enters a user namespace is root in it, like the container's first process. */
static bool become_root(void) {
  setgroups(0, NULL);
  return (setresgid(0, 0, 0) == 0 && setresuid(0, 0, 0) == 0) || (complain("user 0", "setresuid"), false);
}

static bool enter_all(const int namespaces[KINDS]) {
  for (size_t index = 0; index < KINDS; index++) {
    if (namespaces[index] < 0) continue;
    if (setns(namespaces[index], kinds[index].type) != 0) return complain(kinds[index].name, "setns"), false;
    if (kinds[index].type == CLONE_NEWUSER && !become_root()) return false;
  }
  return true;
}

/* The interpreter of a script opens it again by its descriptor, which must therefore survive exec. */
static int open_program(const char *path) {
  int program = open(path, O_RDONLY | O_CLOEXEC);
  char begin[2];
  if (program >= 0 && pread(program, begin, 2, 0) == 2 && memcmp(begin, "#!", 2) == 0) fcntl(program, F_SETFD, 0);
  return program;
}

/* While the container's root is that of the runtime, the path leads to the same program. */
static bool is_at(int program, const char *path) {
  struct stat opened, there;
  return fstat(program, &opened) == 0 && stat(path, &there) == 0 && opened.st_ino == there.st_ino &&
         opened.st_dev == there.st_dev;
}

static int execute(int program, char **arguments) {
  if (program < 0 || is_at(program, arguments[0])) execve(arguments[0], arguments + 1, environ);
  else syscall(SYS_execveat, program, "", arguments + 1, environ, AT_EMPTY_PATH);
  return cannot_run(arguments[0]);
}

/* This process ends in the same way as the child. */
static int end_as(pid_t child) {
  int status;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return complain("the program", "waitpid");
  if (!WIFSIGNALED(status)) return WEXITSTATUS(status);
  signal(WTERMSIG(status), SIG_DFL);
  raise(WTERMSIG(status));
  return 128 + WTERMSIG(status);
}

/* Only children enter a pid namespace. */
static int execute_in_child(int program, char **arguments) {
  pid_t child = fork();
  if (child < 0) return complain(arguments[0], "fork");
  if (child > 0) return end_as(child);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  _exit(execute(program, arguments));
}

static bool has_pid_namespace(const int namespaces[KINDS]) {
  for (size_t index = 0; index < KINDS; index++)
    if (kinds[index].type == CLONE_NEWPID) return namespaces[index] >= 0;
  return false;
}

static int open_process(const char *pid) {
  char folder[32];
  char *end;
  long number = strtol(pid, &end, 10);
  if (end == pid || *end != 0 || number <= 0 || number > INT32_MAX) return errno = EINVAL, -1;
  snprintf(folder, sizeof folder, "/proc/%ld", number);
  return open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

int enter_run(int count, char **arguments) {
  if (count < 4) return EXIT_USAGE;
  bool resolves_before = strcmp(arguments[0], "runtime") == 0;
  if (!resolves_before && strcmp(arguments[0], "container") != 0) return EXIT_USAGE;
  int process = open_process(arguments[1]);
  int namespaces[KINDS];
  if (process < 0) return complain(arguments[1], "process");
  if (!open_namespaces(process, namespaces)) return CANNOT_ENTER;
  int program = resolves_before ? open_program(arguments[2]) : -1;
  if (resolves_before && program < 0) return cannot_run(arguments[2]);
  if (!enter_all(namespaces)) return CANNOT_ENTER;
  if (has_pid_namespace(namespaces)) return execute_in_child(program, arguments + 2);
  return execute(program, arguments + 2);
}
