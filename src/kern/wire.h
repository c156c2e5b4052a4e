/* kern/wire.h - messages to and from other kernels.
 *
 * A channel may go out: whoever receives on it is in another kernel, and what is sent
 * travels there. So much may be on its way or wait there as the channel holds; then senders
 * wait until one has been taken and the other side has said so. A channel without capacity
 * is a rendezvous: its sender waits for that each time.
 *
 * This header promises nothing about who is at the other end: that is a port, filled by
 * machine/link.c. A kernel that is alone has none.
 */
#ifndef KERN_WIRE_H
#define KERN_WIRE_H

#include <kern/mail.h>

struct wire {
    void *self;
    /* A message leaves by this channel, which goes out, in ns from now. NULL: it says
     * nothing. */
    void (*send)(void *self, uint32_t channel, const struct message *m, ns_t ns);
    /* The oldest that came by this channel was taken; what it says goes to *out, if that is
     * not NULL. */
    void (*taken)(void *self, uint32_t channel, struct message *out);
    /* The entry kern.wire_slot is due: something has arrived. */
    void (*due)(void *self);
};

/* A message has come, from the kernel with that number. */
void ipc_deliver(struct kern *k, uint32_t channel, uint16_t from);
/* The other side has taken one that was sent by this channel. */
void ipc_taken(struct kern *k, uint32_t channel);

#endif
