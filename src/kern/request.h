/* kern/request.h - all that may wait: a system call, a page fault, a load, an execve, a
 * signal's frame, an end, a step of a script.
 *
 * One record a task. A request may be put off at any step: whoever works on it leaves in
 * the record how far it is, lets the task sleep (request_wait, request_wait_memory) and
 * returns SYS_WAIT; when the task runs again the same function is called from its top
 * and goes on from the record. Nothing waits on a host stack, and nothing is charged or
 * said twice.
 *
 * Two halves. *Decode* looks at the arguments, copies in, pins what it will write to and
 * holds the open file; it changes nothing, so it may simply be done again. *Perform* acts,
 * and cannot fail for the user's fault: what it writes to is pinned (put_out). A handler
 * that has changed something and may be called again says so first: request_sent.
 *
 * A pin keeps a page of the user's where it is from the time at which it was looked at,
 * so that neither an unmap elsewhere nor a lack of memory can change what a request works
 * on. Pins last until the request is over, or sleeps for another reason than memory. Only
 * one task at a time keeps its pins while it sleeps for memory; others let go and begin
 * their decoding anew. So two tasks in a few frames cannot wait for each other.
 */
#ifndef KERN_REQUEST_H
#define KERN_REQUEST_H

#include <kern/gabi.h>
#include <kern/ids.h>
#include <kern/kern.h>
#include <kern/mem.h>

/* Pages: at most those of four small buffers that each lie across two (pselect6: three sets and
 * what is left of the time). */
enum { REQUEST_PINS = 8 };

enum request_kind {
    REQUEST_NONE,               /* the record is free */
    REQUEST_CALL,               /* a system call */
    REQUEST_FAULT,              /* an exception that memory has to see to; nr: its cause */
    REQUEST_LOAD,               /* the first program of a process */
    REQUEST_SETTID,             /* a new thread's number into its memory */
    REQUEST_FRAME,              /* a signal's frame on the stack, when no call is in work */
    REQUEST_EXIT,               /* the end of a process */
    REQUEST_STEP,               /* a step of a burst; nr: as an ECALL */
};

enum request_state {
    REQUEST_NEW,                /* nothing is changed: whoever is called begins */
    REQUEST_SENT,               /* something is: go on from the record */
    REQUEST_DONE,               /* `result` is known, and is the answer */
};

/* What handlers return besides a result or -errno: no errno, no address either. */
enum {
    SYS_WAIT = -2005,           /* the task sleeps: call again */
    SYS_GONE,                   /* the task has ended, or its call is not to be answered */
    SYS_KEEP,                   /* registers are set as they shall be */
    SYS_RESTART,                /* a signal came: EINTR, or again under SA_RESTART */
    SYS_INTR,                   /* a signal came: EINTR if it has a handler */
};

struct pin { uint32_t page, pfn; bool writable; };

/* Progress of a transfer. */
struct io_progress {
    uint32_t done;              /* bytes of this buffer */
    uint32_t total;             /* bytes of the buffers before it */
    uint32_t index;             /* readv, writev: which buffer */
    bool known;                 /* ...and `now` is what it is */
    struct gabi_iovec now;
};

/* A lock on bytes of a file, or what is wanted: filelock.h. */
struct file_lock {
    uint32_t vnode;             /* of the file; 0: none */
    uint32_t owner;             /* a process, or an open file */
    int32_t pid;                /* as F_GETLK shows it */
    uint8_t kind, type;         /* type: G_F_RDLCK, ... */
    int64_t from, to;           /* the last byte; INT64_MAX: however long the file gets */
};

/* Progress of loading a program, and of an execve that leads to it. */
struct load_progress {
    uint8_t stage;              /* enum load_stage, load.c */
    uint8_t buffer;             /* number of the execve's buffer + 1; 0: none */
    const struct program_config *pc;
    const uint8_t *elf;         /* of a file of the disk, in the buffer; NULL: pc's */
    uint32_t elf_size;
    uint32_t vnode;             /* of that file, of which only the first page is read yet; held;
                                 * 0: all of it is */
    struct aspace *as;          /* NULL: none yet */
    uint32_t from;              /* execve: where the string in work began */
    uint32_t argc, envc, bytes; /* execve: strings taken so far */
    uint32_t segment, placed;   /* bytes of this segment, or of the stack */
    uint32_t start, sp;
    uint64_t seed[2];           /* AT_RANDOM */
    struct ids_file owner;      /* of the program's file; all 0: it is none */
};

struct proc;
struct programs;
struct thread;

struct request {
    uint8_t kind, state;        /* enum request_kind, request_state */
    bool charged;               /* its way into the kernel */
    bool filed;                 /* it has a fcall, which was begun (vfs.h) */
    uint8_t npins;
    uint16_t passed;            /* services that it was let into, a bit each */
    uint32_t nr, arg[6];
    uint32_t file;              /* the open file that it holds, + 1; 0: none */
    tid_t tid;                  /* whose it is; set once, kept between requests */
    int32_t result;             /* REQUEST_DONE */
    ns_t until;                 /* of a timed wait; NS_MAX: none */
    struct way way;             /* through the door that it is in */
    struct pin pin[REQUEST_PINS];
    /* The task ends before the request does: give up what it has in `u`. May be NULL. */
    void (*undo)(struct kern *k, struct request *r);
    union {                     /* how far it is, by what it is; zeroed at first */
        struct io_progress io;
        struct load_progress load;
        struct { uint32_t console; } poll;      /* one that it looks at, + 1; 0: none */
        struct { uint64_t key; uint32_t bits; } futex;  /* waiting: for what */
        struct { uint64_t set; } sigwait;       /* rt_sigtimedwait */
        struct {
            struct file_lock want;
            bool seen, followed;        /* in the search for a deadlock */
        } lock;
        struct {
            uint32_t child;     /* vfork: the child's number */
            struct aspace *as;  /* the copy, as far as it has got; NULL */
        } clone;
        struct { bool job; } exit;      /* only a job ends: there may be another */
    } u;
};

/* What a handler works with. */
struct sysc {
    struct kern *k;
    struct programs *ps;
    struct thread *t;
    struct proc *p;
    struct request *r;
    const uint32_t *a;          /* its arguments */
    unsigned hart;              /* where the thread runs */
    enum service in;            /* the service that works on it */
};

/* --- request.c --- */

/* An empty record for a request of this kind. */
void request_begin(struct request *r, enum request_kind kind);
/* Something is changed from here on. */
static inline void request_sent(struct request *r)
{
    r->state = REQUEST_SENT;
}
/* The running task `tid` sleeps until woken, or until `until` (NS_MAX: only woken). q may
 * be NULL. Lets go of the pins; the state is then SENT. Returns SYS_WAIT. */
int32_t request_wait(struct kern *k, tid_t tid, struct request *r, enum wait_cause cause,
                     uint32_t object, struct waitq *q, ns_t until);
/* The same for a page or frame, after MM_WAIT; the state stays. */
int32_t request_wait_memory(struct kern *k, tid_t tid, struct request *r);
/* What it waits for has come: this is its answer. Wakes the task. */
void request_complete(struct kern *k, tid_t tid, struct request *r, int32_t result);
/* Through the door: 0, SYS_WAIT, or -EIO: no way. Counted and paid once a request, however
 * often it comes by. A task on no hart (its program is yet to be loaded) only counts. */
int32_t request_pass_shut(struct kern *k, struct request *r, enum service from,
                          enum service to);
static inline int32_t request_pass(struct kern *k, struct request *r, enum service from,
                                   enum service to)
{
    uint16_t bit = (uint16_t)(1u << to);

#ifdef NO_DOOR                  /* as in service_call */
    return (void)k, (void)r, (void)from, (void)bit, 0;
#endif
    if (r->passed & bit)
        return 0;
    if (k->door.active)
        return request_pass_shut(k, r, from, to);
    k->door.count[from][to]++;
    r->passed |= bit;
    return 0;
}
/* What is worked on for it, as EV_KERNEL has it: a call's number, or -1 - an exception's. */
static inline int64_t request_what(const struct request *r)
{
    return r->kind == REQUEST_FAULT || r->kind == REQUEST_STEP ? -1 - (int64_t)r->nr : r->nr;
}
/* It is over: the record is free, the file and the pins are let go of. */
void request_end(struct kern *k, tid_t tid, struct request *r);
/* It will never be: as above, after `undo`. */
void request_abandon(struct kern *k, tid_t tid, struct request *r);

/* request_wait for the call that a handler works on. */
int32_t sysc_wait(struct sysc *c, enum wait_cause cause, uint32_t object,
                  struct waitq *q, ns_t until);
/* ...and request_pass. */
static inline int32_t sysc_call(struct sysc *c, enum service from, enum service to)
{
    return request_pass(c->k, c->r, from, to);
}

/* --- pin.c --- */

/* The pin of the page of va; NULL. */
struct pin *request_pin_of(struct request *r, uint32_t va);
/* Pin a frame as that page of va's. A page that was only read makes room, if need be. */
void request_pin(struct kern *k, struct request *r, uint32_t va, uint32_t pfn,
                 bool writable);
void request_unpin(struct kern *k, tid_t tid, struct request *r);
/* Those n bytes at va are where they belong, and are not looked at again: a long transfer has
 * more pages than can be pinned at a time. */
void request_moved(struct kern *k, struct request *r, uint32_t va, uint32_t n);

#endif
