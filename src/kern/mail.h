/* kern/mail.h - what the messages of programs say.
 *
 * Those of burst tasks say nothing and are only counted (ipc.c). Where programs send and
 * receive (POSIX message queues, sys_mq.c), a channel keeps what waits in it, in the order in
 * which it came, and each task has a box of one message: what it sends, or was given. To a
 * burst task contents are nothing; from one, they are empty.
 */
#ifndef KERN_MAIL_H
#define KERN_MAIL_H

#include <kern/kern.h>

enum { MESSAGE_BYTES = 1024 };

struct message { uint32_t size; uint8_t bytes[MESSAGE_BYTES]; };

struct mailbox {
    bool done;                  /* what the task waits for has come to pass */
    struct message m;
};

struct mailring { uint32_t head, n; struct message *m; };       /* room: mail.room */

struct mail {
    const struct kern *kern;
    uint32_t room;              /* messages a channel holds, at least 1 */
    struct mailring *ring;      /* by channel */
    struct mailbox *box;        /* by tid */
};

/* k->mail, where some program sends or receives; else it stays NULL. */
void mail_layout(struct kern *k, struct arena *a);
/* What a task sends; NULL: nothing, or it says nothing. */
const struct message *mail_of(const struct kern *k, tid_t tid);
/* Where a task gets what it receives; NULL: it takes no contents. */
struct message *mail_to(struct kern *k, tid_t tid);
/* From one task to another; from a task into the channel; from there, the oldest, to a task. */
void mail_hand(struct kern *k, tid_t from, tid_t to);
void mail_put(struct kern *k, uint32_t channel, tid_t from);
void mail_get(struct kern *k, uint32_t channel, tid_t to);
/* A waiting task's send or receive has come to pass. */
void mail_done(struct kern *k, tid_t tid);

#endif
