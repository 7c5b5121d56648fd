/* The command line. */
#define _GNU_SOURCE
#include "cni-helper.h"
#include "hook.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char usage_text[] =
    "Usage:\n"
    "  cni-helper serve [--orphan-ms NUMBER]       answer framed requests on standard input (PROTOCOL.md)\n"
    "  cni-helper netns create|remove|inspect PATH\n"
    "  cni-helper netns list [FOLDER]              default folder: /var/run/netns\n"
    "  cni-helper lo-up NETNS                      bring the loopback interface up\n"
    "  cni-helper exec NETNS -- COMMAND [ARGS]     run a command in the namespace\n"
    "  cni-helper pin PID KIND=PATH...             pin namespaces of a process: net, uts, ipc, mnt\n"
    "  cni-helper unpin PATH...                    unpin them\n"
    "  cni-helper enter runtime|container PID PROGRAM ARGV0 [ARGS]\n"
    "                                              run a program in the namespaces of a process\n"
    "  cni-helper hook [--socket PATH] [--timeout-ms NUMBER] createRuntime|prestart|poststop\n"
    "  cni-helper hook-gate PATH                   listen for hooks, in frames (PROTOCOL.md)\n"
    "  cni-helper --version\n";

typedef void (*path_call)(const char *path, struct netns_reply *reply);

static int usage(void) {
  fputs(usage_text, stderr);
  return EXIT_USAGE;
}

static int complain(const char *path, const char *step, int error) {
  fprintf(stderr, "cni-helper: %s: %s: %s\n", path, step, strerror(error));
  return 1;
}

static void create_shared(const char *path, struct netns_reply *reply) {
  netns_create(path, "", NETNS_SHARE_FOLDER, reply);
}

static void remove_all(const char *path, struct netns_reply *reply) {
  netns_remove(path, 0, reply);
}

static void inspect(const char *path, struct netns_reply *reply) {
  netns_inspect(path, "", reply);
}

/* At the command line, it is intended. */
static void loopback_up(const char *path, struct netns_reply *reply) {
  netns_loopback_up(path, NETNS_AT_HOME, reply);
}

static const char *absolute(const char *path, char *storage, size_t size) {
  if (path[0] == '/' || getcwd(storage, size) == NULL) return path;
  size_t used = strlen(storage);
  if (used + strlen(path) + 2 > size) return path;
  snprintf(storage + used, size - used, "/%s", path);
  return storage;
}

static int run_call(path_call call, const char *given, bool print) {
  char storage[PATH_MAX];
  const char *path = absolute(given, storage, sizeof storage);
  struct netns_reply reply = {0};
  call(path, &reply);
  if (reply.error != 0) return complain(path, reply.step, reply.error);
  if (!print) return 0;
  printf("%s netns=%s inode=%llu device=%llu\n", path, (reply.state & NETNS_IS_NETNS) != 0 ? "yes" : "no",
         (unsigned long long)reply.inode, (unsigned long long)reply.device);
  return 0;
}

static void print_if_netns(const char *folder, const char *name) {
  char path[PATH_MAX];
  int length = snprintf(path, sizeof path, "%s/%s", folder, name);
  if (length < 0 || (size_t)length >= sizeof path) return;
  struct netns_reply reply = {0};
  netns_inspect(path, "", &reply);
  if (reply.error == 0 && (reply.state & NETNS_IS_NETNS) != 0) puts(name);
}

static int list(const char *folder) {
  DIR *directory = opendir(folder);
  if (directory == NULL) return errno == ENOENT ? 0 : complain(folder, "open", errno);
  for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory))
    if (entry->d_name[0] != '.') print_if_netns(folder, entry->d_name);
  closedir(directory);
  return 0;
}

static int run_netns(int count, char **arguments) {
  if (count >= 1 && strcmp(arguments[0], "list") == 0 && count <= 2)
    return list(count == 2 ? arguments[1] : "/var/run/netns");
  if (count != 2) return usage();
  if (strcmp(arguments[0], "create") == 0) return run_call(create_shared, arguments[1], false);
  if (strcmp(arguments[0], "remove") == 0) return run_call(remove_all, arguments[1], false);
  if (strcmp(arguments[0], "inspect") == 0) return run_call(inspect, arguments[1], true);
  return usage();
}

static int run_exec(int count, char **arguments) {
  if (count < 3 || strcmp(arguments[1], "--") != 0) return usage();
  const char *step = "";
  int error = netns_enter(arguments[0], &step);
  if (error != 0) return complain(arguments[0], step, error);
  execvp(arguments[2], arguments + 2);
  error = errno;
  complain(arguments[2], "exec", error);
  return error == ENOENT ? 127 : 126;
}

static void interrupt(int number) {
  (void)number;
}

/* The program that the server runs for a namespace request: `call VERB FLAGS PATH [DETAIL]`; answers with a struct. */
static int run_framed_call(int count, char **arguments) {
  if (count != 3 && count != 4) return usage();
  const char *verb = arguments[0], *path = arguments[2], *detail = count == 4 ? arguments[3] : "";
  uint32_t flags = (uint32_t)strtoul(arguments[1], NULL, 10);
  struct netns_reply reply = {0};
  /* Ends a wait for a lock, so that everything created so far is removed again. */
  sigaction(SIGTERM, &(struct sigaction){.sa_handler = interrupt}, NULL);
  if (strcmp(verb, "create") == 0) netns_create(path, detail, flags, &reply);
  else if (strcmp(verb, "remove") == 0) netns_remove(path, flags, &reply);
  else if (strcmp(verb, "inspect") == 0) netns_inspect(path, detail, &reply);
  else if (strcmp(verb, "lo-up") == 0) netns_loopback_up(path, flags, &reply);
  else return usage();
  return write(STDOUT_FILENO, &reply, sizeof reply) == (ssize_t)sizeof reply ? 0 : 1;
}

/* Makes sure that descriptors 0 to 2 are open and that no others reach a program. */
static void tidy_descriptors(void) {
  int descriptor;
  do descriptor = open("/dev/null", O_RDWR | O_CLOEXEC);
  while (descriptor >= 0 && descriptor < 3);
  if (descriptor >= 0) close(descriptor);
#ifdef SYS_close_range
  if (syscall(SYS_close_range, 3U, ~0U, 0U) == 0) return;
#endif
  for (descriptor = 3; descriptor < 4096; descriptor++) close(descriptor);
}

static int version(void) {
  printf("cni-helper %s (protocol %d)\n", HELPER_VERSION, PROTOCOL_VERSION);
  return 0;
}

static int run_serve(int count, char **arguments) {
  if (count != 0 && (count != 2 || strcmp(arguments[0], "--orphan-ms") != 0)) return usage();
  char *end = NULL;
  long orphan_ms = count == 0 ? ORPHAN_DEADLINE_MS : strtol(arguments[1], &end, 10);
  if (end != NULL && (end == arguments[1] || *end != 0 || orphan_ms < 0 || orphan_ms > INT32_MAX)) return usage();
  tidy_descriptors();
  return serve(orphan_ms);
}

int main(int argc, char **argv) {
  if (argc < 2) return usage();
  if (strcmp(argv[1], "serve") != 0) look_prepare();
  const char *command = argv[1];
  if (strcmp(command, "serve") == 0) return run_serve(argc - 2, argv + 2);
  if (strcmp(command, "call") == 0) return run_framed_call(argc - 2, argv + 2);
  if (strcmp(command, "netns") == 0) return run_netns(argc - 2, argv + 2);
  if (strcmp(command, "lo-up") == 0 && argc == 3) return run_call(loopback_up, argv[2], false);
  if (strcmp(command, "exec") == 0) return run_exec(argc - 2, argv + 2);
  if (strcmp(command, "pin") == 0) return pin_run(argc - 2, argv + 2);
  if (strcmp(command, "unpin") == 0) return unpin_run(argc - 2, argv + 2);
  if (strcmp(command, "enter") == 0) return enter_run(argc - 2, argv + 2);
  if (strcmp(command, "hook") == 0) return hook_run(argc - 2, argv + 2);
  if (strcmp(command, "hook-gate") == 0) return hook_gate(argc - 2, argv + 2);
  if (strcmp(command, "--version") == 0 && argc == 2) return version();
  return usage();
}
