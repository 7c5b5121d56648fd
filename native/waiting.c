/* Handles requests that wait for room. */
#include "server.h"

#include <errno.h>
#include <signal.h>

/* Nothing overtakes waiting requests. */
void waiting_add(struct request *request, const unsigned char *frame, size_t size, int64_t now) {
  bool limited = request->deadline_ms != (uint32_t)NO_DEADLINE_MS;
  int64_t due = limited ? now + request->deadline_ms : INT64_MAX;
  uint32_t id = request->id;
  const char *path = request->path;
  if (queue_first() == NULL && program_add(request)) return;
  if (queue_add(frame, size, id, due)) {
    if (due < server.next_wake) server.next_wake = due;
  } else if (!answer_failed(&server.out, id, EAGAIN, "limit", path)) state_fail("no memory for an answer");
}

/* Answers like a program that ended immediately when told to. */
void waiting_give_up(struct waiting *waiting, enum ended reason) {
  struct request request;
  struct outcome outcome = {.ended = reason, .status = SIGTERM};
  const char *why;
  size_t size;
  int error = reason == ENDED_DEADLINE ? ETIMEDOUT : ECANCELED;
  frame_parse(waiting->frame, waiting->size, &size, &request, &why);
  bool answered = request.type == REQUEST_SPAWN ? answer_ended(&server.out, waiting->id, &outcome)
                                                : answer_failed(&server.out, waiting->id, error, "call", request.path);
  if (!answered) state_complain("no memory for an answer");
  queue_remove(waiting);
}

/* A program that has ended may have made room. */
void waiting_start(int64_t now) {
  for (struct waiting *waiting = queue_first(); waiting != NULL; waiting = queue_first()) {
    struct request request;
    const char *why;
    size_t size;
    frame_parse(waiting->frame, waiting->size, &size, &request, &why);
    if (waiting->due != INT64_MAX) request.deadline_ms = waiting->due > now ? (uint32_t)(waiting->due - now) : 0;
    if (!program_add(&request)) return;
    queue_remove(waiting);
    if (server.failed) return;
  }
}

void waiting_wake(int64_t now) {
  for (struct waiting *waiting = queue_first(), *next; waiting != NULL; waiting = next) {
    next = waiting->next;
    if (waiting->due <= now) waiting_give_up(waiting, ENDED_DEADLINE);
    else if (waiting->due < server.next_wake) server.next_wake = waiting->due;
  }
}

void waiting_give_up_all(void) {
  while (queue_first() != NULL) waiting_give_up(queue_first(), ENDED_CANCELLED);
}

void waiting_limit(int64_t due) {
  for (struct waiting *waiting = queue_first(); waiting != NULL; waiting = waiting->next) {
    if (waiting->due == INT64_MAX) waiting->due = due;
    if (waiting->due < server.next_wake) server.next_wake = waiting->due;
  }
}
