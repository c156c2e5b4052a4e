/* door.c - tasks pass between services, as the structure model says.
 *
 * The way is made in steps, and a task that has to wait at one of them comes again: it
 * pays for the crossing, which takes its hart's time; it waits until a module is loaded;
 * it sends its message and sleeps until the server answers. Services know none of that:
 * they call, and may be told to call again.
 */
#include <kern/door.h>
#include <kern/fault.h>
#include <kern/request.h>

#include <sim/check.h>

bool door_fresh(const struct kern *k, tid_t tid)
{
    return !k->door.active || k->door.client[tid].state == CLIENT_NONE;
}

/* --- costs --- */

bool door_charge(struct kern *k, unsigned h, enum service from, enum service to,
                 uint64_t cycles, int64_t what)
{
    ns_t ns = cycles ? hart_cycles_ns(k, h, cycles) : 0;

    if (!ns)
        return false;
    k->door.time[from][to] += ns;
    kern_say(k, EV_CROSSING, h, k->hart[h].running, ns, to);
    hart_charge(k, h, ns, what);
    return true;
}

uint64_t door_message_cycles(const struct kern *k, uint64_t bytes)
{
    const struct crossing_costs *c = &k->config->costs.crossing;

    return c->message + c->copy * (1 + (bytes + 63) / 64);
}

/* What a burst's own call takes besides: it enters the kernel. */
static bool enter(struct kern *k, unsigned h, int64_t what)
{
    uint64_t cycles = k->config->structure.open ? 0 : k->config->costs.syscall;

    if (!cycles)
        return false;
    hart_charge(k, h, hart_cycles_ns(k, h, cycles), what);
    return true;
}

/* --- through the door --- */

/* It failed, and nobody will make it anew. */
static bool is_lost(const struct kern *k, enum service to)
{
    return k->door.lost >> to & 1 &&
           !(k->config->structure.restart && k->door.server[to].tid != TID_NONE);
}

bool door_is_free(const struct kern *k, enum service from, enum service to)
{
    struct crossing x;

    if (!k->door.active)
        return true;
    k->door.ops->plan(k, from, to, &x);
    return !x.cycles && !x.message && !x.refused && !is_lost(k, to) &&
           !(k->config->structure.modules >> to & 1);
}

static enum outcome send(struct kern *k, tid_t tid, struct client *c)
{
    c->state = CLIENT_SENT;
    task_block(k, tid, WAIT_SERVER, UINT32_MAX);
    server_send(k, (enum service)c->to, tid);
    return OUTCOME_WAIT;
}

static enum outcome pass(struct kern *k, tid_t tid, struct client *c, int64_t what,
                         bool enters)
{
    enum service from = (enum service)c->from, to = (enum service)c->to;
    unsigned h = k->task[tid].hart;
    struct crossing x;

    k->door.ops->plan(k, from, to, &x);
    x.refused |= is_lost(k, to);
    x.message &= !x.refused;
    if (c->state == CLIENT_NONE) {
        k->door.count[from][to]++;
        (void)fault_meet(k, to);
        c->state = CLIENT_PAID;
        if (x.message)
            x.cycles = door_message_cycles(k, c->bytes);
        bool entered = enters && enter(k, h, what);
        if (door_charge(k, h, from, to, x.refused ? 0 : x.cycles, what) || entered)
            return OUTCOME_WAIT;
    }
    if (!x.refused && module_wait(k, tid, to))
        return OUTCOME_WAIT;
    if (x.message)
        return send(k, tid, c);
    c->state = CLIENT_NONE;
    if (x.refused)
        kern_say(k, EV_REFUSED, h, tid, from, to);
    return x.refused ? OUTCOME_REFUSED : OUTCOME_PASS;
}

static enum outcome go_on(struct kern *k, tid_t tid, struct client *c, int64_t what,
                          bool enters)
{
    switch (c->state) {
    case CLIENT_SENT:           /* a signal woke it: the answer is still to come */
        task_block(k, tid, WAIT_SERVER, UINT32_MAX);
        return OUTCOME_WAIT;
    case CLIENT_ANSWERED:
        c->state = CLIENT_NONE;
        return OUTCOME_PASS;
    case CLIENT_FAILED:
        c->state = CLIENT_NONE;
        return OUTCOME_REFUSED;
    default:
        return pass(k, tid, c, what, enters);
    }
}

enum outcome door_pass(struct kern *k, tid_t tid, enum service from, enum service to,
                       bool enters, ns_t *work, uint64_t bytes)
{
    struct client *c = &k->door.client[tid];
    const int64_t system_call = -1 - 8;         /* as EV_KERNEL has it: ECALL */

    if (c->state == CLIENT_NONE)
        *c = (struct client){ .from = (uint8_t)from, .to = (uint8_t)to, .work = *work,
                              .bytes = (uint32_t)bytes };
    enum outcome o = go_on(k, tid, c, system_call, enters && from == SERVICE_USER);
    *work = o == OUTCOME_PASS ? c->work : 0;
    return o;
}

enum outcome door_request(struct kern *k, struct request *r, enum service from,
                          enum service to)
{
    struct client *c;

    if (!r) {
        k->door.count[from][to]++;
        (void)fault_meet(k, to);
        return OUTCOME_PASS;
    }
    c = &k->door.client[r->tid];
    if (c->state == CLIENT_NONE)
        *c = (struct client){ .from = (uint8_t)from, .to = (uint8_t)to };
    enum outcome o = go_on(k, r->tid, c, request_what(r), false);
    if (o == OUTCOME_WAIT && k->task[r->tid].state == TASK_SLEEPING)
        request_unpin(k, r->tid, r);
    return o;
}

void door_answer(struct kern *k, tid_t client)
{
    struct client *c = &k->door.client[client];

    CHECK(c->state == CLIENT_SENT);
    c->state = CLIENT_ANSWERED;
    c->work = 0;
    if (k->task[client].state == TASK_SLEEPING)
        task_wake(k, client);
}

void door_forget(struct kern *k, tid_t tid)
{
    if (!k->door.active || k->door.client[tid].state == CLIENT_NONE)
        return;
    if (k->door.client[tid].state == CLIENT_SENT)
        server_forget(k, tid);
    k->door.client[tid] = (struct client){ .state = CLIENT_NONE };
}
