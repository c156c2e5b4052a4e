/* stat/names.h - words for numbers, from <ossim/event.def>, names.def and syscall.def.
 *
 * None fails: a number without a name is "?", or as it says. Strings live for ever.
 */
#ifndef STAT_NAMES_H
#define STAT_NAMES_H

#include <ossim/event.h>

/* A kind of event; args[0] is a, args[1] is b. */
struct event_info {
    const char *name, *what;
    struct { enum event_arg type; const char *name; } args[2];
};
extern const struct event_info event_info[EV_COUNT];

const char *arg_name(enum event_arg type);

const char *wait_name(int64_t cause);           /* enum wait_cause: "io" */
const char *wait_text(int64_t cause);           /* "a child" */
const char *wait_state(int64_t cause);          /* "asleep" */
const char *stop_name(int64_t stop);            /* enum sched_stop: "preempted" */
const char *fault_name(int64_t fault);          /* enum sched_fault: "not_queued" */
const char *fault_text(int64_t fault);          /* "picked a task that ..." */
extern const char *const disk_fault_names[];    /* enum disk_fault_kind: "slow"; ends in NULL */
const char *end_name(int64_t end);              /* enum machine_end: "stuck" */
const char *end_text(int64_t end);              /* "the stop time is reached" */
const char *service_name(int64_t service);      /* enum service: "file" */
const char *exit_name(int64_t cause);           /* from a guest: "halt" */
const char *limit_name(int64_t limit);          /* enum limit: "RLIMIT_NOFILE" */
const char *limit_text(int64_t limit);          /* "descriptors of a process" */
const char *trap_name(int64_t cause);           /* "load page fault" */
const char *signal_name(int64_t signo);         /* "SIGSEGV"; NULL: it has no name */
enum { SIGNAL_TEXT = 32 };
const char *signal_text(int64_t signo, char buf[SIGNAL_TEXT]);  /* or "signal 40"; buf */
const char *errno_name(int64_t err);            /* 2: "ENOENT"; NULL: it has no name */
const char *syscall_name(int64_t number);       /* "write"; NULL: there is no such call */

/* What the structure's ways cost, in cycles, and the times in which its servers are made
 * anew: "message 121, copy 10?, restart 1 ms?"; "?" behind each that no source is named for.
 * "" if all of it is free. Returns buf. */
struct config;
enum { COSTS_TEXT = 320 };
const char *costs_text(const struct config *c, char buf[COSTS_TEXT]);

/* "write(1, 4)" of an EV_SYSCALL: what is in the event of the arguments that say
 * something by themselves; "call 999" for one that is not there. Returns buf. */
enum { CALL_TEXT = 96 };
const char *syscall_text(const struct event *e, char buf[CALL_TEXT]);

#endif
