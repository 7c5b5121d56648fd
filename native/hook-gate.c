/* The gate of a control plane, `hook-gate PATH`: listens on a socket for hooks, which must be root's or this user's,
   and passes on what they ask to standard output and the answers to them from standard input, in the frames that
   PROTOCOL.md describes. It ends with its standard input. */
#define _GNU_SOURCE
#include "hook.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CLIENT_LIMIT = 256, ASK_MS = 10000, BACKLOG = 128 };
enum gate_frame { FRAME_LISTENING = 1, FRAME_ASKED = 2, FRAME_GONE = 3, FRAME_ANSWER = 1 };
enum { ANSWER_LIMIT = FRAME_HEADER_BYTES + 4 + HOOK_MESSAGE_LIMIT };

struct client {
  int socket; /* -1: free */
  uint32_t id;
  pid_t pid;
  uid_t uid;
  bool asked; /* what it wants is known to the control plane */
  int64_t deadline;
  struct bytes in;
};

static struct client clients[CLIENT_LIMIT];
static struct bytes input;
static uint32_t last_id;

static void let_go(struct client *client) {
  close(client->socket);
  bytes_free(&client->in);
  client->socket = -1;
}

enum { PARTS = 3 };

/* Writes a whole frame in one call, so that the control plane wakes up once. Exits if the control plane no longer reads. */
static void write_or_end(struct iovec parts[PARTS]) {
  for (int first = 0; first < PARTS;) {
    ssize_t count = writev(STDOUT_FILENO, parts + first, PARTS - first);
    if (count < 0 && errno != EINTR) exit(1);
    for (size_t left = count < 0 ? 0 : (size_t)count; first < PARTS; first++) {
      size_t size = left < parts[first].iov_len ? left : parts[first].iov_len;
      parts[first].iov_base = (char *)parts[first].iov_base + size;
      parts[first].iov_len -= size;
      left -= size;
      if (parts[first].iov_len > 0) break;
    }
  }
}

/* A body in two parts. */
static void say(enum gate_frame type, uint32_t id, struct iovec one, struct iovec other) {
  size_t body_size = one.iov_len + other.iov_len;
  uint32_t header[3] = {(uint32_t)(FRAME_HEADER_BYTES - 4 + body_size), (uint32_t)type, id};
  write_or_end((struct iovec[PARTS]){{header, sizeof header}, one, other});
}

static const struct iovec nothing = {NULL, 0};

static void refuse(struct client *client, const char *why) {
  struct hook_answer answer = {HOOK_MAGIC, 1, (uint32_t)strlen(why)};
  if (send(client->socket, &answer, sizeof answer, MSG_NOSIGNAL) == (ssize_t)sizeof answer)
    send(client->socket, why, answer.message_size, MSG_NOSIGNAL);
  let_go(client);
}

static struct client *find_client(uint32_t id) {
  for (size_t index = 0; index < CLIENT_LIMIT; index++)
    if (clients[index].socket >= 0 && clients[index].asked && clients[index].id == id) return &clients[index];
  return NULL;
}

static struct client *free_client(void) {
  for (size_t index = 0; index < CLIENT_LIMIT; index++)
    if (clients[index].socket < 0) return &clients[index];
  return NULL;
}

/* The kernel reports no pid for a process that is invisible from here. If nothing is known, assume nothing is wrong. */
static bool shares_pids(pid_t pid) {
  char path[40];
  struct stat own, peer;
  snprintf(path, sizeof path, "/proc/%ld/ns/pid", (long)pid);
  if (pid == 0) return false;
  return stat("/proc/self/ns/pid", &own) != 0 || stat(path, &peer) != 0 ||
         (own.st_ino == peer.st_ino && own.st_dev == peer.st_dev);
}

static void accept_client(int listener) {
  struct client *client = free_client();
  int socket = client == NULL ? -1 : accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (socket < 0) return;
  *client = (struct client){.socket = socket, .deadline = now_ms() + ASK_MS};
  if (hook_check_peer(socket, &client->pid, &client->uid) != 0)
    refuse(client, "only root and the user of the control plane may use this socket");
  else if (!shares_pids(client->pid))
    refuse(client, "the container runtime must be in the pid namespace of the control plane: in another one, the "
                   "pid of the state belongs to another process");
}

static bool is_request(const struct hook_request *request) {
  return request->magic == HOOK_MAGIC && request->version == HOOK_VERSION &&
         (request->event == HOOK_CREATE_RUNTIME || request->event == HOOK_POSTSTOP) &&
         request->env_size <= HOOK_ENV_LIMIT && request->state_size <= HOOK_STATE_LIMIT;
}

static void pass_on(struct client *client, const struct hook_request *request) {
  client->id = ++last_id;
  client->asked = true;
  uint32_t fields[5] = {request->event, (uint32_t)client->pid, (uint32_t)client->uid, request->env_size,
                        request->state_size};
  size_t data_size = (size_t)request->env_size + request->state_size;
  struct iovec data = {client->in.data + sizeof *request, data_size};
  say(FRAME_ASKED, client->id, (struct iovec){fields, sizeof fields}, data);
  bytes_free(&client->in);
}

static void examine(struct client *client) {
  struct hook_request request;
  if (client->in.size < sizeof request) return;
  memcpy(&request, client->in.data, sizeof request);
  if (!is_request(&request)) {
    refuse(client, "this is not a request of a hook, or it is from another version of cni-helper");
    return;
  }
  size_t size = sizeof request + request.env_size + request.state_size;
  if (client->in.size == size) pass_on(client, &request);
  else if (client->in.size > size) refuse(client, "the request is longer than it says");
}

/* A hook disconnects after its answer. One that disconnects earlier, or sends too much, wants no answer. */
static void read_client(struct client *client) {
  char chunk[65536];
  ssize_t count = recv(client->socket, chunk, sizeof chunk, 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0 || client->asked) {
    if (client->asked) say(FRAME_GONE, client->id, nothing, nothing);
    let_go(client);
    return;
  }
  if (bytes_append(&client->in, chunk, (size_t)count)) examine(client);
  else refuse(client, "out of memory");
}

static void answer_client(uint32_t id, const unsigned char *body, size_t size) {
  struct client *client = find_client(id);
  if (client == NULL) return;
  struct hook_answer answer = {HOOK_MAGIC, 0, (uint32_t)(size - 4)};
  memcpy(&answer.exit_code, body, 4);
  struct iovec parts[2] = {{&answer, sizeof answer}, {(void *)(body + 4), size - 4}};
  sendmsg(client->socket, &(struct msghdr){.msg_iov = parts, .msg_iovlen = 2}, MSG_NOSIGNAL);
  let_go(client);
}

/* False for an impossible frame. */
static bool take_answers(void) {
  size_t used = 0;
  while (input.size - used >= FRAME_HEADER_BYTES) {
    uint32_t header[3];
    memcpy(header, input.data + used, sizeof header);
    size_t size = (size_t)header[0] + 4;
    if (header[1] != FRAME_ANSWER || size < FRAME_HEADER_BYTES + 4 || size > ANSWER_LIMIT) return false;
    if (input.size - used < size) break;
    answer_client(header[2], input.data + used + FRAME_HEADER_BYTES, size - FRAME_HEADER_BYTES);
    used += size;
  }
  bytes_drop_front(&input, used);
  return true;
}

/* False at the end of input. */
static bool read_answers(void) {
  char chunk[65536];
  ssize_t count = read(STDIN_FILENO, chunk, sizeof chunk);
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  return count > 0 && bytes_append(&input, chunk, (size_t)count) && take_answers();
}

static void end_slow_clients(int64_t now) {
  for (size_t index = 0; index < CLIENT_LIMIT; index++) {
    struct client *client = &clients[index];
    if (client->socket >= 0 && !client->asked && client->deadline <= now) refuse(client, "the request took too long");
  }
}

static int wait_ms(int64_t now) {
  int64_t next = now + ASK_MS;
  for (size_t index = 0; index < CLIENT_LIMIT; index++)
    if (clients[index].socket >= 0 && !clients[index].asked && clients[index].deadline < next)
      next = clients[index].deadline;
  return next > now ? (int)(next - now) : 0;
}

static void serve_clients(int listener) {
  struct pollfd polled[CLIENT_LIMIT + 2];
  for (;;) {
    bool full = free_client() == NULL;
    polled[0] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
    polled[1] = (struct pollfd){.fd = full ? -1 : listener, .events = POLLIN};
    for (size_t index = 0; index < CLIENT_LIMIT; index++)
      polled[index + 2] = (struct pollfd){.fd = clients[index].socket, .events = POLLIN};
    if (poll(polled, CLIENT_LIMIT + 2, wait_ms(now_ms())) < 0 && errno != EINTR) return;
    for (size_t index = 0; index < CLIENT_LIMIT; index++)
      if (polled[index + 2].revents != 0 && clients[index].socket >= 0) read_client(&clients[index]);
    if (polled[0].revents != 0 && !read_answers()) return;
    if (polled[1].revents != 0) accept_client(listener);
    end_slow_clients(now_ms());
  }
}

/* Exit codes for the library; 1 is any other failure. */
enum { GATE_IN_USE = 3, GATE_FORBIDDEN = 4 };

/* Negative: the exit code. */
static int complain(const char *path, const char *what, int code) {
  fprintf(stderr, "%s: %s\n", path, what);
  return -code;
}

static int complain_of_errno(const char *path) {
  bool forbidden = errno == EACCES || errno == EPERM || errno == EROFS;
  return complain(path, strerror(errno), forbidden ? GATE_FORBIDDEN : 1);
}

static bool is_served(const struct sockaddr_un *address) {
  int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  bool served = probe >= 0 && (connect(probe, (const struct sockaddr *)address, sizeof *address) == 0 || errno == EAGAIN);
  if (probe >= 0) close(probe);
  return served;
}

/* A short name in the folder of the socket: an address has less room than a path. */
static int listen_in_folder(const char *path, struct stat *made) {
  struct sockaddr_un fresh;
  char folder[sizeof fresh.sun_path], name[32];
  strcpy(folder, path);
  *strrchr(folder, '/') = 0;
  snprintf(name, sizeof name, ".hook-%ld", (long)getpid());
  if (chdir(folder[0] == 0 ? "/" : folder) != 0 || !hook_address(name, &fresh)) return -1;
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  umask(0177);
  unlink(name);
  if (listener < 0 || bind(listener, (struct sockaddr *)&fresh, sizeof fresh) != 0) return -1;
  if (listen(listener, BACKLOG) == 0 && lstat(name, made) == 0 && rename(name, path) == 0) return listener;
  int error = errno;
  unlink(name);
  errno = error;
  return -1;
}

/* Atomically replaces a socket that a dead control plane left; a file that is not a socket stays. */
static int listen_at(const char *path, struct stat *made) {
  struct sockaddr_un address;
  if (path[0] != '/' || !hook_address(path, &address))
    return complain(path, "the socket must be an absolute path of at most 107 bytes", 1);
  struct stat there;
  if (lstat(path, &there) == 0 && !S_ISSOCK(there.st_mode)) return complain(path, "the file is not a socket", 1);
  if (is_served(&address)) return complain(path, "another program serves hooks there", GATE_IN_USE);
  int listener = listen_in_folder(path, made);
  if (listener < 0) return complain_of_errno(path);
  return chdir("/") == 0 ? listener : complain_of_errno(path);
}

static void remove_socket(const char *path, const struct stat *made) {
  struct stat there;
  if (lstat(path, &there) == 0 && there.st_ino == made->st_ino && there.st_dev == made->st_dev) unlink(path);
}

int hook_gate(int count, char **arguments) {
  if (count != 1) return EXIT_USAGE;
  const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
  for (size_t index = 0; index < sizeof ignored / sizeof *ignored; index++) signal(ignored[index], SIG_IGN);
  for (size_t index = 0; index < CLIENT_LIMIT; index++) clients[index].socket = -1;
  struct stat made;
  int listener = listen_at(arguments[0], &made);
  if (listener < 0) return -listener;
  say(FRAME_LISTENING, 0, nothing, nothing);
  serve_clients(listener);
  remove_socket(arguments[0], &made);
  return 0;
}
