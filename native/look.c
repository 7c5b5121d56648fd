/* Looks at a path: whether it is a network namespace, which one, and whether it has an interface. */
#define _GNU_SOURCE
#include "cni-helper.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Not every libc knows these. */
enum { OPENAT2 = 437, RESOLVE_ONLY_CACHED = 0x20, GET_NSTYPE = 0xb703, NETNS_COOKIE = 71, DONT_SYNC = 0x4000 };

struct how_to_open {
  uint64_t flags, mode, resolve;
};

/* The needed part of the kernel's struct statx. */
struct seen_status {
  uint32_t mask, block_size;
  uint64_t attributes;
  uint32_t links, uid, gid;
  uint16_t mode, unused;
  uint64_t inode;
  uint64_t others[11];
  uint32_t special_major, special_minor, device_major, device_minor;
  uint64_t rest[14];
};

/* The namespaces of this process and of process 1. All namespaces are on one device. */
static struct {
  int descriptor;
  bool can_return;
  uint64_t device;
  uint64_t inode;
  uint64_t inode_of_first; /* 0: it may not be seen */
} home = {.descriptor = -1};

/* A process in somebody else's namespace may be allowed to leave it, but not to return. */
void look_prepare(void) {
  struct stat own, first;
  home.descriptor = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  if (home.descriptor < 0 || fstat(home.descriptor, &own) != 0) return;
  home.device = own.st_dev;
  home.inode = own.st_ino;
  home.inode_of_first = stat("/proc/1/ns/net", &first) == 0 && first.st_dev == own.st_dev ? first.st_ino : 0;
  home.can_return = setns(home.descriptor, CLONE_NEWNET) == 0;
}

/* Does not query a file system that has to ask a server. */
static bool see(int file, struct netns_reply *reply) {
  struct seen_status status = {0};
  if (syscall(SYS_statx, file, "", AT_EMPTY_PATH | DONT_SYNC, 0x100U, &status) != 0) return false;
  reply->device = makedev(status.device_major, status.device_minor);
  reply->inode = status.inode;
  return true;
}

static bool find_interface(int descriptor, const char *name, struct netns_reply *reply) {
  struct ifreq request = {0};
  reply->interface = 0;
  if (name[0] == 0 || strlen(name) >= sizeof request.ifr_name) return true;
  strcpy(request.ifr_name, name);
  if (ioctl(descriptor, SIOCGIFINDEX, &request) != 0) return errno == ENODEV;
  reply->interface = (uint32_t)request.ifr_ifindex;
  return true;
}

/* The cookie counts up and is unique until the next boot; inodes are reused. */
static bool ask_inside(const char *interface, struct netns_reply *reply) {
  int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return false;
  socklen_t size = sizeof reply->cookie;
  if (getsockopt(descriptor, SOL_SOCKET, NETNS_COOKIE, &reply->cookie, &size) != 0) reply->cookie = 0;
  bool found = find_interface(descriptor, interface, reply);
  close(descriptor);
  return found;
}

/* A namespace that may not be entered still is a namespace. */
static void enter(int namespace, const char *interface, struct netns_reply *reply) {
  if (setns(namespace, CLONE_NEWNET) != 0) return;
  if (ask_inside(interface, reply)) reply->state |= NETNS_SEEN_INSIDE;
}

/* Never opens a pipe or a device: anything not on the device of namespaces is not a namespace. */
static bool look(int file, const char *interface, struct netns_reply *reply) {
  if (home.descriptor < 0) {
    errno = ENOSYS; /* there is no /proc */
    return false;
  }
  if (reply->device != home.device) return true;
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  int namespace = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (namespace < 0) return false;
  int type = ioctl(namespace, GET_NSTYPE);
  if (type == CLONE_NEWNET) {
    reply->state |= NETNS_IS_NETNS;
    if (reply->inode == home.inode) reply->state |= NETNS_IS_OWN;
    if (reply->inode == home.inode_of_first) reply->state |= NETNS_IS_FIRST;
    enter(namespace, interface, reply);
  }
  int error = errno;
  close(namespace);
  errno = error;
  return type >= 0;
}

static bool is_process_netns(const char *path) {
  if (strncmp(path, "/proc/", 6) != 0) return false;
  size_t digits = strspn(path + 6, "0123456789");
  size_t name = digits > 0 ? digits : strncmp(path + 6, "self", 4) == 0 ? 4 : 0;
  return name > 0 && strcmp(path + 6 + name, "/ns/net") == 0;
}

/* Uses only what the kernel already knows: a file system that does not answer would block this process. */
static int open_at_once(const char *path) {
  if (is_process_netns(path)) return open(path, O_PATH | O_CLOEXEC);
  struct how_to_open how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_ONLY_CACHED};
  return (int)syscall(OPENAT2, AT_FDCWD, path, &how, sizeof how);
}

bool look_at_once(const char *path, const char *interface, struct netns_reply *reply) {
  if (!home.can_return) return false;
  int file = open_at_once(path);
  if (file < 0) {
    if (errno != ENOENT && errno != ENOTDIR) return false;
    reply->error = errno;
    strcpy(reply->step, "stat");
    return true;
  }
  bool seen = see(file, reply) && look(file, interface, reply);
  close(file);
  if (seen && (reply->state & NETNS_IS_NETNS) != 0 && setns(home.descriptor, CLONE_NEWNET) != 0) {
    /* Anything that this process did from now on would happen in the other network. */
    perror("cni-helper: cannot return to its own network namespace");
    _exit(EXIT_MALFORMED);
  }
  return seen;
}

void netns_inspect(const char *path, const char *interface, struct netns_reply *reply) {
  int file = open(path, O_PATH | O_CLOEXEC);
  const char *step = "stat";
  bool seen = file >= 0 && see(file, reply);
  if (seen) {
    step = "open";
    seen = look(file, interface, reply);
  }
  if (!seen) {
    reply->error = errno;
    strcpy(reply->step, step);
  }
  if (file >= 0) close(file);
}
