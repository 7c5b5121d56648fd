/* Starting a program: the child shares this process's memory until it has become the program, so that nothing
   is copied and it can report its failure by writing to that memory. This process waits meanwhile. */
#define _GNU_SOURCE
#include "cni-helper.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__GNUC__)
#define UNINSTRUMENTED __attribute__((no_sanitize("address", "undefined")))
#else
#define UNINSTRUMENTED
#endif

enum { CHILD_STACK_BYTES = 128 << 10 };

static pid_t parent_pid;

UNINSTRUMENTED static int give_up(struct program *program, const char *step, const char *path) {
  program->error = errno;
  program->step = step;
  program->fault_path = path;
  return 127;
}

/* Runs in the child. Its signal mask is the only state that differs from a fresh process: the server blocks
   signals instead of ignoring them, so that there is no disposition to restore. */
UNINSTRUMENTED static int become_program(void *argument) {
  struct program *program = argument;
  setpgid(0, 0);
  *program->pid = getpid();
  /* A program that need not finish must not go on unsupervised when the helper is killed. */
  if (!program->finishes) prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent_pid) return 127;
  for (int target = 0; target < 3; target++)
    if (dup2(program->descriptors[target], target) < 0) return give_up(program, "dup2", program->path);
  if (program->cwd != NULL && chdir(program->cwd) != 0) return give_up(program, "chdir", program->cwd);
  if (program->netns != NULL) {
    const char *step = "";
    errno = netns_enter(program->netns, &step);
    if (errno != 0) return give_up(program, step, program->netns);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  execve(program->path, program->argv, program->envp);
  return give_up(program, "execve", program->path);
}

pid_t spawn_program(struct program *program) {
  static _Alignas(64) unsigned char stack[CHILD_STACK_BYTES];
  if (parent_pid == 0) parent_pid = getpid();
  program->error = 0;
  pid_t pid = clone(become_program, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, program);
  if (pid < 0) {
    program->error = errno;
    program->step = "clone";
    program->fault_path = program->path;
    return -1;
  }
  if (program->error == 0) return pid;
  while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) continue;
  return -1;
}
