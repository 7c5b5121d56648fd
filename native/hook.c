/* An OCI hook that passes its work to a control plane: `hook [--socket PATH] [--timeout-ms NUMBER] EVENT`. The state is
   on standard input, nothing is printed on standard output, and what went wrong on standard error. */
#define _GNU_SOURCE
#include "hook.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

extern char **environ;

struct hook {
  const char *path;
  long timeout_ms;
  uint32_t event;
  int64_t deadline;
};

static int fail(const char *format, ...) {
  va_list values;
  va_start(values, format);
  fputs("cni-helper hook: ", stderr);
  vfprintf(stderr, format, values);
  fputc('\n', stderr);
  va_end(values);
  return 1;
}

bool hook_address(const char *path, struct sockaddr_un *address) {
  *address = (struct sockaddr_un){.sun_family = AF_UNIX};
  size_t length = strlen(path);
  if (length == 0 || length >= sizeof address->sun_path) return false;
  memcpy(address->sun_path, path, length + 1);
  return true;
}

int hook_check_peer(int socket, pid_t *pid, uid_t *uid) {
  struct ucred peer = {0};
  socklen_t size = sizeof peer;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return errno;
  *pid = peer.pid;
  *uid = peer.uid;
  return peer.uid == 0 || peer.uid == geteuid() ? 0 : EPERM;
}

/* False if the time is up. */
static bool wait_for(int descriptor, short events, int64_t deadline) {
  for (;;) {
    int64_t left = deadline - now_ms();
    if (left <= 0) return false;
    struct pollfd ready = {.fd = descriptor, .events = events};
    int count = poll(&ready, 1, (int)left);
    if (count > 0) return true;
    if (count < 0 && errno != EINTR) return true; /* the read or write that follows says why */
  }
}

static int read_state(struct bytes *state, int64_t deadline) {
  char chunk[16384];
  for (;;) {
    if (!wait_for(STDIN_FILENO, POLLIN, deadline)) return fail("the state on standard input did not end in time");
    ssize_t count = read(STDIN_FILENO, chunk, sizeof chunk);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail("the state cannot be read from standard input: %s", strerror(errno));
    if (count == 0) return state->size > 0 ? 0 : fail("standard input is empty; a runtime writes the OCI state to it");
    if (state->size + (size_t)count > HOOK_STATE_LIMIT)
      return fail("the state on standard input is larger than %d bytes", HOOK_STATE_LIMIT);
    if (!bytes_append(state, chunk, (size_t)count)) return fail("out of memory");
  }
}

/* The part of the hook's environment from config.json that the control plane may need. */
static bool is_wanted(const char *variable) {
  static const char *const names[] = {"LIBCNI_", "CNI_ARGS=", "CNI_IFNAME=", "CAP_ARGS="};
  for (size_t index = 0; index < sizeof names / sizeof *names; index++)
    if (strncmp(variable, names[index], strlen(names[index])) == 0) return true;
  return false;
}

static int gather_environment(struct bytes *env) {
  for (char **variable = environ; *variable != NULL; variable++) {
    if (!is_wanted(*variable)) continue;
    size_t size = strlen(*variable) + 1;
    if (size > HOOK_ENV_LIMIT - env->size) return fail("the environment is larger than %d bytes", HOOK_ENV_LIMIT);
    if (!bytes_append(env, *variable, size)) return fail("out of memory");
  }
  return 0;
}

static int no_answer(const struct hook *hook) {
  return fail("no answer from the program that serves hooks at %s within %ld ms", hook->path, hook->timeout_ms);
}

static int connect_to(const struct hook *hook, int *descriptor) {
  struct sockaddr_un address;
  if (!hook_address(hook->path, &address)) return fail("the path of the socket must have 1 to 107 bytes: %s", hook->path);
  *descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (*descriptor < 0) return fail("socket: %s", strerror(errno));
  int64_t left = hook->deadline - now_ms();
  struct timeval limit = {.tv_sec = left > 0 ? left / 1000 : 0, .tv_usec = left > 0 ? left % 1000 * 1000 : 1};
  setsockopt(*descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  if (connect(*descriptor, (struct sockaddr *)&address, sizeof address) != 0) {
    if (errno == EAGAIN) return no_answer(hook);
    if (errno == EACCES || errno == EPERM)
      return fail("user %ld may not connect to %s: run the runtime as the user of the control plane, or as root",
                  (long)geteuid(), hook->path);
    return fail("nobody serves hooks at %s (%s): start the control plane, or install the hook without --socket",
                hook->path, strerror(errno));
  }
  pid_t pid;
  uid_t uid;
  int error = hook_check_peer(*descriptor, &pid, &uid);
  if (error != 0) return fail("user %ld serves hooks at %s, and must be root or this user", (long)uid, hook->path);
  fcntl(*descriptor, F_SETFL, O_NONBLOCK);
  return 0;
}

static int ended_early(const struct hook *hook) {
  return fail("the program that serves hooks at %s ended before it answered", hook->path);
}

/* A gate that refuses the hook says why and stops reading, so its answer counts. */
static int send_all(const struct hook *hook, int descriptor, const void *data, size_t size) {
  for (size_t sent = 0; sent < size;) {
    if (!wait_for(descriptor, POLLOUT, hook->deadline)) return no_answer(hook);
    ssize_t count = send(descriptor, (const char *)data + sent, size - sent, MSG_NOSIGNAL);
    if (count > 0) sent += (size_t)count;
    else if (errno != EAGAIN && errno != EINTR) return 0;
  }
  return 0;
}

static int receive_all(const struct hook *hook, int descriptor, void *data, size_t size) {
  for (size_t got = 0; got < size;) {
    if (!wait_for(descriptor, POLLIN, hook->deadline)) return no_answer(hook);
    ssize_t count = recv(descriptor, (char *)data + got, size - got, 0);
    if (count > 0) got += (size_t)count;
    else if (count == 0 || (errno != EAGAIN && errno != EINTR)) return ended_early(hook);
  }
  return 0;
}

static int ask(const struct hook *hook, int descriptor, const struct bytes *env, const struct bytes *state) {
  struct hook_request request = {HOOK_MAGIC, HOOK_VERSION, hook->event, (uint32_t)env->size, (uint32_t)state->size};
  struct bytes message = {0};
  bool complete = bytes_append(&message, &request, sizeof request) && bytes_append(&message, env->data, env->size) &&
                  bytes_append(&message, state->data, state->size);
  int code = complete ? send_all(hook, descriptor, message.data, message.size) : fail("out of memory");
  bytes_free(&message);
  return code;
}

static int take_answer(const struct hook *hook, int descriptor) {
  struct hook_answer answer;
  if (receive_all(hook, descriptor, &answer, sizeof answer) != 0) return 1;
  if (answer.magic != HOOK_MAGIC || answer.message_size > HOOK_MESSAGE_LIMIT)
    return fail("the program at %s does not serve hooks", hook->path);
  static char message[HOOK_MESSAGE_LIMIT];
  if (receive_all(hook, descriptor, message, answer.message_size) != 0) return 1;
  if (answer.exit_code == 0) return 0;
  return fail("%.*s", (int)answer.message_size, message);
}

static int call(const struct hook *hook) {
  struct bytes state = {0}, env = {0};
  int descriptor = -1;
  int code = read_state(&state, hook->deadline);
  if (code == 0) code = gather_environment(&env);
  if (code == 0) code = connect_to(hook, &descriptor);
  if (code == 0) code = ask(hook, descriptor, &env, &state);
  if (code == 0) code = take_answer(hook, descriptor);
  if (descriptor >= 0) close(descriptor);
  bytes_free(&state);
  bytes_free(&env);
  return code;
}

static int usage(void) {
  fputs("Usage: cni-helper hook [--socket PATH] [--timeout-ms NUMBER] createRuntime|prestart|poststop\n", stderr);
  return EXIT_USAGE;
}

static uint32_t event_of(const char *name) {
  if (strcmp(name, "createRuntime") == 0 || strcmp(name, "prestart") == 0) return HOOK_CREATE_RUNTIME;
  return strcmp(name, "poststop") == 0 ? HOOK_POSTSTOP : 0;
}

static bool parse_ms(const char *text, long *value) {
  char *end;
  errno = 0;
  *value = strtol(text, &end, 10);
  return errno == 0 && end != text && *end == 0 && *value > 0 && *value <= INT32_MAX;
}

int hook_run(int count, char **arguments) {
  struct hook hook = {.path = "/run/libcni/hook.sock", .timeout_ms = HOOK_TIMEOUT_MS};
  while (count > 2) {
    if (strcmp(arguments[0], "--socket") == 0) hook.path = arguments[1];
    else if (strcmp(arguments[0], "--timeout-ms") != 0 || !parse_ms(arguments[1], &hook.timeout_ms)) return usage();
    arguments += 2;
    count -= 2;
  }
  hook.event = count == 1 ? event_of(arguments[0]) : 0;
  if (hook.event == 0) return usage();
  hook.deadline = now_ms() + hook.timeout_ms;
  return call(&hook);
}
