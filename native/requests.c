/* Input: frames, each of which is handled here or becomes a program. */
#define _GNU_SOURCE
#include "server.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

enum { REQUESTS_AT_ONCE = 16 };

static bool answer_lock(const struct request *request) {
  struct lock_reply reply;
  enum lock_state state = lock_take(request->path, &reply);
  if (state == LOCK_ACQUIRED) return answer_acquired(&server.out, request->id, reply.id);
  if (state == LOCK_BUSY) return answer_busy(&server.out, request->id, reply.left);
  return answer_failed(&server.out, request->id, reply.error, reply.step, request->path);
}

static bool answer_unlock(const struct request *request) {
  if (lock_release(request->lock)) return answer_empty(&server.out, request->id, ANSWER_UNLOCKED);
  return answer_failed(&server.out, request->id, ENOENT, "unlock", request->path);
}

/* Locks are quick, so they are handled here. */
static void handle_lock(const struct request *request) {
  bool answered = request->type == REQUEST_LOCK ? answer_lock(request) : answer_unlock(request);
  if (!answered) state_fail("no memory for an answer");
}

/* False if it may take long and needs its own process. */
static bool handle_look(const struct request *request) {
  struct netns_reply reply = {0};
  if (!look_at_once(request->path, request->detail, &reply)) return false;
  bool answered = reply.error != 0
                      ? answer_failed(&server.out, request->id, reply.error, reply.step, request->path)
                      : answer_netns(&server.out, request->id, &reply);
  if (!answered) state_fail("no memory for an answer");
  return true;
}

static void cancel(struct job *job, struct waiting *waiting, int64_t now) {
  if (waiting != NULL) waiting_give_up(waiting, ENDED_CANCELLED);
  if (job != NULL) program_end(job, ENDED_CANCELLED, now);
}

static void handle_request(struct request *request, const unsigned char *frame, size_t size, int64_t now) {
  struct job *job = program_find(request->id);
  struct waiting *waiting = queue_find(request->id);
  if (request->type == REQUEST_CANCEL) cancel(job, waiting, now);
  else if (job != NULL || waiting != NULL) state_fail("malformed frame: an id that is in use");
  else if (request->type == REQUEST_LOCK || request->type == REQUEST_UNLOCK) handle_lock(request);
  else if (request->type == REQUEST_NETNS_INSPECT && handle_look(request)) return;
  else waiting_add(request, frame, size, now);
}

/* A few requests at a time, so that a long queue does not keep running programs waiting. */
void requests_handle(int64_t now) {
  server.more_requests = false;
  for (int count = 0; state_is_open(); count++) {
    struct request request;
    const char *why = NULL;
    size_t size;
    size_t available = server.in.size - server.in_used;
    const unsigned char *data = server.in.data == NULL ? NULL : server.in.data + server.in_used;
    enum frame_state state = frame_parse(data, available, &size, &request, &why);
    server.in_wanted = size;
    if (state == FRAME_INCOMPLETE) return;
    if (count == REQUESTS_AT_ONCE) {
      server.more_requests = true;
      return;
    }
    if (state == FRAME_MALFORMED) {
      char message[160];
      snprintf(message, sizeof message, "malformed frame: %s", why);
      state_fail(message);
      return;
    }
    server.in_used += size;
    handle_request(&request, data, size, now);
  }
}

/* If a client dies while it writes a frame, its programs go on, as if it had died between two frames. */
static void end_of_input(void) {
  if (server.in.size > server.in_used) state_complain("malformed frame: cut off by the end of input");
  server.input_ended = true;
}

void requests_read(void) {
  bytes_drop_front(&server.in, server.in_used);
  server.in_used = 0;
  if (server.in.size == 0 && server.in.capacity > 2 * READ_AT_ONCE) bytes_free(&server.in);
  size_t room = READ_AT_ONCE;
  if (server.in_wanted > server.in.size + room) room = server.in_wanted - server.in.size;
  if (!bytes_reserve(&server.in, room)) {
    state_fail("no memory for a frame");
    return;
  }
  ssize_t count = read(STDIN_FILENO, server.in.data + server.in.size, room);
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (count <= 0) {
    end_of_input();
    return;
  }
  server.in.size += (size_t)count;
}
