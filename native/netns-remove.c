/* Removes network namespaces and their files. */
#define _GNU_SOURCE
#include "netns.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { MOUNT_ROOT = 0x2000, BUSY_WAIT_MS = 5 };

enum step { STEP_AGAIN, STEP_DONE, STEP_FAILED };

static enum step refuse(struct netns_reply *reply, int error, const char *step) {
  netns_failed(reply, error, step);
  return STEP_FAILED;
}

static enum step wait_or_refuse(struct netns_reply *reply, const char *step) {
  if (errno == ENOENT) return STEP_DONE;
  if (errno != EBUSY) return refuse(reply, errno, step);
  refuse(reply, EBUSY, step);
  nanosleep(&(struct timespec){.tv_nsec = BUSY_WAIT_MS * 1000000L}, NULL);
  return STEP_AGAIN;
}

/* The kernel's struct statx, which not every libc has. */
struct extended_status {
  uint32_t mask, block_size;
  uint64_t attributes;
  uint64_t others[5];
  uint64_t known_attributes;
  uint64_t rest[24];
};

/* Whether nothing is mounted at the path. */
static bool is_bare(const char *path) {
  struct extended_status status = {0};
  if (syscall(SYS_statx, AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, 0U, &status) != 0) return false;
  return (status.known_attributes & ~status.attributes & MOUNT_ROOT) != 0;
}

/* Enters a mount namespace with the folder as its root, without the mounts in it. */
static bool leave_all_but(const char *folder) {
  return unshare(CLONE_NEWNS) == 0 && mount("", "/", "none", MS_PRIVATE | MS_REC, NULL) == 0 &&
         mount(folder, folder, "none", MS_BIND, NULL) == 0 && chdir(folder) == 0 &&
         syscall(SYS_pivot_root, ".", ".") == 0 && umount2(".", MNT_DETACH) == 0;
}

/* A mount on the file that is hidden by a mount over the folder keeps the file busy and cannot be reached. In a mount
   namespace without such mounts, the file is not busy, and removing it removes the mounts everywhere. This process
   cannot use paths afterwards. */
static bool unlink_hidden_mounts(const char *path) {
  char folder[PATH_MAX];
  strcpy(folder, path);
  char *name = strrchr(folder, '/');
  *name++ = 0;
  return folder[0] != 0 && leave_all_but(folder) && unlink(name) == 0;
}

static enum step unlink_file(const char *path, struct netns_reply *reply) {
  if (unlink(path) == 0) return STEP_DONE;
  int error = errno;
  if (error == EBUSY && is_bare(path) && unlink_hidden_mounts(path)) return STEP_DONE;
  errno = error;
  return wait_or_refuse(reply, "unlink");
}

/* The lock of the file tells whether somebody is about to mount a namespace on it. */
static enum step unlink_unlocked(const char *path, uint32_t flags, struct netns_reply *reply) {
  struct stat named, open_file;
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (file < 0) return wait_or_refuse(reply, "open");
  enum step step = STEP_AGAIN;
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) errno = EBUSY;
    step = flags & NETNS_ONLY_EMPTY ? refuse(reply, errno, "lock") : wait_or_refuse(reply, "lock");
  } else if (fstat(file, &open_file) == 0 && stat(path, &named) == 0 && named.st_ino == open_file.st_ino &&
             named.st_dev == open_file.st_dev)
    step = unlink_file(path, reply);
  close(file);
  return step;
}

/* Namespace files are not writable. A file that a namespace was just unmounted from counts as one, whatever its mode. */
static bool is_namespace_file(const char *path, const struct stat *status, bool uncovered) {
  return netns_is_empty_file(path, status) && (uncovered || (status->st_mode & 0222) == 0);
}

/* Unmounts one mount from the file, or removes the file once none is left. Anything that is neither
   a network namespace nor the empty file under it belongs to somebody else. */
static enum step remove_step(const char *path, uint32_t flags, bool *uncovered, struct netns_reply *reply) {
  struct stat status;
  if (lstat(path, &status) != 0) return errno == ENOENT ? STEP_DONE : refuse(reply, errno, "stat");
  if (S_ISLNK(status.st_mode)) return refuse(reply, ELOOP, "verify");
  if (S_ISDIR(status.st_mode)) return refuse(reply, EISDIR, "verify");
  int kind = netns_examine(path, &status, reply);
  if (kind < 0) return reply->error == ENOENT ? STEP_DONE : STEP_FAILED;
  if (kind == 1) {
    if (flags & NETNS_ONLY_EMPTY) return refuse(reply, EBUSY, "verify");
    *uncovered = umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) == 0;
    if (*uncovered) return STEP_AGAIN;
    return wait_or_refuse(reply, "umount");
  }
  if (!is_namespace_file(path, &status, *uncovered)) return refuse(reply, EINVAL, "verify");
  return unlink_unlocked(path, flags, reply);
}

void netns_remove(const char *path, uint32_t flags, struct netns_reply *reply) {
  if (path[0] != '/' || strlen(path) >= PATH_MAX) {
    netns_failed(reply, path[0] == '/' ? ENAMETOOLONG : EINVAL, "path");
    return;
  }
  bool uncovered = false;
  for (int tries = 0; tries < UNMOUNT_TRIES; tries++) {
    enum step step = remove_step(path, flags, &uncovered, reply);
    if (step == STEP_FAILED) return;
    if (step == STEP_DONE) {
      *reply = (struct netns_reply){0};
      return;
    }
  }
  if (reply->error == 0) netns_failed(reply, EBUSY, "umount");
}
