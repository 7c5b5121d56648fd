/* Locks between processes: kernel locks on files, held until they are released or this process ends. */
#define _GNU_SOURCE
#include "cni-helper.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { OPEN_TRIES = 16 };

struct lock {
  uint32_t id;
  int descriptor;
  char *path;
};

static struct lock locks[LOCK_LIMIT];
static size_t lock_count;

static enum lock_state fail(struct lock_reply *reply, int error, const char *step) {
  reply->error = error;
  reply->step = step;
  return LOCK_FAILED;
}

static struct lock *find_lock(uint32_t id) {
  for (size_t index = 0; index < lock_count; index++)
    if (locks[index].id == id) return &locks[index];
  return NULL;
}

static uint32_t fresh_id(void) {
  static uint32_t last;
  do last++;
  while (last == 0 || find_lock(last) != NULL);
  return last;
}

bool lock_is_current(int descriptor, const char *path) {
  struct stat open_file, named;
  return fstat(descriptor, &open_file) == 0 && lstat(path, &named) == 0 && open_file.st_ino == named.st_ino &&
         open_file.st_dev == named.st_dev;
}

/* A lock file is an empty regular file. It is unlinked in the end, so nothing else may pass for one. */
static bool is_lock_file(int descriptor) {
  struct stat status;
  return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 0;
}

/* Moves anything but a lock file to the folder `unreadable` beside it. Names include nanoseconds, since several files of one
   name may be moved within a second. */
static bool move_aside(const char *path) {
  char folder[PATH_MAX], to[PATH_MAX];
  struct timespec now;
  const char *name = strrchr(path, '/');
  int size = name == NULL ? -1 : snprintf(folder, sizeof folder, "%.*s/unreadable", (int)(name - path), path);
  if (size < 0 || (size_t)size >= sizeof folder) return false;
  if (mkdir(folder, 0700) != 0 && errno != EEXIST) return false;
  clock_gettime(CLOCK_REALTIME, &now);
  size = snprintf(to, sizeof to, "%s/%.200s.%lld%09ld", folder, name + 1, (long long)now.tv_sec, now.tv_nsec);
  return size > 0 && (size_t)size < sizeof to && rename(path, to) == 0;
}

/* Holds the lock of the file while moving it, since a file with content may be locked too. Also holds the lock of the
   folder, so that nobody puts a new lock file there between looking and moving. */
static enum lock_state set_aside(const char *path, struct lock_reply *reply) {
  char copy[PATH_MAX];
  struct stat status;
  if (strlen(path) >= sizeof copy) return fail(reply, ENAMETOOLONG, "aside");
  strcpy(copy, path);
  int folder = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0 || flock(folder, LOCK_EX | LOCK_NB) != 0) {
    int error = errno;
    if (folder >= 0) close(folder);
    return error == EWOULDBLOCK ? LOCK_BUSY : fail(reply, error, "aside");
  }
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  bool odd = lstat(path, &status) == 0 && (!S_ISREG(status.st_mode) || status.st_size != 0);
  bool held = file >= 0 && flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  enum lock_state state = LOCK_BUSY;
  if (odd && !held) state = move_aside(path) ? fail(reply, ESTALE, "aside") : fail(reply, errno, "aside");
  if (file >= 0) close(file);
  close(folder);
  return state;
}

static enum lock_state lock_open_file(int descriptor, const char *path, struct lock_reply *reply) {
  if (!is_lock_file(descriptor)) return set_aside(path, reply);
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return LOCK_ACQUIRED;
  if (errno != EWOULDBLOCK) return fail(reply, errno, "flock");
  reply->left = left_is_lock(descriptor);
  return LOCK_BUSY;
}

/* A link, a socket, a folder or a device that does not exist is in the place of the file. */
static enum lock_state open_failed(const char *path, struct lock_reply *reply) {
  if (errno == ELOOP || errno == ENXIO || errno == EISDIR || errno == ENODEV) return set_aside(path, reply);
  return fail(reply, errno, "open");
}

/* `*descriptor` is open if and only if the lock was acquired. If a lock was released between
   opening and locking, its file was removed with it: then it tries a new file. */
static enum lock_state lock_file(const char *path, int *descriptor, struct lock_reply *reply) {
  for (int tries = 0; tries < OPEN_TRIES; tries++) {
    *descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (*descriptor < 0) return open_failed(path, reply);
    enum lock_state state = lock_open_file(*descriptor, path, reply);
    if (state == LOCK_ACQUIRED && lock_is_current(*descriptor, path)) return LOCK_ACQUIRED;
    close(*descriptor);
    if (state != LOCK_ACQUIRED) return state;
  }
  return LOCK_BUSY;
}

enum lock_state lock_take(const char *path, struct lock_reply *reply) {
  *reply = (struct lock_reply){0};
  if (lock_count == LOCK_LIMIT) return fail(reply, EAGAIN, "limit");
  struct lock lock = {.id = fresh_id(), .path = strdup(path)};
  if (lock.path == NULL) return fail(reply, ENOMEM, "memory");
  enum lock_state state = lock_file(path, &lock.descriptor, reply);
  if (state != LOCK_ACQUIRED) {
    free(lock.path);
    return state;
  }
  runs->locks[lock_count] = lock.descriptor;
  locks[lock_count++] = lock;
  reply->id = lock.id;
  return LOCK_ACQUIRED;
}

/* The file is removed while the lock is held, so nobody can hold a lock on a removed file. A program that is being
   started may hold a copy of the descriptor for a moment: closing alone would not be enough. */
static void let_go(struct lock *lock) {
  if (lock_is_current(lock->descriptor, lock->path)) unlink(lock->path);
  flock(lock->descriptor, LOCK_UN);
  close(lock->descriptor);
  free(lock->path);
}

bool lock_release(uint32_t id) {
  struct lock *lock = find_lock(id);
  if (lock == NULL) return false;
  size_t place = (size_t)(lock - locks);
  lock_count--;
  runs->locks[place] = runs->locks[lock_count];
  runs->locks[lock_count] = 0;
  let_go(lock);
  *lock = locks[lock_count];
  return true;
}

void lock_release_all(void) {
  while (lock_count > 0) lock_release(locks[lock_count - 1].id);
}

void lock_mark_all(void) {
  for (size_t index = 0; index < lock_count; index++) left_mark_lock(locks[index].descriptor);
}
