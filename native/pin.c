/* Pins namespaces of a process through bind mounts on files: all requested ones, or none. */
#define _GNU_SOURCE
#include "hook.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { NSFS = 0x6e736673, NAMESPACE_TYPE = 0xb703, TRIES = 64 };

#ifndef UMOUNT_NOFOLLOW
#define UMOUNT_NOFOLLOW 8
#endif

static const struct kind {
  const char *name;
  int type;
} kinds[] = {{"net", CLONE_NEWNET}, {"uts", CLONE_NEWUTS}, {"ipc", CLONE_NEWIPC}, {"mnt", CLONE_NEWNS}};

/* Prints the step, its errno and the path, from which the library makes its error. */
static bool failed(const char *path, const char *step) {
  fprintf(stderr, "%s\n%d\n%s\n", step, errno, path);
  return false;
}

static const struct kind *kind_of(const char *argument, const char **path) {
  for (size_t index = 0; index < sizeof kinds / sizeof *kinds; index++) {
    size_t length = strlen(kinds[index].name);
    if (strncmp(argument, kinds[index].name, length) != 0 || argument[length] != '=') continue;
    *path = argument + length + 1;
    return **path == '/' && strlen(*path) < PATH_MAX ? &kinds[index] : NULL;
  }
  return NULL;
}

static bool make_folder(char *folder) {
  for (char *slash = strchr(folder + 1, '/');; slash = strchr(slash + 1, '/')) {
    if (slash != NULL) *slash = 0;
    if (mkdir(folder, 0755) != 0 && errno != EEXIST) return failed(folder, "mkdir");
    if (slash == NULL) return true;
    *slash = '/';
  }
}

/* A mount namespace cannot be mounted where mounts propagate to others. */
static bool make_private(const char *folder) {
  if (mount("", folder, "none", MS_PRIVATE, NULL) == 0) return true;
  if (errno != EINVAL || mount(folder, folder, "none", MS_BIND, NULL) != 0 ||
      mount("", folder, "none", MS_PRIVATE, NULL) != 0)
    return failed(folder, "private");
  return true;
}

static bool prepare_folder(const struct kind *kind, const char *path) {
  char folder[PATH_MAX];
  strcpy(folder, path);
  *strrchr(folder, '/') = 0;
  return folder[0] == 0 || (make_folder(folder) && (kind->type != CLONE_NEWNS || make_private(folder)));
}

/* A process, by pid and the descriptor of its folder in /proc. */
struct source {
  long pid;
  int process;
};

static int open_namespace(struct source source, const struct kind *kind) {
  char name[16], path[48];
  snprintf(name, sizeof name, "ns/%s", kind->name);
  snprintf(path, sizeof path, "/proc/%ld/%s", source.pid, name);
  int namespace = openat(source.process, name, O_RDONLY | O_CLOEXEC);
  if (namespace < 0) {
    failed(path, "open");
    return -1;
  }
  if (ioctl(namespace, NAMESPACE_TYPE) == kind->type) return namespace;
  close(namespace);
  errno = EINVAL;
  failed(path, "nstype");
  return -1;
}

/* Uses descriptors: a name could lead elsewhere by now. */
static bool mount_on(int namespace, int file, const char *path) {
  char source[32], target[32];
  snprintf(source, sizeof source, "/proc/self/fd/%d", namespace);
  snprintf(target, sizeof target, "/proc/self/fd/%d", file);
  return mount(source, target, "none", MS_BIND, NULL) == 0 || failed(path, "mount");
}

/* The file is locked until the namespace is mounted, so that nobody takes it for a leftover. */
static bool pin(struct source source, const struct kind *kind, const char *path) {
  if (!prepare_folder(kind, path)) return false;
  int namespace = open_namespace(source, kind);
  if (namespace < 0) return false;
  int file = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
  bool pinned = file >= 0 || failed(path, "create");
  if (pinned && flock(file, LOCK_EX) != 0) pinned = failed(path, "lock");
  if (pinned && !lock_is_current(file, path)) {
    errno = EBUSY;
    pinned = failed(path, "lock");
  }
  if (pinned) pinned = mount_on(namespace, file, path);
  if (!pinned && file >= 0 && lock_is_current(file, path)) unlink(path);
  if (file >= 0) close(file);
  close(namespace);
  return pinned;
}

static bool is_namespace(const char *path) {
  struct statfs filesystem;
  return statfs(path, &filesystem) == 0 && filesystem.f_type == NSFS;
}

/* Accepts only a namespace or the file under one, empty and not writable. */
static bool unpin(const char *path) {
  for (int tries = 0; tries < TRIES; tries++) {
    struct stat status;
    if (lstat(path, &status) != 0) return errno == ENOENT || failed(path, "stat");
    if (is_namespace(path)) {
      if (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) != 0) return failed(path, "umount");
    } else if (!S_ISREG(status.st_mode) || status.st_size != 0 || (status.st_mode & 0222) != 0) {
      errno = EINVAL;
      return failed(path, "verify");
    } else if (unlink(path) == 0) return true;
    else if (errno != ENOENT) return failed(path, "unlink");
  }
  errno = EBUSY;
  return failed(path, "umount");
}

static bool pin_all(struct source source, int count, char **arguments) {
  for (int index = 0; index < count; index++) {
    const char *path = NULL;
    const struct kind *kind = kind_of(arguments[index], &path);
    if (kind != NULL && pin(source, kind, path)) continue;
    if (kind == NULL) errno = EINVAL, failed(arguments[index], "path");
    while (index-- > 0)
      if (kind_of(arguments[index], &path) != NULL) unpin(path);
    return false;
  }
  return true;
}

int pin_run(int count, char **arguments) {
  if (count < 2) return EXIT_USAGE;
  char folder[32];
  char *end;
  long pid = strtol(arguments[0], &end, 10);
  if (end == arguments[0] || *end != 0 || pid <= 0 || pid > INT32_MAX) return EXIT_USAGE;
  snprintf(folder, sizeof folder, "/proc/%ld", pid);
  int process = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (process < 0) return failed(folder, "process") ? 0 : 1;
  return pin_all((struct source){pid, process}, count - 1, arguments + 1) ? 0 : 1;
}

int unpin_run(int count, char **arguments) {
  bool gone = count > 0;
  for (int index = 0; index < count; index++) gone = unpin(arguments[index]) && gone;
  return gone ? 0 : 1;
}
