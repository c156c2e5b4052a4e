/* kern/body.h - what a task is made of.
 *
 * The kernel moves tasks between harts, queues and sleep; what they do while they run is
 * their body's affair: a table of ops, found by task.body. Nothing outside a body's own
 * file asks which kind a task has. Being periodic is a property of the task (rt.c), not
 * of its body: a body only begins its jobs.
 *
 * Two ways to consume CPU time. A body that knows how long it will run says so in
 * task.left, and costs one pending entry however long that is (bursts). One that has to
 * execute to find out has `run`; its task.left is NS_MAX, and its hart goes on ahead of
 * the engine's time, up to the next entry (run.c).
 *
 * It promises nothing about the order in which ops of different tasks are called.
 */
#ifndef KERN_BODY_H
#define KERN_BODY_H

#include <kern/kern.h>

struct task_facts {             /* copied out, for views and results; zeroed before */
    int32_t pid;
    uint32_t pc;
    uint64_t instructions;
    int32_t exit_status, exit_signal;
    tid_t named_by;             /* the configured task that it descends from */
    tid_t leader;               /* the first thread of its process */
};

struct page_look {              /* an entry of a task's page table */
    uint32_t va;                /* of a burst: the number of the page */
    bool here;
    uint32_t where;             /* the frame, or the slot on the drive */
    uint32_t pte;               /* of a program */
};

struct body_ops {
    const char *name;
    /* --- what is so of all such tasks --- */
    bool process;               /* a thread of a process, with an address space: proc.h */
    bool messages;              /* what it sends says something: mail.h. What goes out to
                                 * another kernel it does not see taken */
    bool service;               /* it is a part of the kernel: hit as such, and not as a task */
    bool virtual_hart;          /* what runs on it is a hart of a machine inside */
    /* --- ops --- */
    /* The configured task arrives: set up what it is made of. It is asleep. */
    void (*born)(struct kern *k, tid_t tid);
    /* Its next job begins, or its only one; also after one that was given up. It is
     * asleep, and is made ready by the caller. False: it needs no hart yet, and has ended,
     * begun another job, or sleeps. */
    bool (*begin)(struct kern *k, tid_t tid);
    /* Its job was given up, at whatever point; the task is asleep. NULL: nothing to do. */
    void (*abandon)(struct kern *k, tid_t tid);
    /* There will be no further job: the task ends. */
    void (*finish)(struct kern *k, tid_t tid);
    /* It was woken. False: as above. */
    bool (*woken)(struct kern *k, tid_t tid);
    /* The stop that it or task.left has asked for is due on hart h. */
    void (*stopped)(struct kern *k, unsigned h);
    /* Execute on h from hart.local up to `to`, exactly, or less if it wants the kernel:
     * then hart_stop_here is called. NULL: task.left says all. */
    void (*run)(struct kern *k, unsigned h, ns_t to);
    /* Must it enter the kernel before it may run (on)? With `run` only. */
    bool (*wants_kernel)(const struct kern *k, tid_t tid);
    /* About to run on h, or no longer. NULL: nothing to do. */
    void (*dispatched)(struct kern *k, unsigned h, tid_t tid);
    void (*vacated)(struct kern *k, unsigned h, tid_t tid);
    /* Its hart h, a virtual one, is worked for by the kernel under it, ns longer; left and
     * stop are set. NULL: nothing to do. */
    void (*delayed)(struct kern *k, unsigned h, ns_t ns);
    /* Its hart, a virtual one, is on again. NULL: nothing to do. */
    void (*resumed)(struct kern *k, unsigned h, tid_t tid);
    /* Its hart h has another speed from here on. NULL: nothing to do. */
    void (*repaced)(struct kern *k, unsigned h, tid_t tid);
    /* The power fails: does it end? It has arrived and not ended. NULL: it never does. */
    bool (*ends_at_cut)(const struct kern *k, tid_t tid);
    /* End it by a signal now, wherever it is, and all that it is one of; a task that runs
     * is accounted. NULL: it alone ends. */
    void (*kill)(struct kern *k, tid_t tid, int signal);
    /* The task has ended, EV_EXIT is said: free what it has. Returns TASK_ZOMBIE or
     * TASK_DEAD. NULL: it is dead. */
    enum task_state (*exited)(struct kern *k, tid_t tid, int status, int signal);
    /* What policies see beyond the common part. NULL: nothing. */
    void (*view)(const struct kern *k, tid_t tid, struct sched_task *out);
    /* Its request record. NULL: it asks nobody for anything. */
    struct request *(*request)(const struct kern *k, tid_t tid);
    /* Frames that its end would give back. NULL: none. */
    uint32_t (*resident)(const struct kern *k, tid_t tid);
    /* The entries of its page table but for the first `skip`: how many, at most max. NULL: it
     * has no pages. */
    uint32_t (*pages)(const struct kern *k, tid_t tid, uint32_t skip, struct page_look *out,
                      uint32_t max);
    /* The configured task that its pages are counted with; TID_NONE: none. NULL: itself. */
    tid_t (*root)(const struct kern *k, tid_t tid);
    /* One byte of its memory is another (^ x) from here on. False: it has none that could be
     * hit. NULL: it has no bytes, and dies of it, as by a wild pointer. */
    bool (*corrupt)(struct kern *k, tid_t tid, uint8_t x);
    /* Does it stand for all that it is one of, where one is to be hit? NULL: it does. */
    bool (*leads)(const struct kern *k, tid_t tid);
    /* The harts that it may run on, if it is TASK_PINNED. NULL: it never is. */
    uint64_t (*affinity)(const struct kern *k, tid_t tid);
    /* What people see. NULL: pid and name of a task that is nothing special. */
    void (*facts)(const struct kern *k, tid_t tid, struct task_facts *out);
};

extern const struct body_ops body_burst, body_program, body_server;

static inline const struct body_ops *body_of(const struct kern *k, tid_t tid)
{
    return k->body[k->task[tid].body];
}

/* What the task asks for, or may; NULL: nothing that could wait in a door. */
static inline struct request *task_request(const struct kern *k, tid_t tid)
{
    return body_of(k, tid)->request ? body_of(k, tid)->request(k, tid) : NULL;
}

static inline void task_kill(struct kern *k, tid_t tid, int signal)
{
    if (body_of(k, tid)->kill)
        body_of(k, tid)->kill(k, tid, signal);
    else
        task_exit(k, tid, 0, signal);
}

/* The facts of any task, arrived or not. */
void task_facts(const struct kern *k, tid_t tid, struct task_facts *out);

#endif
