/* Network namespaces that persist through a bind mount on a file. */
#define _GNU_SOURCE
#include "netns.h"

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
#include <unistd.h>

enum { NSFS_TYPE = 0x6e736673, GET_NSTYPE = 0xb703 };

bool netns_failed(struct netns_reply *reply, int error, const char *step) {
  reply->error = error;
  snprintf(reply->step, sizeof reply->step, "%s", step);
  return false;
}

bool netns_check(int result, struct netns_reply *reply, const char *step) {
  return result >= 0 || netns_failed(reply, errno, step);
}

static bool make_folders(char *folder, struct netns_reply *reply) {
  for (char *slash = strchr(folder + 1, '/');; slash = strchr(slash + 1, '/')) {
    if (slash != NULL) *slash = 0;
    int result = mkdir(folder, 0755);
    if (result != 0 && errno != EEXIST) return netns_failed(reply, errno, "mkdir");
    if (slash == NULL) return true;
    *slash = '/';
  }
}

/* A path that leads to the open file and nowhere else, even if its name changes. */
struct descriptor_path {
  char text[32];
};

static struct descriptor_path path_of(int descriptor) {
  struct descriptor_path path;
  snprintf(path.text, sizeof path.text, "/proc/self/fd/%d", descriptor);
  return path;
}

/* Where to put a namespace: an open folder, and the path of a file in it. Replacing a folder above it does not
   change where the path leads. */
struct place {
  int folder;
  char path[PATH_MAX];
};

static bool set_name(struct place *place, const char *name) {
  int size = snprintf(place->path, sizeof place->path, "%s/%s", path_of(place->folder).text, name);
  return size > 0 && (size_t)size < sizeof place->path;
}

static int open_folder(const char *folder) {
  return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static bool is_same_file(const struct stat *one, const struct stat *other) {
  return one->st_ino == other->st_ino && one->st_dev == other->st_dev;
}

/* Everybody who can write to a folder can replace its content, so only root and this user may; root's group counts as root. If
   this user cannot write, the next step fails and says so. */
static bool check_owner(int folder, struct netns_reply *reply) {
  struct stat status;
  if (faccessat(AT_FDCWD, path_of(folder).text, W_OK, AT_EACCESS) != 0) return true;
  if (!netns_check(fstat(folder, &status), reply, "owner")) return false;
  bool owned = status.st_uid == 0 || status.st_uid == geteuid();
  bool closed = (status.st_mode & S_IWOTH) == 0 && ((status.st_mode & S_IWGRP) == 0 || status.st_gid == 0);
  return (owned && closed) || netns_failed(reply, EPERM, "owner");
}

static bool share(int folder) {
  return mount("", path_of(folder).text, "none", MS_SHARED | MS_REC, NULL) == 0;
}

static bool mount_on_itself(int folder) {
  const struct descriptor_path itself = path_of(folder);
  return mount(itself.text, itself.text, "none", MS_BIND | MS_REC, NULL) == 0;
}

/* The open folder is under a mount made since, so it is opened again. */
static bool open_again(const char *path, int *folder, struct netns_reply *reply) {
  struct stat before, now;
  int top = open_folder(path);
  if (!netns_check(top, reply, "share")) return false;
  bool same = fstat(*folder, &before) == 0 && fstat(top, &now) == 0 && is_same_file(&before, &now);
  close(*folder);
  *folder = top;
  return same || netns_failed(reply, ESTALE, "share");
}

/* Makes mounts and unmounts in the folder propagate to other mount namespaces. Otherwise, a namespace file could
   stay busy elsewhere. Only a mount point can be shared, so another folder is mounted on itself once. */
static bool make_shared(const char *path, int *folder, struct netns_reply *reply) {
  if (!open_again(path, folder, reply)) return false;
  if (share(*folder)) return true;
  if (errno != EINVAL || !mount_on_itself(*folder)) return netns_failed(reply, errno, "share");
  if (!open_again(path, folder, reply)) return false;
  return share(*folder) || netns_failed(reply, errno, "share");
}

/* The lock keeps two processes from mounting the folder on itself twice. */
static bool share_folder(const char *path, int *folder, struct netns_reply *reply) {
  int lock = open_folder(path);
  if (!netns_check(lock, reply, "share")) return false;
  bool shared = netns_check(flock(lock, LOCK_EX), reply, "lock") && make_shared(path, folder, reply);
  close(lock);
  return shared;
}

static bool open_place(const char *folder, const char *name, uint32_t flags, struct place *place,
                       struct netns_reply *reply) {
  place->folder = open_folder(folder);
  if (!netns_check(place->folder, reply, "open")) return false;
  if ((flags & NETNS_FOREIGN_FOLDER) == 0 && !check_owner(place->folder, reply)) return false;
  return set_name(place, name) || netns_failed(reply, ENAMETOOLONG, "path");
}

static bool share_place(const char *folder, const char *name, struct place *place, struct netns_reply *reply) {
  if (!share_folder(folder, &place->folder, reply)) return false;
  return set_name(place, name) || netns_failed(reply, ENAMETOOLONG, "path");
}

/* Unmounts the namespace from a file that was renamed before it was mounted; afterwards, that is impossible. */
static void unmount_renamed(const struct place *place, int file, const struct stat *own) {
  char target[PATH_MAX] = "";
  struct place now = {.folder = place->folder};
  struct stat status;
  if (readlink(path_of(file).text, target, sizeof target - 1) <= 0) return;
  const char *slash = strrchr(target, '/');
  if (slash == NULL || !set_name(&now, slash + 1)) return;
  if (lstat(now.path, &status) != 0 || !is_same_file(&status, own)) return;
  umount2(now.path, MNT_DETACH | UMOUNT_NOFOLLOW);
  if (lock_is_current(file, now.path)) unlink(now.path);
}

/* Whether this process is already in the namespace to bind; otherwise it creates one. */
static bool is_kept;

/* Mounts on the open file: its name may lead elsewhere by now. */
static bool fill(const struct place *place, int file, struct netns_reply *reply) {
  const char *source = "/proc/thread-self/ns/net";
  struct stat own;
  if (!is_kept && !netns_check(unshare(CLONE_NEWNET), reply, "unshare")) return false;
  if (!netns_check(stat(source, &own), reply, "stat")) return false;
  if (!netns_check(mount(source, path_of(file).text, "none", MS_BIND, NULL), reply, "mount")) return false;
  netns_inspect(place->path, "", reply);
  reply->state |= NETNS_MADE;
  if (reply->error == 0 && (reply->inode != own.st_ino || reply->device != own.st_dev))
    netns_failed(reply, ESTALE, "verify");
  if (reply->error != 0) unmount_renamed(place, file, &own);
  return reply->error == 0;
}

static bool is_nsfs(const char *path) {
  struct statfs filesystem;
  return statfs(path, &filesystem) == 0 && filesystem.f_type == NSFS_TYPE;
}

bool netns_is_empty_file(const char *path, const struct stat *status) {
  return S_ISREG(status->st_mode) && status->st_size == 0 && !is_nsfs(path);
}

/* A new file, locked until something is mounted on it, so that it is not taken for a leftover. If that
   happened before it was locked, the file is created again. -1: `errno` says why not. */
static int open_new(const char *path) {
  for (int tries = 0; tries < UNMOUNT_TRIES; tries++) {
    int file = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
    if (file < 0) return file;
    int error = flock(file, LOCK_EX) == 0 ? 0 : errno;
    bool current = lock_is_current(file, path);
    if (error == 0 && current) return file;
    /* An interrupted wait means that somebody else holds it and decides about it. */
    if (error != 0 && error != EINTR && current) unlink(path);
    close(file);
    errno = error;
    if (error != 0) return -1;
  }
  errno = EBUSY;
  return -1;
}

/* After waiting for the lock, another process may have mounted a namespace. */
static void mount_again(const struct place *place, int file, struct netns_reply *reply) {
  struct stat status;
  if (!netns_check(file, reply, "open") || !netns_check(flock(file, LOCK_EX), reply, "lock")) return;
  int kind = netns_examine(place->path, &status, reply);
  if (kind == 1) netns_inspect(place->path, "", reply);
  if (kind != 0) return;
  if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size != 0 ||
      !lock_is_current(file, place->path))
    netns_failed(reply, ESTALE, "verify");
  else fill(place, file, reply);
}

/* Anything but a network namespace or an empty file belongs to somebody else. */
static void restore(const struct place *place, struct netns_reply *reply) {
  struct stat status;
  if (!netns_check(lstat(place->path, &status), reply, "stat")) return;
  int kind = S_ISREG(status.st_mode) ? netns_examine(place->path, &status, reply) : 0;
  if (kind == 1) netns_inspect(place->path, "", reply);
  if (kind != 0) return;
  if (!netns_is_empty_file(place->path, &status)) {
    netns_failed(reply, S_ISLNK(status.st_mode) ? ELOOP : EINVAL, "verify");
    return;
  }
  int file = open(place->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  mount_again(place, file, reply);
  if (file >= 0) close(file);
}

static void create_at(const struct place *place, uint32_t flags, struct netns_reply *reply) {
  int file = open_new(place->path);
  if (file >= 0) {
    if (!fill(place, file, reply) && lock_is_current(file, place->path)) unlink(place->path);
    close(file);
  } else if (errno == EEXIST && (flags & NETNS_RESTORE) != 0) restore(place, reply);
  else netns_failed(reply, errno, "create");
}

/* An existing namespace needs no shared folder. */
static bool is_there(const struct place *place, struct netns_reply *reply) {
  struct stat status;
  struct netns_reply found = {0};
  if (lstat(place->path, &status) != 0 || !S_ISREG(status.st_mode)) return false;
  if (netns_examine(place->path, &status, &found) != 1) return false;
  netns_inspect(place->path, "", reply);
  return true;
}

/* Once entered, it cannot be replaced. */
static bool enter_kept(const char *source, struct netns_reply *reply) {
  const char *step = "";
  if (source[0] == 0) return true;
  int error = netns_enter(source, &step);
  is_kept = error == 0;
  return is_kept || netns_failed(reply, error, step);
}

void netns_create(const char *path, const char *source, uint32_t flags, struct netns_reply *reply) {
  char copy[PATH_MAX];
  if (path[0] != '/' || strlen(path) >= sizeof copy) {
    netns_failed(reply, path[0] == '/' ? ENAMETOOLONG : EINVAL, "path");
    return;
  }
  strcpy(copy, path);
  char *folder = dirname(copy);
  const char *name = strrchr(path, '/') + 1;
  struct place place = {.folder = -1};
  if (!enter_kept(source, reply) || !make_folders(folder, reply)) return;
  bool open = open_place(folder, name, flags, &place, reply);
  bool done = !open || ((flags & NETNS_RESTORE) != 0 && is_there(&place, reply));
  bool shares = (flags & NETNS_SHARE_FOLDER) != 0;
  if (!done && (!shares || share_place(folder, name, &place, reply))) create_at(&place, flags, reply);
  if (place.folder >= 0) close(place.folder);
}

int netns_examine(const char *path, struct stat *status, struct netns_reply *reply) {
  if (stat(path, status) != 0) return netns_failed(reply, errno, "stat") - 1;
  if (!S_ISREG(status->st_mode) || !is_nsfs(path)) return 0;
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return netns_failed(reply, errno, "open") - 1;
  int type = ioctl(file, GET_NSTYPE);
  int error = errno;
  close(file);
  if (type < 0) return netns_failed(reply, error, "nstype") - 1;
  return type == CLONE_NEWNET ? 1 : 0;
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
  if (!netns_check(ioctl(descriptor, SIOCGIFFLAGS, &request), reply, "getflags")) return false;
  request.ifr_flags |= IFF_UP;
  return netns_check(ioctl(descriptor, SIOCSIFFLAGS, &request), reply, "setflags");
}

/* The machine's own namespace is refused unless it is allowed explicitly. */
static bool enter_pod(const char *path, uint32_t flags, struct netns_reply *reply) {
  netns_inspect(path, "", reply);
  if (reply->error != 0) return false;
  bool is_home = (reply->state & (NETNS_IS_OWN | NETNS_IS_FIRST)) != 0;
  if (is_home && (flags & NETNS_AT_HOME) == 0) return netns_failed(reply, EINVAL, "home");
  const char *step = "";
  int error = netns_enter(path, &step);
  return error == 0 || netns_failed(reply, error, step);
}

void netns_loopback_up(const char *path, uint32_t flags, struct netns_reply *reply) {
  if (!enter_pod(path, flags, reply)) return;
  int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (netns_check(descriptor, reply, "socket")) raise_loopback(descriptor, reply);
  if (descriptor >= 0) close(descriptor);
}
