/* Frames: requests are read in place, answers are appended to a byte string. All numbers are little endian. */
#include "cni-helper.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum { SPAWN_HAS_CWD = 1, SPAWN_HAS_NETNS = 2, SPAWN_DROPS_OUTPUT = 4, SPAWN_HAS_TASK = 8, SPAWN_FINISHES = 16 };
enum { SPAWN_FLAGS = 31, SPAWN_FIXED_BYTES = 28, CALL_FIXED_BYTES = 4 };

static uint32_t get32(const unsigned char *at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* The vectors of the last request; reused, and grown to the largest. */
static char **vector_storage(size_t count) {
  static char **storage;
  static size_t capacity;
  if (count <= capacity) return storage;
  char **larger = realloc(storage, count * sizeof *larger);
  if (larger == NULL) return NULL;
  storage = larger;
  capacity = count;
  return storage;
}

struct strings {
  const char *next;
  const char *end;
};

/* The next NUL-terminated string, or NULL when none is left. */
static const char *take_string(struct strings *strings) {
  const char *start = strings->next;
  if (start == strings->end) return NULL;
  const char *nul = memchr(start, 0, (size_t)(strings->end - start));
  if (nul == NULL) return NULL;
  strings->next = nul + 1;
  return start;
}

static bool take_vector(struct strings *strings, uint32_t count, char **vector) {
  for (uint32_t index = 0; index < count; index++) {
    const char *string = take_string(strings);
    if (string == NULL) return false;
    vector[index] = (char *)(uintptr_t)string;
  }
  vector[count] = NULL;
  return true;
}

static const char *parse_strings(struct request *request, struct strings strings, uint32_t flags, uint32_t argc,
                                 uint32_t envc) {
  char **vector = vector_storage((size_t)argc + envc + 2);
  if (vector == NULL) return "no memory for the arguments";
  request->argv = vector;
  request->envp = vector + argc + 1;
  request->path = take_string(&strings);
  if (request->path == NULL) return "no path";
  if ((flags & SPAWN_HAS_CWD) != 0 && (request->cwd = take_string(&strings)) == NULL) return "no folder";
  if ((flags & SPAWN_HAS_NETNS) != 0 && (request->netns = take_string(&strings)) == NULL) return "no namespace";
  if ((flags & SPAWN_HAS_TASK) != 0 && (request->task = take_string(&strings)) == NULL) return "no task";
  if (!take_vector(&strings, argc, request->argv)) return "fewer arguments than announced";
  if (!take_vector(&strings, envc, request->envp)) return "fewer variables than announced";
  return strings.next == strings.end ? NULL : "more strings than announced";
}

static const char *parse_spawn(struct request *request, const unsigned char *body, size_t size) {
  if (size < SPAWN_FIXED_BYTES) return "a spawn request that is too short";
  uint32_t flags = get32(body + 8), argc = get32(body + 12), envc = get32(body + 16);
  uint32_t string_bytes = get32(body + 20), input_bytes = get32(body + 24);
  size_t rest = size - SPAWN_FIXED_BYTES;
  if (string_bytes > rest || input_bytes != rest - string_bytes) return "lengths that do not add up";
  if (argc == 0 || argc > STRING_LIMIT || envc > STRING_LIMIT) return "too many or no arguments";
  if ((flags & ~(uint32_t)SPAWN_FLAGS) != 0) return "unknown flags";
  request->drops_output = (flags & SPAWN_DROPS_OUTPUT) != 0;
  request->deadline_ms = get32(body);
  request->grace_ms = get32(body + 4);
  request->finishes = (flags & SPAWN_FINISHES) != 0;
  const char *text = (const char *)body + SPAWN_FIXED_BYTES;
  request->input = body + SPAWN_FIXED_BYTES + string_bytes;
  request->input_size = input_bytes;
  return parse_strings(request, (struct strings){text, text + string_bytes}, flags, argc, envc);
}

static uint32_t known_flags(uint32_t type) {
  if (type == REQUEST_NETNS_CREATE) return NETNS_SHARE_FOLDER | NETNS_RESTORE | NETNS_FOREIGN_FOLDER;
  if (type == REQUEST_LOOPBACK_UP) return NETNS_AT_HOME;
  return type == REQUEST_NETNS_REMOVE ? NETNS_ONLY_EMPTY : 0;
}

static const char *parse_call(struct request *request, const unsigned char *body, size_t size) {
  if (size < CALL_FIXED_BYTES) return "a request about a path that is too short";
  request->flags = get32(body);
  if ((request->flags & ~known_flags(request->type)) != 0) return "unknown flags";
  struct strings strings = {(const char *)body + CALL_FIXED_BYTES, (const char *)body + size};
  request->path = take_string(&strings);
  if (request->path == NULL) return "a request without a path";
  bool detailed = request->type == REQUEST_NETNS_INSPECT || request->type == REQUEST_NETNS_CREATE;
  if (detailed && (request->detail = take_string(&strings)) == NULL) return "no interface or source";
  return strings.next == strings.end ? NULL : "more strings than announced";
}

static const char *parse_unlock(struct request *request, const unsigned char *body, size_t size) {
  if (size != 4) return "an unlock request without a lock";
  request->lock = get32(body);
  request->path = "";
  return NULL;
}

static const char *parse_netns_call(struct request *request, const unsigned char *body, size_t size) {
  request->deadline_ms = CALL_DEADLINE_MS;
  request->grace_ms = CALL_GRACE_MS;
  return parse_call(request, body, size);
}

static const char *parse_body(struct request *request, const unsigned char *body, size_t size) {
  switch (request->type) {
    case REQUEST_SPAWN:
      return parse_spawn(request, body, size);
    case REQUEST_CANCEL:
      return size == 0 ? NULL : "a cancel request with a body";
    case REQUEST_NETNS_CREATE:
    case REQUEST_NETNS_REMOVE:
    case REQUEST_NETNS_INSPECT:
    case REQUEST_LOOPBACK_UP:
      return parse_netns_call(request, body, size);
    case REQUEST_LOCK:
      return parse_call(request, body, size);
    case REQUEST_UNLOCK:
      return parse_unlock(request, body, size);
    default:
      return "an unknown type";
  }
}

enum frame_state frame_parse(const unsigned char *data, size_t available, size_t *size, struct request *request,
                             const char **why) {
  *size = FRAME_HEADER_BYTES;
  if (available < 4) return FRAME_INCOMPLETE;
  uint32_t length = get32(data);
  *why = "a length out of bounds";
  if (length < FRAME_HEADER_BYTES - 4 || length > FRAME_LIMIT) return FRAME_MALFORMED;
  *size = (size_t)length + 4;
  if (available < *size) return FRAME_INCOMPLETE;
  *request = (struct request){.type = get32(data + 4), .id = get32(data + 8)};
  *why = parse_body(request, data + FRAME_HEADER_BYTES, *size - FRAME_HEADER_BYTES);
  return *why == NULL ? FRAME_COMPLETE : FRAME_MALFORMED;
}

static unsigned char *put32(unsigned char *at, uint32_t value) {
  for (int index = 0; index < 4; index++) *at++ = (unsigned char)(value >> (8 * index));
  return at;
}

static unsigned char *put64(unsigned char *at, uint64_t value) {
  return put32(put32(at, (uint32_t)value), (uint32_t)(value >> 32));
}

/* Makes room for a frame and writes its header; the body goes to the returned place. */
static unsigned char *begin_answer(struct bytes *out, enum answer_type type, uint32_t id, size_t body) {
  if (!bytes_reserve(out, FRAME_HEADER_BYTES + body)) return NULL;
  unsigned char *at = out->data + out->size;
  out->size += FRAME_HEADER_BYTES + body;
  at = put32(at, (uint32_t)(FRAME_HEADER_BYTES - 4 + body));
  return put32(put32(at, (uint32_t)type), id);
}

bool answer_hello(struct bytes *out) {
  unsigned char *at = begin_answer(out, ANSWER_HELLO, 0, 8);
  if (at == NULL) return false;
  put32(put32(at, PROTOCOL_MAGIC), PROTOCOL_VERSION);
  return true;
}

bool answer_failed(struct bytes *out, uint32_t id, int error, const char *step, const char *path) {
  size_t step_size = strlen(step) + 1, path_size = strlen(path) + 1;
  unsigned char *at = begin_answer(out, ANSWER_FAILED, id, 4 + step_size + path_size);
  if (at == NULL) return false;
  at = put32(at, (uint32_t)error);
  memcpy(at, step, step_size);
  memcpy(at + step_size, path, path_size);
  return true;
}

bool answer_netns(struct bytes *out, uint32_t id, const struct netns_reply *reply) {
  unsigned char *at = begin_answer(out, ANSWER_NETNS, id, 32);
  if (at == NULL) return false;
  at = put64(put64(put64(at, reply->inode), reply->device), reply->cookie);
  put32(put32(at, reply->state), reply->interface);
  return true;
}

bool answer_acquired(struct bytes *out, uint32_t id, uint32_t lock) {
  unsigned char *at = begin_answer(out, ANSWER_ACQUIRED, id, 4);
  if (at == NULL) return false;
  put32(at, lock);
  return true;
}

bool answer_busy(struct bytes *out, uint32_t id, bool left) {
  unsigned char *at = begin_answer(out, ANSWER_BUSY, id, 4);
  if (at == NULL) return false;
  put32(at, left ? 1 : 0);
  return true;
}

bool answer_empty(struct bytes *out, uint32_t id, enum answer_type type) {
  return begin_answer(out, type, id, 0) != NULL;
}

bool answer_ended(struct bytes *out, uint32_t id, const struct outcome *outcome) {
  size_t body = 24 + outcome->output_size + outcome->errors_size;
  unsigned char *at = begin_answer(out, ANSWER_ENDED, id, body);
  if (at == NULL) return false;
  int status = outcome->status;
  at = put32(at, (uint32_t)outcome->ended);
  at = put32(at, WIFEXITED(status) ? (uint32_t)WEXITSTATUS(status) : 0);
  at = put32(at, WIFSIGNALED(status) ? (uint32_t)WTERMSIG(status) : 0);
  at = put32(at, (uint32_t)outcome->left);
  at = put32(at, (uint32_t)outcome->output_size);
  at = put32(at, (uint32_t)outcome->errors_size);
  if (outcome->output_size > 0) memcpy(at, outcome->output, outcome->output_size);
  if (outcome->errors_size > 0) memcpy(at + outcome->output_size, outcome->errors, outcome->errors_size);
  return true;
}
