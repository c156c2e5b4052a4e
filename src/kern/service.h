/* kern/service.h - the door between the services of a kernel.
 *
 * Services are written once; the structure model decides here what a call from one to
 * another costs, in whose context it runs, and what dies with the one that is called.
 * Whoever calls another service says so first. The answer may be that the request has to
 * wait (a message to a server process, a module that is not loaded): then the caller
 * returns SYS_WAIT, and is called again from its record, up to here, where the model lets
 * it pass. So a call through the door stands where a handler could be called again: in its
 * decoding half, or behind request_sent.
 *
 * Some ways are only counted, and pass whatever the model says, since nobody is there whose
 * time they could take, and who could wait or be refused:
 *   - interrupts: a timer's signal;
 *   - the end of a process by another's doing (SIGKILL, want of memory, a job that is given
 *     up): the dead run no more, frames must come back at once, and a service that
 *     is down must not keep what it held alive. Who ends by itself, by exit or by an
 *     exception or signal of its own that it takes on its way out, does pass (REQUEST_EXIT);
 *   - what the last close of a file tells the service of its kind (a pipe's other end, a
 *     terminal): the close passed USER to FILE, and is in its performing half, which may
 *     neither wait nor fail; or it belongs to such an end.
 * Differs from MINIX 3, where PM sends VFS and VM messages for the dead, which nobody waits for
 * either: what those servers spend on them is left out.
 *
 * It promises nothing about time: `monolithic` takes none.
 */
#ifndef KERN_SERVICE_H
#define KERN_SERVICE_H

#include <ossim/types.h>

enum service {
#define SERVICE(id, name, what) SERVICE_##id,
#include <ossim/service.def>
#undef SERVICE
    SERVICES
};
_Static_assert(SERVICES <= 16, "request.passed has a bit for each");

enum outcome {
    OUTCOME_PASS,               /* go in */
    OUTCOME_WAIT,               /* the task sleeps: called again, it may */
    OUTCOME_REFUSED,            /* the structure has no such way, or the callee is dead */
};

struct arena;
struct blk_request;
struct kern;
struct request;

/* What a way from one service to another takes. */
struct crossing {
    uint64_t cycles;            /* of whoever calls */
    bool refused;               /* there is no such way */
    bool message;               /* it ends at a server process */
};

/* A model answers questions about a configuration, and keeps nothing: service_door.c does
 * what it says. */
struct structure_ops {
    const char *name;           /* as a workload writes it */
    const char *source;         /* what it follows */
    void (*plan)(const struct kern *k, enum service from, enum service to,
                 struct crossing *out);
    /* Can code of `at` touch the memory of `what`? Both may be USER: of whichever process.
     * What a device can be told to do by its driver is not in it. */
    bool (*reaches)(const struct kern *k, enum service at, enum service what);
    /* How control passes: "call", "message", "gate"... */
    const char *(*mechanism)(const struct kern *k, enum service from, enum service to);
};

enum fault_kind {               /* as fault.def has them */
#define SERVICE_FAULT(id, name, what) FAULT_KIND_##id,
#include <ossim/fault.def>
#undef SERVICE_FAULT
    FAULT_KINDS
};

/* How far a request is on its way through the door; it is in one at a time. */
enum way_state {
    WAY_NONE,                   /* in no door */
    WAY_PAID,                   /* the crossing is charged, what follows is not done */
    WAY_SENT,                   /* a server has its message */
    WAY_ANSWERED,               /* ...and has answered */
    WAY_FAILED,                 /* ...or never will */
};

struct way {
    uint8_t state;              /* enum way_state */
    uint8_t from, to;           /* enum service */
    uint32_t bytes;             /* that go along; set by who asks, before it goes */
    ns_t work;                  /* likewise, CPU time that the service is to spend; when it
                                 * was let in, what is left of it to the caller */
};

struct server;                  /* body_server.c: a service that is a process */

struct door {
    const struct structure_ops *ops;
    bool active;                /* crossings may cost something, wait or be refused */
    uint64_t count[SERVICES][SERVICES];         /* calls, by from and to */
    ns_t time[SERVICES][SERVICES];              /* what they cost */
    uint64_t messages;
    /* While active: */
    ns_t *owed;                 /* by tid: kernel work that its hart was taken from */
    struct server *server;      /* by service */
    struct module *module;      /* by service; then those of schedulers */
    void (*read)(struct kern *k, struct blk_request *r);        /* a module, from the disk */
    int64_t wanted;             /* the policy that was last asked for: module_policy */
    uint32_t lost;              /* a bit for each service that is not there */
    struct faults *faults;      /* fault.h; NULL: nothing will fail */
};

extern const struct structure_ops structure_monolithic, structure_layered, structure_rings,
    structure_microkernel, structure_modular, structure_hybrid;

/* In kern.h, which knows struct kern:
 *
 *   enum outcome service_call(struct kern *k, struct request *r, enum service from,
 *                             enum service to);
 */

#endif
