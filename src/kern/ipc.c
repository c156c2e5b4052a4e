/* ipc.c - channels: messages, counted; what they say, if anything, is in mail.c.
 *
 * A channel holds `channel_capacity` messages; with none it is a rendezvous, where the
 * sender waits until its message is taken. Senders and receivers are served in the order
 * in which they came. What goes to another kernel: wire.h. A program's message that goes out
 * is gone: it waits for room only.
 */
#include <kern/body.h>
#include <kern/virtual.h>
#include <kern/wire.h>

#include <sim/check.h>

/* What a waiting task wanted has come to pass. */
static void serve(struct kern *k, tid_t tid)
{
    mail_done(k, tid);
    task_wake(k, tid);
}

/* --- by a channel that goes out --- */

/* Must its sender wait until the message is taken? */
static bool meets(const struct kern *k, tid_t tid)
{
    return k->config->channel_capacity == 0 && !body_of(k, tid)->messages;
}

static void leave(struct kern *k, tid_t tid, uint32_t channel, ns_t ns)
{
    k->channel[channel].queued++;
    k->channel[channel].sent_by = meets(k, tid) ? tid : TID_NONE;
    k->wire->send(k->wire->self, channel, mail_of(k, tid), ns);
}

bool ipc_has_room(const struct kern *k, uint32_t channel)
{
    const struct channel *c = &k->channel[channel];
    uint32_t capacity = k->config->channel_capacity;

    if (c->goes_out)            /* `queued` counts what the other side has not taken yet */
        return c->queued < (capacity ? capacity : 1);
    return c->recv.first != TID_NONE || c->queued < capacity;
}

static bool send_out(struct kern *k, tid_t tid, uint32_t channel)
{
    bool goes = ipc_has_room(k, channel);
    ns_t ns = kern_exit(k, k->task[tid].hart, EXIT_IO);

    if (goes)
        leave(k, tid, channel, ns);
    return goes && !meets(k, tid);
}

void ipc_taken(struct kern *k, uint32_t channel)
{
    struct channel *c = &k->channel[channel];

    c->queued--;
    if (c->send.first != TID_NONE && c->send.first == c->sent_by)
        serve(k, waitq_take(k, &c->send));
    if (c->send.first == TID_NONE)
        return;
    tid_t next = c->send.first;

    leave(k, next, channel, 0); /* there is room for it now */
    if (!meets(k, next))
        serve(k, waitq_take(k, &c->send));
}

void ipc_deliver(struct kern *k, uint32_t channel, uint16_t from)
{
    struct channel *c = &k->channel[channel];
    tid_t taker = waitq_take(k, &c->recv);

    kern_say(k, EV_DELIVER, HART_NONE, TID_NONE, channel, from);
    if (taker == TID_NONE) {
        c->queued++;
        c->foreign++;
        return;
    }
    kern_say(k, EV_RECV, HART_NONE, taker, channel, c->queued);
    k->wire->taken(k->wire->self, channel, mail_to(k, taker));
    serve(k, taker);
}

/* --- within this kernel --- */

bool ipc_offer(struct kern *k, tid_t tid, uint32_t channel)
{
    struct channel *c = &k->channel[channel];
    DCHECK(channel < k->config->nchannels && k->task[tid].state == TASK_RUNNING);

    kern_say(k, EV_SEND, k->task[tid].hart, tid, channel, c->queued);
    if (c->goes_out)
        return send_out(k, tid, channel);
    tid_t taker = waitq_take(k, &c->recv);
    DCHECK(taker == TID_NONE || c->queued == 0);        /* nobody waits for what is there */
    if (taker != TID_NONE) {
        kern_say(k, EV_RECV, HART_NONE, taker, channel, c->queued);
        mail_hand(k, tid, taker);
        serve(k, taker);
        return true;
    }
    if (c->queued >= k->config->channel_capacity)
        return false;
    c->queued++;
    mail_put(k, channel, tid);
    return true;
}

bool ipc_has_message(const struct kern *k, uint32_t channel)
{
    return k->channel[channel].queued > 0 || k->channel[channel].send.first != TID_NONE;
}

/* Messages from other kernels are taken first. */
static void take_oldest(struct kern *k, tid_t tid, uint32_t channel)
{
    struct channel *c = &k->channel[channel];

    c->queued--;
    if (!c->foreign) {
        mail_get(k, channel, tid);
        return;
    }
    c->foreign--;
    k->wire->taken(k->wire->self, channel, mail_to(k, tid));
}

bool ipc_take(struct kern *k, tid_t tid, uint32_t channel)
{
    struct channel *c = &k->channel[channel];
    bool ready = c->queued > 0;
    tid_t sender = TID_NONE;

    DCHECK(c->send.first == TID_NONE || c->queued >= k->config->channel_capacity);
    if (ready)
        take_oldest(k, tid, channel);
    if (!ready || c->queued < k->config->channel_capacity)
        sender = waitq_take(k, &c->send);
    if (sender != TID_NONE) {
        if (ready) {            /* its message takes the room that became free */
            c->queued++;
            mail_put(k, channel, sender);
        } else {
            mail_hand(k, sender, tid);
        }
        ready = true;
        serve(k, sender);
    }
    if (ready)
        kern_say(k, EV_RECV, k->task[tid].hart, tid, channel, c->queued);
    return ready;
}

/* --- for steps of bursts --- */

static bool block(struct kern *k, tid_t tid, uint32_t channel, struct waitq *q)
{
    task_block(k, tid, WAIT_MSG, channel);
    waitq_add(k, q, tid);
    return false;
}

bool ipc_send(struct kern *k, tid_t tid, uint32_t channel)
{
    return ipc_offer(k, tid, channel) || block(k, tid, channel, &k->channel[channel].send);
}

bool ipc_recv(struct kern *k, tid_t tid, uint32_t channel)
{
    return ipc_take(k, tid, channel) || block(k, tid, channel, &k->channel[channel].recv);
}
