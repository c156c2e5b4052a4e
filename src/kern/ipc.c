/* ipc.c - channels: messages without content, counted.
 *
 * A channel holds `channel_capacity` messages; with none it is a rendezvous, where the
 * sender waits until its message is taken. Senders and receivers are served in the order
 * in which they came.
 */
#include <kern/kern.h>

#include <sim/check.h>

bool ipc_send(struct kern *k, tid_t tid, uint32_t channel)
{
    struct channel *c = &k->channel[channel];
    tid_t taker = waitq_take(k, &c->recv);

    DCHECK(channel < k->config->nchannels && k->task[tid].state == TASK_RUNNING);
    DCHECK(taker == TID_NONE || c->queued == 0);        /* nobody waits for what is there */

    kern_say(k, EV_SEND, k->task[tid].hart, tid, channel, c->queued);
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

    DCHECK(c->send.first == TID_NONE || c->queued == k->config->channel_capacity);
    if (ready)
        c->queued--;
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
