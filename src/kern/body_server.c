/* body_server.c - the body of a server process: one request after another.
 *
 * A server is scheduled as everybody is, by the workload's policy; its CPU time is its
 * own. It takes the message that has waited longest, works for the CPU time that this
 * asks for, and answers, which costs it a message. Whoever comes meanwhile waits in line.
 * It may be kept from running by more urgent tasks while an urgent client waits for it:
 * priority inversion. With `inherit` it runs with the urgency of the most urgent of those
 * who wait for it (Lampson and Redell, "Experience with Processes and Monitors in Mesa").
 */
#include <kern/door.h>
#include <kern/fault.h>

#include <sim/check.h>

void servers_layout(struct kern *k, struct arena *a)
{
    struct server *all = arena_array(a, struct server, SERVICES);

    k->door.server = all;
    for (unsigned s = 0; a->base && s < SERVICES; s++)
        all[s] = (struct server){ .tid = TID_NONE, .client = TID_NONE, .queue = WAITQ_EMPTY };
}

static struct server *server_of(const struct kern *k, tid_t tid)
{
    return &k->door.server[task_process(k, tid)->server];
}

static enum service service_of(const struct kern *k, const struct server *s)
{
    return (enum service)(s - k->door.server);
}

/* --- whose urgency --- */

static void renew_donor(struct kern *k, struct server *s)
{
    tid_t old = task_donor(k, s->tid), best = s->tid;

    if (!k->config->structure.inherit)
        return;
    task_set_donor(k, s->tid, s->tid);
    if (s->client != TID_NONE && sync_more_urgent(k, s->client, best))
        best = task_donor(k, s->client);
    for (tid_t w = s->queue.first; w != TID_NONE; w = k->task[w].next)
        if (sync_more_urgent(k, w, best))
            best = task_donor(k, w);
    task_set_donor(k, s->tid, best);
    if (best == old)
        return;
    kern_say(k, EV_INHERIT, HART_NONE, s->tid, best, 0);
    task_changed(k, s->tid);
}

/* --- requests --- */

/* It turns to the first in line. */
static void take(struct kern *k, struct server *s)
{
    s->client = waitq_take(k, &s->queue);
    CHECK(s->client != TID_NONE && !s->dead);
    const struct way *w = &task_request(k, s->client)->way;

    s->stage = SERVER_WORKING;
    s->from = w->from;
    s->bytes = w->bytes;
    k->task[s->tid].left = w->work;
}

static uint32_t length(const struct kern *k, const struct waitq *q)
{
    uint32_t n = 0;

    for (tid_t w = q->first; w != TID_NONE; w = k->task[w].next)
        n++;
    return n;
}

void server_send(struct kern *k, enum service to, tid_t client)
{
    struct server *s = &k->door.server[to];
    bool idle = !s->dead && s->stage == SERVER_IDLE && k->task[s->tid].state == TASK_SLEEPING;

    kern_say(k, EV_MESSAGE, HART_NONE, client, to, length(k, &s->queue));
    k->door.messages++;
    waitq_add(k, &s->queue, client);
    if (idle)
        take(k, s);
    renew_donor(k, s);
    if (idle)
        task_wake(k, s->tid);
}

void server_forget(struct kern *k, tid_t client)
{
    struct server *s = &k->door.server[task_request(k, client)->way.to];

    if (s->client == client)
        s->client = TID_NONE;   /* it works on, for nobody */
    renew_donor(k, s);
}

void server_again(struct kern *k, enum service which)
{
    struct server *s = &k->door.server[which];

    s->dead = false;
    if (s->queue.first == TID_NONE)
        return;
    take(k, s);
    renew_donor(k, s);
    task_wake(k, s->tid);
}

static void answer(struct kern *k, unsigned h, struct server *s)
{
    tid_t client = s->client;

    kern_say(k, EV_REPLY, h, s->tid, service_of(k, s), client);
    k->door.messages++;
    s->client = TID_NONE;
    s->stage = SERVER_IDLE;
    if (client != TID_NONE)
        door_answer(k, client);
}

/* --- the body --- */

static void server_born(struct kern *k, tid_t tid)
{
    server_of(k, tid)->tid = tid;
}

static void server_finish(struct kern *k, tid_t tid)
{
    task_sleep(k, tid, WAIT_REQUEST, UINT32_MAX);
}

static bool server_begin(struct kern *k, tid_t tid)
{
    server_finish(k, tid);      /* nobody can have called it yet */
    return false;
}

static bool server_woken(struct kern *k, tid_t tid)
{
    CHECK(server_of(k, tid)->stage != SERVER_IDLE);
    return true;
}

static void server_stopped(struct kern *k, unsigned h)
{
    struct server *s = server_of(k, k->hart[h].running);

    if (s->stage == SERVER_WORKING && fault_meet(k, service_of(k, s))) {
        task_block(k, s->tid, WAIT_REQUEST, UINT32_MAX);        /* it gives no answer */
        return;
    }
    if (s->stage == SERVER_WORKING) {
        s->stage = SERVER_ANSWERING;
        if (door_charge(k, h, (enum service)s->from, service_of(k, s),
                        door_message_cycles(k, s->bytes), -1 - 8)) {
            hart_set_stop(k, h);
            return;
        }
    }
    answer(k, h, s);
    renew_donor(k, s);
    if (s->queue.first == TID_NONE) {
        task_block(k, s->tid, WAIT_REQUEST, UINT32_MAX);
        return;
    }
    take(k, s);
    hart_set_stop(k, h);
    hart_began_burst(k, h);
}

const struct body_ops body_server = {
    .name = "server", .service = true, .born = server_born, .begin = server_begin, .finish = server_finish,
    .woken = server_woken, .stopped = server_stopped,
};
