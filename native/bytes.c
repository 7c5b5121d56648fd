#include "cni-helper.h"

#include <stdlib.h>
#include <string.h>

bool bytes_reserve(struct bytes *bytes, size_t extra) {
  size_t needed = bytes->size + extra;
  if (needed <= bytes->capacity) return true;
  size_t capacity = bytes->capacity < 256 ? 256 : bytes->capacity;
  while (capacity < needed) capacity *= 2;
  unsigned char *data = realloc(bytes->data, capacity);
  if (data == NULL) return false;
  bytes->data = data;
  bytes->capacity = capacity;
  return true;
}

bool bytes_append(struct bytes *bytes, const void *data, size_t size) {
  if (size == 0) return true;
  if (!bytes_reserve(bytes, size)) return false;
  memcpy(bytes->data + bytes->size, data, size);
  bytes->size += size;
  return true;
}

void bytes_drop_front(struct bytes *bytes, size_t count) {
  if (count == 0) return;
  bytes->size -= count;
  if (bytes->size > 0) memmove(bytes->data, bytes->data + count, bytes->size);
}

void bytes_free(struct bytes *bytes) {
  free(bytes->data);
  *bytes = (struct bytes){0};
}
