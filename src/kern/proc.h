/* kern/proc.h - processes and threads: what the proc service does for others. What is in
 * one, thread.h says, for proc's own files. */
#ifndef KERN_PROC_H
#define KERN_PROC_H

#include <kern/body.h>
#include <kern/file.h>
#include <kern/programs.h>

enum {
    PID_INIT = 1,               /* the kernel itself, parent of orphans */
    PID_FIRST = 2,              /* of task 0 */
};

/* --- what of a process is another service's --- */

struct fdtable *proc_fds(const struct proc *p);
struct aspace *proc_space(const struct proc *p);
uint32_t proc_console(const struct proc *p);
struct file_place *proc_place(struct proc *p);
struct timers *proc_timers(struct proc *p);     /* timer.h */
const struct ids *proc_ids(const struct proc *p);

/* --- who it is --- */

/* Is it a thread of one, or was it? What else is said of its process is so only then. */
static inline bool has_process(const struct kern *k, tid_t tid)
{
    return body_of(k, tid)->process;
}
int32_t proc_pid(const struct proc *p);
/* Its process group, and its session. */
int32_t proc_group(const struct proc *p);
int32_t proc_session(const struct proc *p);
/* Is there a process in that group? */
bool proc_group_exists(const struct programs *ps, int32_t group);
/* The process of a task, which may have ended; NULL: it has none. */
struct proc *proc_of_task(const struct kern *k, tid_t tid);
/* The process that the task leads, if it lives; NULL. */
struct proc *proc_led_by(const struct kern *k, tid_t tid);
/* Task of thread number i; TID_NONE: it has ended. */
tid_t thread_task(const struct kern *k, uint32_t i);
/* A signal has stopped it, and none let it go on yet. */
bool proc_stopped(const struct proc *p);
/* It has not ended. */
bool proc_lives(const struct proc *p);
/* Is this the number, for programs, of a living thread of p? */
bool proc_has_thread(const struct kern *k, const struct proc *p, int32_t pid);
/* That of the thread that calls. */
int32_t sysc_thread_number(const struct sysc *c);
/* What a task that runs a program is asking for. */
struct request *thread_request(const struct kern *k, tid_t tid);
/* The pending entry of a process's timers, and whose the one is that is `i` behind the first. */
uint32_t proc_slot(const struct kern *k, const struct proc *p);
struct proc *proc_of_slot(const struct kern *k, uint32_t i);

/* --- its limits (set by sys_limit.c) --- */

#define NO_LIMIT UINT64_MAX
/* The soft limit of a G_RLIMIT_..., in its own unit (getrlimit(2)); NO_LIMIT. */
uint64_t proc_limit(const struct proc *p, uint32_t what);

/* --- its time --- */

/* The kernel works for the thread on its hart. */
void prog_charge(struct kern *k, struct thread *t, ns_t ns, int64_t what);
/* A page was brought in for the task; major: it needed the disk. */
void thread_faulted(struct kern *k, tid_t tid, bool major);
/* Instructions that the task has executed. */
uint64_t thread_instructions(const struct kern *k, tid_t tid);
/* The configured task that the thread descends from; TID_NONE. */
tid_t thread_root(const struct kern *k, tid_t tid);
/* Times of the living threads and the dead ones; of children that were collected. */
void proc_times(const struct kern *k, const struct proc *p, ns_t *user, ns_t *kernel);
void proc_child_times(const struct proc *p, ns_t *user, ns_t *kernel);
/* CPU time of one thread, the kernel's for it included. */
ns_t thread_time(const struct kern *k, const struct thread *t);
/* Of the one with this number; 0: it has ended. */
ns_t thread_time_of(const struct kern *k, int32_t pid);

/* --- signals, and the end --- */

struct signote { int32_t code, pid; uint32_t value, uid; };     /* of a timer uid: si_overrun */

/* What a signal tells of the process that calls, which sends it. */
struct signote signote_of(const struct sysc *c, int32_t code);
/* Would a signal interrupt the thread now? */
bool signal_waits(const struct programs *ps, const struct thread *t);
/* To a process, or to one thread of it. */
void signal_process(struct kern *k, struct proc *p, unsigned signo, struct signote note);
void signal_thread(struct kern *k, struct thread *t, unsigned signo, struct signote note);
/* To the thread with this number, if it lives. */
void signal_thread_numbered(struct kern *k, int32_t pid, unsigned signo,
                            struct signote note);
/* The thread's mask until its call is over, or a handler begun; and back. */
void thread_mask_for_call(struct sysc *c, uint64_t mask);
void thread_mask_back(struct sysc *c);
/* Was it sent to the process, or to a thread of it, and not delivered yet? */
bool signal_is_pending(const struct kern *k, const struct proc *p, unsigned signo);
/* To all of a group that have this console, from the kernel. */
void signal_group(struct kern *k, uint32_t console, int32_t group, unsigned signo);
/* Would the running thread not hear the signal, since it ignores or blocks it? */
bool signal_unheard(const struct sysc *c, unsigned signo);
/* All threads of a process end; if one of them is running the caller must return
 * SYS_GONE. */
void proc_kill(struct kern *k, struct proc *p, int status, int signal);

#endif
