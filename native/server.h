/* What the parts of the server share. */
#ifndef CNI_HELPER_SERVER_H
#define CNI_HELPER_SERVER_H

#include "cni-helper.h"

enum { READ_AT_ONCE = 256 << 10 };

struct server {
  int epoll;
  int signals;
  struct bytes in;
  size_t in_used;   /* how much of `in` has been processed */
  size_t in_wanted; /* how much of it the first frame needs */
  struct bytes out;
  size_t out_sent;
  struct job *jobs[JOB_LIMIT];
  size_t job_count;
  size_t watched_count; /* the first jobs are watched, those after them are not yet */
  int64_t next_wake;    /* nothing that runs or waits is due earlier */
  int64_t flush_until;  /* set at the end of input */
  bool input_open;
  bool input_polled; /* false: a plain file, which is always ready */
  bool output_open;
  bool output_polled;
  bool more_requests;
  int exit_code;
  bool input_ended; /* what happened in a lower part, for the loop to deal with: */
  bool failed;      /* it cannot go on */
  int64_t orphan_ms; /* what a program without a deadline gets at the end of input */
};
extern struct server server;

/* state.c: the base of the other parts, each of which calls those listed before it. */
/* A message on standard error; the server will exit as after a malformed frame. */
void state_complain(const char *what);
/* The same, and the loop ends the server cleanly: no more requests, every program is told to end. */
void state_fail(const char *what);
/* Whether more requests are accepted. */
bool state_is_open(void);

/* output.c: answers to standard output. */
/* Writes what can be written now. If nobody reads it, the programs are still supervised. */
void output_flush(void);

/* programs.c: the programs that run. */
struct job *program_find(uint32_t id);
/* False, and no answer, if there is no room for it while others run. */
bool program_add(struct request *request);
void program_end(struct job *job, enum ended reason, int64_t now);
/* Every program is told to end. */
void programs_end(int64_t now);
/* The client is gone: programs without a deadline get this one, and others can see what they work on. */
void programs_limit(int64_t due);
/* A pipe of a program is ready for reading or writing. */
void program_ready(struct watch *watch, uint32_t events, int64_t now);
/* Answers for those that have ended. */
void programs_reap(int64_t now);
void programs_watch(int64_t now);
/* When the next one is to be watched. */
int64_t programs_watch_at(void);
/* Handles programs whose deadline or grace period is over, and those that outlive SIGKILL. */
void programs_wake(int64_t now);
/* At the end of a turn: its events may still point to them. */
void programs_free(void);

/* waiting.c: requests that wait for room. */
/* Starts a program, or lets it wait for its turn. */
void waiting_add(struct request *request, const unsigned char *frame, size_t size, int64_t now);
void waiting_give_up(struct waiting *waiting, enum ended reason);
void waiting_give_up_all(void);
/* Requests without a deadline get this one. */
void waiting_limit(int64_t due);
/* A program that has ended may have made room. */
void waiting_start(int64_t now);
/* Handles requests whose time is up. */
void waiting_wake(int64_t now);

/* requests.c: frames from standard input. */
void requests_read(void);
/* A few at a time, so that a long queue does not keep running programs waiting. */
void requests_handle(int64_t now);

#endif
