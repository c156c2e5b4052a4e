/* link.h - the virtual network between the kernels of a machine; for this room alone.
 *
 * A link carries the messages of one channel from one kernel to another, and the other way
 * the news that they were taken; both take vm_config.link_latency. What arrives is an entry
 * of the kernel that it is for: one whose CPUs are off, or asleep, sees it when one is on.
 * Nobody answers for a kernel that has ended: what is sent there is lost, and its senders
 * wait.
 */
#ifndef MACHINE_LINK_H
#define MACHINE_LINK_H

#include <kern/wire.h>

#include "inside.h"

struct link {
    struct machine *from, *to;
    const struct link_config *config;
};

struct post { ns_t at; const struct link *link; bool back; };

struct posts {                  /* a ring */
    struct post *post;
    struct message *message;    /* what each says; NULL: nobody here can read */
    uint32_t size, head, n;
};

struct links {                  /* of one machine: the ends that are its own */
    struct wire wire;
    const struct link **out;    /* by channel; NULL: it ends here */
    struct posts come;          /* on its way here, in the order of arrival */
    struct posts *waiting;      /* by channel: what came by it and was not taken */
};

/* The ends of a machine of this config, for its kernel; NULL: it has none, or the arena
 * only measures. */
struct links *links_take(struct machine *m, struct arena *a, const struct config *c);
/* All guests of m are there: what goes where. */
void links_build(struct machine *m, struct arena *a, const struct vm_config *vm);

#endif
