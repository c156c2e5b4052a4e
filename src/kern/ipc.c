/* ipc.c - channels: messages without content, counted.
 *
 * A channel holds `channel_capacity` messages; with none it is a rendezvous, where the
 * sender waits until its message is taken. Senders and receivers are served in the order
 * in which they came. What goes to another kernel: wire.h.
 */
#include <kern/virtual.h>
#include <kern/wire.h>

#include <sim/check.h>

/* --- by a channel that goes out --- */

static void leave(struct kern *k, tid_t tid, uint32_t channel)
{
    k->channel[channel].queued++;
    k->channel[channel].sent_by = tid;
    k->wire->send(k->wire->self, channel);
}

/* `queued` counts what the other side has not taken yet. */
static bool send_out(struct kern *k, tid_t tid, uint32_t channel)
{
    struct channel *c = &k->channel[channel];
    uint32_t capacity = k->config->channel_capacity;
    bool goes = c->queued < (capacity ? capacity : 1);

    kern_exit(k, k->task[tid].hart, EXIT_IO);
    if (goes)
        leave(k, tid, channel);
    if (goes && capacity)
        return true;
    task_block(k, tid, WAIT_MSG, channel);
    waitq_add(k, &c->send, tid);
    return false;
}

void ipc_taken(struct kern *k, uint32_t channel)
{
    struct channel *c = &k->channel[channel];
    bool waits = k->config->channel_capacity == 0;

    c->queued--;
    if (waits && c->send.first != TID_NONE && c->send.first == c->sent_by)
        task_wake(k, waitq_take(k, &c->send));
    if (c->send.first == TID_NONE)
        return;
    leave(k, c->send.first, channel);   /* there is room for the next one */
    if (!waits)
        task_wake(k, waitq_take(k, &c->send));
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
    task_wake(k, taker);
    k->wire->taken(k->wire->self, channel);
}

/* --- within this kernel --- */

bool ipc_send(struct kern *k, tid_t tid, uint32_t channel)
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
        task_wake(k, taker);
        return true;
    }
    if (c->queued < k->config->channel_capacity) {
        c->queued++;
        return true;
    }
    task_block(k, tid, WAIT_MSG, channel);
    waitq_add(k, &c->send, tid);
    return false;
}

bool ipc_recv(struct kern *k, tid_t tid, uint32_t channel)
{
    struct channel *c = &k->channel[channel];
    bool ready = c->queued > 0;
    tid_t sender;

    DCHECK(c->send.first == TID_NONE || c->queued >= k->config->channel_capacity);
    if (ready)
        c->queued--;
    if (ready && c->foreign) {  /* messages are all alike: these are taken first */
        c->foreign--;
        k->wire->taken(k->wire->self, channel);
    }
    sender = waitq_take(k, &c->send);
    if (sender != TID_NONE) {
        if (ready)              /* its message takes the room that became free */
            c->queued++;
        ready = true;
        task_wake(k, sender);
    }
    if (ready) {
        kern_say(k, EV_RECV, k->task[tid].hart, tid, channel, c->queued);
        return true;
    }
    task_block(k, tid, WAIT_MSG, channel);
    waitq_add(k, &c->recv, tid);
    return false;
}
