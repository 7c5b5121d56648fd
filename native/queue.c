/* Requests that wait for a program to end, because there is no room for another one. Kept in order. */
#include "cni-helper.h"

#include <stdlib.h>
#include <string.h>

static struct waiting *first;
static struct waiting **end = &first;
static size_t count;

bool queue_add(const unsigned char *frame, size_t size, uint32_t id, int64_t due) {
  struct waiting *waiting = count < QUEUE_LIMIT ? malloc(sizeof *waiting + size) : NULL;
  if (waiting == NULL) return false;
  *waiting = (struct waiting){.id = id, .due = due, .size = size};
  memcpy(waiting->frame, frame, size);
  *end = waiting;
  end = &waiting->next;
  count++;
  return true;
}

struct waiting *queue_first(void) {
  return first;
}

struct waiting *queue_find(uint32_t id) {
  for (struct waiting *waiting = first; waiting != NULL; waiting = waiting->next)
    if (waiting->id == id) return waiting;
  return NULL;
}

void queue_remove(struct waiting *waiting) {
  struct waiting **link = &first;
  while (*link != waiting) link = &(*link)->next;
  *link = waiting->next;
  if (end == &waiting->next) end = link;
  free(waiting);
  count--;
}
