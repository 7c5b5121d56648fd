/* Shared declarations of the helper. The frames are described in PROTOCOL.md. */
#ifndef CNI_HELPER_H
#define CNI_HELPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define HELPER_VERSION "0.1.0"

enum {
  PROTOCOL_VERSION = 8,
  PROTOCOL_MAGIC = 0x48494e43, /* "CNIH" in little endian */
  FRAME_HEADER_BYTES = 12,
  FRAME_LIMIT = 64 << 20,
  STRING_LIMIT = 1 << 20,
  STDOUT_LIMIT = 16 << 20,
  STDOUT_KEPT_AFTER_LIMIT = 64 << 10,
  STDERR_TAIL = 64 << 10,
  JOB_LIMIT = 4096,
  QUEUE_LIMIT = 65536,
  LOCK_LIMIT = 4096,
  NO_TASK = 0,
  NO_DEADLINE_MS = -1, /* 0xffffffff on the wire */
  ORPHAN_DEADLINE_MS = 60000,
  CALL_DEADLINE_MS = 60000,
  CALL_GRACE_MS = 1000,
  DEFAULT_GRACE_MS = 2000,
  KILL_MS = 2000, /* what the kernel gets to end a killed program */
  EXIT_MALFORMED = 2,
  EXIT_USAGE = 64
};

enum request_type {
  REQUEST_SPAWN = 1,
  REQUEST_CANCEL = 2,
  REQUEST_NETNS_CREATE = 3,
  REQUEST_NETNS_REMOVE = 4,
  REQUEST_NETNS_INSPECT = 5,
  REQUEST_LOOPBACK_UP = 6,
  REQUEST_LOCK = 7,
  REQUEST_UNLOCK = 8
};

enum answer_type {
  ANSWER_HELLO = 128,
  ANSWER_ENDED = 129,
  ANSWER_FAILED = 130,
  ANSWER_NETNS = 131,
  ANSWER_ACQUIRED = 132,
  ANSWER_BUSY = 133,
  ANSWER_UNLOCKED = 134
};

enum ended { ENDED_EXITED = 0, ENDED_DEADLINE = 1, ENDED_CANCELLED = 2, ENDED_OUTPUT_LIMIT = 3 };

/* bytes.c: a growing byte string. */
struct bytes {
  unsigned char *data;
  size_t size;
  size_t capacity;
};
bool bytes_reserve(struct bytes *bytes, size_t extra);
bool bytes_append(struct bytes *bytes, const void *data, size_t size);
void bytes_drop_front(struct bytes *bytes, size_t count);
void bytes_free(struct bytes *bytes);

/* frame.c: requests in, answers out. */
struct request {
  uint32_t type;
  uint32_t id;
  uint32_t deadline_ms; /* (uint32_t)NO_DEADLINE_MS: none */
  uint32_t grace_ms;
  uint32_t flags; /* of a namespace call */
  bool drops_output;
  uint32_t lock;  /* the lock to release */
  const char *path;
  const char *detail; /* of some namespace calls: an interface, or a namespace to keep; may be empty */
  const char *cwd;   /* NULL: that of the helper */
  const char *netns; /* NULL: that of the helper */
  const char *task;  /* NULL: none */
  bool finishes; /* it is not killed with the helper */
  char **argv;
  char **envp;
  const unsigned char *input;
  size_t input_size;
};
enum frame_state { FRAME_INCOMPLETE, FRAME_COMPLETE, FRAME_MALFORMED };
/* Parses the first frame of `data`. `*size` is its whole length when it is complete, and the length to wait
   for when it is not and the length is known already. The request points into `data`, its vectors into
   storage that the next call reuses. `*why` says what is wrong with a malformed frame. */
enum frame_state frame_parse(const unsigned char *data, size_t available, size_t *size, struct request *request,
                             const char **why);
bool answer_hello(struct bytes *out);
bool answer_failed(struct bytes *out, uint32_t id, int error, const char *step, const char *path);
bool answer_acquired(struct bytes *out, uint32_t id, uint32_t lock);
/* `left`: the holder has lost its client. */
bool answer_busy(struct bytes *out, uint32_t id, bool left);
bool answer_empty(struct bytes *out, uint32_t id, enum answer_type type);
struct outcome {
  enum ended ended;
  int status; /* as waitpid gives it */
  pid_t left; /* the program, if it was killed and still exists; else 0 */
  const unsigned char *output;
  size_t output_size;
  const unsigned char *errors;
  size_t errors_size;
};
bool answer_ended(struct bytes *out, uint32_t id, const struct outcome *outcome);

/* run.c: the data of every run, for the server and for its keeper. */
enum { RUN_INPUT, RUN_OUTPUT, RUN_ERRORS };
struct run {
  bool used;
  bool ending;
  bool killed;
  pid_t pid; /* 0: not started, or ended */
  uint64_t task;
  int64_t wake_at; /* deadline, then the time of KILL, then that of giving up; INT64_MAX: none */
  int64_t grace_ms;
  int descriptors[3]; /* our ends of its pipes; -1: closed */
};
struct runs {
  struct run all[JOB_LIMIT];
  int locks[LOCK_LIMIT]; /* descriptors of the locks that are held; 0: none */
};
extern struct runs *runs;
bool runs_open(void);
/* NULL if there are too many. */
struct run *run_new(void);
void run_free(struct run *run);
void run_close(struct run *run, int index);
/* To the group, and to the program if it is not in the group. */
void run_signal(const struct run *run, int number);
void run_kill(struct run *run, int64_t now);
/* TERM, and KILL after the grace period. */
void run_end(struct run *run, int64_t now);
/* The next step at `wake_at`. False if nothing more can be done: the program was killed and still exists. */
bool run_wake(struct run *run, int64_t now);

/* left.c: marks for programs and locks that have lost their client. */
void left_open(void);
void left_mark_lock(int descriptor);
bool left_is_lock(int descriptor);
/* The number of a task; `NO_TASK` for NULL. */
uint64_t left_task(const char *name);
void left_mark_task(uint64_t task);
/* Whether a program that has lost its client works on the task, whoever started it. */
bool left_is_task(uint64_t task);

/* keeper.c: a process that ends the running programs when this one is killed. */
/* Starts one if there is none. All signals must be blocked. */
void keeper_ensure(int64_t orphan_ms);
/* Whether that process was the keeper. */
bool keeper_ended(pid_t pid);
void keeper_stop(void);

/* spawn.c: starts a program without copying this process. */
struct program {
  const char *path;
  const char *cwd;
  const char *netns;
  char **argv;
  char **envp;
  int descriptors[3];
  bool finishes;
  pid_t *pid; /* where the child leaves its number before it becomes the program */
  /* Set when the start failed. */
  int error;
  const char *step;
  const char *fault_path;
};
/* The pid, or -1 with `error`, `step` and `fault_path` set. All signals must be blocked. */
pid_t spawn_program(struct program *program);

/* job.c: one running program. */
enum job_kind { JOB_PLUGIN, JOB_CALL };
struct watch {
  struct job *job;
  int index; /* of the pipe, in the run */
  int epoll; /* -1: not registered */
};
struct job {
  enum job_kind kind;
  uint32_t id;
  struct run *run; /* its pid is 0 when it has ended: to be freed */
  char *path;
  enum ended ended;
  bool drops_output; /* beyond the limit, instead of being ended */
  pid_t left;        /* the program, if it was given up and still exists */
  int64_t watch_at; /* when the loop starts to watch its output */
  struct watch input;
  struct watch output;
  struct watch errors;
  struct bytes input_rest;
  size_t input_sent;
  struct bytes output_bytes;
  struct bytes error_bytes;
};
/* A running job, or NULL after its failure was put into `out` and its errno into `*error`. */
struct job *job_start(const struct request *request, struct bytes *out, int *error);
/* Makes the loop watch the job's pipes. */
bool job_watch_input(struct job *job, int epoll);
bool job_watch_output(struct job *job, int epoll);
void job_rename(struct job *job, const char *path);
void job_ready(struct job *job, struct watch *watch, uint32_t events, int64_t now);
void job_end(struct job *job, enum ended reason, int64_t now);
/* False if nothing more can be done: the program was killed and still exists. */
bool job_wake(struct job *job, int64_t now);
/* Whether the end of the program must be handled while its process id and group still belong to it. */
bool job_needs_group(const struct job *job);
/* The program has ended or was given up, and its pipes hold its last output. It is not reaped yet if it needs its
   group. */
void job_exited(struct job *job, int64_t now);
/* The program has been reaped, or given up. */
bool job_finish(struct job *job, int status, struct bytes *out);
void job_free(struct job *job);

/* queue.c: requests that wait for room, first come, first served. */
struct waiting {
  struct waiting *next;
  uint32_t id;
  int64_t due; /* INT64_MAX: none */
  size_t size;
  unsigned char frame[];
};
bool queue_add(const unsigned char *frame, size_t size, uint32_t id, int64_t due);
struct waiting *queue_first(void);
struct waiting *queue_find(uint32_t id);
/* Frees it. */
void queue_remove(struct waiting *waiting);

/* lock.c: locks that this process holds; the kernel ends them with it. */
enum lock_state { LOCK_ACQUIRED, LOCK_BUSY, LOCK_FAILED };
struct lock_reply {
  uint32_t id;
  bool left; /* busy: the holder has lost its client */
  /* Set when it failed. */
  int error;
  const char *step;
};
enum lock_state lock_take(const char *path, struct lock_reply *reply);
/* False if no such lock is held. */
bool lock_release(uint32_t id);
/* Marks all locks to show others that the client is gone. */
void lock_mark_all(void);
void lock_release_all(void);
/* Whether the path still leads to the open file. */
bool lock_is_current(int descriptor, const char *path);

/* server.c */
int serve(int64_t orphan_ms);
int64_t now_ms(void);

/* netns.c, netns-remove.c: calls for namespaces. They change the calling process, which must exit afterwards. */
struct netns_reply {
  int32_t error;
  uint32_t state; /* NETNS_... */
  uint64_t inode;
  uint64_t device;
  uint64_t cookie;    /* 0: this kernel has none, or the namespace may not be entered */
  uint32_t interface; /* the index of the one that was asked for; 0: it is not there */
  char step[16];
};
enum {
  NETNS_IS_NETNS = 1,
  NETNS_MADE = 2,        /* by this call */
  NETNS_SEEN_INSIDE = 4, /* cookie and interface are known */
  NETNS_IS_OWN = 8,      /* the one of this process */
  NETNS_IS_FIRST = 16    /* the one of process 1 */
};
enum { NETNS_SHARE_FOLDER = 1, NETNS_RESTORE = 2, NETNS_FOREIGN_FOLDER = 4 }; /* create */
enum { NETNS_ONLY_EMPTY = 1 };                       /* remove */
enum { NETNS_AT_HOME = 1 };                          /* loopback up */
/* Binds the namespace at `source` to a file; if that is empty, creates one. */
void netns_create(const char *path, const char *source, uint32_t flags, struct netns_reply *reply);
void netns_remove(const char *path, uint32_t flags, struct netns_reply *reply);
void netns_loopback_up(const char *path, uint32_t flags, struct netns_reply *reply);
/* 0, or an errno with `*step` set. */
int netns_enter(const char *path, const char **step);
bool answer_netns(struct bytes *out, uint32_t id, const struct netns_reply *reply);

/* look.c */
/* Call this first, while this process is still in its own namespace. */
void look_prepare(void);
/* Leaves this process in the namespace. */
void netns_inspect(const char *path, const char *interface, struct netns_reply *reply);
/* The same, and returns to its own namespace. False, and nothing done, if the kernel would have to ask a file system what
   is at the path. */
bool look_at_once(const char *path, const char *interface, struct netns_reply *reply);

#endif
