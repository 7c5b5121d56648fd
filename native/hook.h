/* The protocol between the hook, which a container runtime starts, and the gate, which a control plane starts. */
#ifndef CNI_HELPER_HOOK_H
#define CNI_HELPER_HOOK_H

#include "cni-helper.h"

#include <sys/un.h>

enum {
  HOOK_MAGIC = 0x484b4e43, /* "CNKH" in little endian */
  HOOK_VERSION = 1,
  HOOK_STATE_LIMIT = 1 << 20,
  HOOK_ENV_LIMIT = 256 << 10,
  HOOK_MESSAGE_LIMIT = 64 << 10,
  HOOK_TIMEOUT_MS = 60000
};

enum hook_event { HOOK_CREATE_RUNTIME = 1, HOOK_POSTSTOP = 2 };

/* The header before the environment, whose variables each end with NUL, and the state. Numbers are little endian. */
struct hook_request {
  uint32_t magic, version, event, env_size, state_size;
};

/* The header before the message. */
struct hook_answer {
  uint32_t magic, exit_code, message_size;
};

/* Takes the arguments after `hook` or `hook-gate`; returns an exit code. */
int hook_run(int count, char **arguments);
int hook_gate(int count, char **arguments);

/* False if the path is too long. */
bool hook_address(const char *path, struct sockaddr_un *address);
/* 0, or an errno, with `*peer` set if the user at the other end is neither root nor this user. */
int hook_check_peer(int socket, pid_t *pid, uid_t *uid);

/* pin.c: `pin PID|FILE KIND=PATH...` and `unpin PATH...`; returns an exit code. */
int pin_run(int count, char **arguments);
int unpin_run(int count, char **arguments);
/* enter.c: `enter runtime|container PID PROGRAM ARGV0 [ARGUMENTS]`; returns an exit code. */
int enter_run(int count, char **arguments);

#endif
