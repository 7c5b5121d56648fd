/* Shared parts of creating and removing network namespaces. */
#ifndef CNI_HELPER_NETNS_H
#define CNI_HELPER_NETNS_H

#include "cni-helper.h"

#include <sys/mount.h>
#include <sys/stat.h>

#ifndef UMOUNT_NOFOLLOW
#define UMOUNT_NOFOLLOW 8
#endif

enum { UNMOUNT_TRIES = 64 };

/* False, with the step and its error in the reply. */
bool netns_failed(struct netns_reply *reply, int error, const char *step);
/* The same if a system call failed, else true. */
bool netns_check(int result, struct netns_reply *reply, const char *step);
/* 1: a network namespace; 0: something else; -1: an error. A device or a pipe is never opened. */
int netns_examine(const char *path, struct stat *status, struct netns_reply *reply);
/* The file under a namespace, which is all that a reboot leaves of it. */
bool netns_is_empty_file(const char *path, const struct stat *status);

#endif
