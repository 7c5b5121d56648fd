/* Network namespaces that persist through a bind mount on a file. */
#define _GNU_SOURCE
#include "cni-helper.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

enum { NSFS_TYPE = 0x6e736673, GET_NSTYPE = 0xb703, UNMOUNT_TRIES = 64, BUSY_WAIT_MS = 5 };

#ifndef UMOUNT_NOFOLLOW
#define UMOUNT_NOFOLLOW 8
#endif

static bool failed(struct netns_reply *reply, int error, const char *step) {
  reply->error = error;
  snprintf(reply->step, sizeof reply->step, "%s", step);
  return false;
}

static bool check(int result, struct netns_reply *reply, const char *step) {
  return result >= 0 || failed(reply, errno, step);
}

static bool make_folders(char *folder, struct netns_reply *reply) {
  for (char *slash = strchr(folder + 1, '/');; slash = strchr(slash + 1, '/')) {
    if (slash != NULL) *slash = 0;
    int result = mkdir(folder, 0755);
    if (result != 0 && errno != EEXIST) return failed(reply, errno, "mkdir");
    if (slash == NULL) return true;
    *slash = '/';
  }
}

/* Mounts that are made in the folder reach the other mount namespaces, and so do unmounts: without that a
   namespace file could stay busy elsewhere. A folder that is no mount point cannot be shared, so it is
   mounted on itself once. */
static bool make_shared(const char *folder, struct netns_reply *reply) {
  if (mount("", folder, "none", MS_SHARED | MS_REC, NULL) == 0) return true;
  if (errno != EINVAL) return failed(reply, errno, "share");
  if (mount(folder, folder, "none", MS_BIND | MS_REC, NULL) != 0) return failed(reply, errno, "share");
  return check(mount("", folder, "none", MS_SHARED | MS_REC, NULL), reply, "share");
}

/* The lock keeps two processes from mounting the folder on itself twice. */
static bool share_folder(const char *folder, struct netns_reply *reply) {
  int lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock < 0) return failed(reply, errno, "share");
  bool shared = check(flock(lock, LOCK_EX), reply, "lock") && make_shared(folder, reply);
  close(lock);
  return shared;
}

static bool fill(const char *path, const char *folder, uint32_t flags, struct netns_reply *reply) {
  if ((flags & NETNS_SHARE_FOLDER) != 0 && !share_folder(folder, reply)) return false;
  if (!check(unshare(CLONE_NEWNET), reply, "unshare")) return false;
  if (!check(mount("/proc/thread-self/ns/net", path, "none", MS_BIND, NULL), reply, "mount")) return false;
  netns_inspect(path, reply);
  return reply->error == 0;
}

void netns_create(const char *path, uint32_t flags, struct netns_reply *reply) {
  char copy[PATH_MAX];
  if (path[0] != '/' || strlen(path) >= sizeof copy) {
    failed(reply, path[0] == '/' ? ENAMETOOLONG : EINVAL, "path");
    return;
  }
  strcpy(copy, path);
  char *folder = dirname(copy);
  if (!make_folders(folder, reply)) return;
  int file = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
  if (file < 0) {
    failed(reply, errno, "create");
    return;
  }
  close(file);
  if (!fill(path, folder, flags, reply)) unlink(path);
}

/* 1: a network namespace; 0: something else; -1: an error. A device or a pipe is never opened. */
static int examine(const char *path, struct stat *status, struct netns_reply *reply) {
  struct statfs filesystem;
  if (stat(path, status) != 0 || statfs(path, &filesystem) != 0) return failed(reply, errno, "stat") - 1;
  if (!S_ISREG(status->st_mode) || filesystem.f_type != NSFS_TYPE) return 0;
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return failed(reply, errno, "open") - 1;
  int type = ioctl(file, GET_NSTYPE);
  int error = errno;
  close(file);
  if (type < 0) return failed(reply, error, "nstype") - 1;
  return type == CLONE_NEWNET ? 1 : 0;
}

void netns_inspect(const char *path, struct netns_reply *reply) {
  struct stat status;
  int kind = examine(path, &status, reply);
  if (kind < 0) return;
  reply->is_netns = (uint32_t)kind;
  reply->inode = status.st_ino;
  reply->device = status.st_dev;
}

enum step { STEP_AGAIN, STEP_DONE, STEP_FAILED };

static enum step refuse(struct netns_reply *reply, int error, const char *step) {
  failed(reply, error, step);
  return STEP_FAILED;
}

static enum step wait_or_refuse(struct netns_reply *reply, const char *step) {
  if (errno == ENOENT) return STEP_DONE;
  if (errno != EBUSY) return refuse(reply, errno, step);
  refuse(reply, EBUSY, step);
  nanosleep(&(struct timespec){.tv_nsec = BUSY_WAIT_MS * 1000000L}, NULL);
  return STEP_AGAIN;
}

/* Takes one mount off the file, or the file away once none is left. What is neither a network namespace nor
   the empty file under it belongs to somebody else. */
static enum step remove_step(const char *path, struct netns_reply *reply) {
  struct stat status;
  if (lstat(path, &status) != 0) return errno == ENOENT ? STEP_DONE : refuse(reply, errno, "stat");
  if (S_ISLNK(status.st_mode)) return refuse(reply, ELOOP, "verify");
  if (S_ISDIR(status.st_mode)) return refuse(reply, EISDIR, "verify");
  int kind = examine(path, &status, reply);
  if (kind < 0) return reply->error == ENOENT ? STEP_DONE : STEP_FAILED;
  if (kind == 1) {
    if (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) == 0) return STEP_AGAIN;
    return wait_or_refuse(reply, "umount");
  }
  if (!S_ISREG(status.st_mode) || status.st_size > 0) return refuse(reply, EINVAL, "verify");
  struct statfs filesystem;
  if (statfs(path, &filesystem) == 0 && filesystem.f_type == NSFS_TYPE) return refuse(reply, EINVAL, "verify");
  return unlink(path) == 0 ? STEP_DONE : wait_or_refuse(reply, "unlink");
}

void netns_remove(const char *path, struct netns_reply *reply) {
  for (int tries = 0; tries < UNMOUNT_TRIES; tries++) {
    enum step step = remove_step(path, reply);
    if (step == STEP_FAILED) return;
    if (step == STEP_DONE) {
      *reply = (struct netns_reply){0};
      return;
    }
  }
  if (reply->error == 0) failed(reply, EBUSY, "umount");
}

int netns_enter(const char *path, const char **step) {
  *step = "open";
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return errno;
  *step = "setns";
  int error = setns(file, CLONE_NEWNET) == 0 ? 0 : errno;
  close(file);
  return error;
}

static bool raise_loopback(int descriptor, struct netns_reply *reply) {
  struct ifreq request = {.ifr_name = "lo"};
  if (!check(ioctl(descriptor, SIOCGIFFLAGS, &request), reply, "getflags")) return false;
  request.ifr_flags |= IFF_UP;
  return check(ioctl(descriptor, SIOCSIFFLAGS, &request), reply, "setflags");
}

void netns_loopback_up(const char *path, struct netns_reply *reply) {
  const char *step = "";
  int error = netns_enter(path, &step);
  if (error != 0) {
    failed(reply, error, step);
    return;
  }
  int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (check(descriptor, reply, "socket") && raise_loopback(descriptor, reply)) netns_inspect(path, reply);
  if (descriptor >= 0) close(descriptor);
}
