/* Marks that show others: the holder of this lock, or the program for this task, has lost its client. A
   mark is a record lock on a byte of a file, which the kernel removes when the last process that holds the open file ends. */
#define _GNU_SOURCE
#include "cni-helper.h"

#include <fcntl.h>

/* The executable itself: a file that all helpers of an installation share. */
static int binary = -1;

void left_open(void) {
  if (binary < 0) binary = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
}

static struct flock byte_at(uint64_t offset, short type) {
  return (struct flock){.l_type = type, .l_whence = SEEK_SET, .l_start = (off_t)offset, .l_len = 1};
}

static void set_mark(int descriptor, uint64_t offset) {
  struct flock mark = byte_at(offset, F_RDLCK);
  if (descriptor >= 0) fcntl(descriptor, F_OFD_SETLK, &mark);
}

/* Marks of this process itself do not count. */
static bool has_mark(int descriptor, uint64_t offset) {
  struct flock mark = byte_at(offset, F_WRLCK);
  return descriptor >= 0 && fcntl(descriptor, F_OFD_GETLK, &mark) == 0 && mark.l_type != F_UNLCK;
}

void left_mark_lock(int descriptor) {
  set_mark(descriptor, 0);
}

bool left_is_lock(int descriptor) {
  return has_mark(descriptor, 0);
}

void left_mark_task(uint64_t task) {
  if (task != NO_TASK) set_mark(binary, task);
}

bool left_is_task(uint64_t task) {
  return task != NO_TASK && has_mark(binary, task);
}

/* FNV-1a, as an offset in a file. */
uint64_t left_task(const char *name) {
  uint64_t hash = 0xcbf29ce484222325;
  if (name == NULL) return NO_TASK;
  for (const char *at = name; *at != 0; at++) hash = (hash ^ (unsigned char)*at) * 0x100000001b3;
  return (hash >> 2) + 1;
}
