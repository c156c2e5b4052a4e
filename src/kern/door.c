/* door.c - tasks pass between services, as the structure model says.
 *
 * The way is made in steps, and a task that has to wait at one of them comes again: it
 * pays for the crossing, which takes its hart's time; it waits until a module is loaded;
 * it sends its message and sleeps until the server answers. Services know none of that:
 * they call, and may be told to call again.
 */
#include <kern/door.h>
#include <kern/fault.h>

#include <sim/check.h>

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

/* What a request takes besides that enters the kernel by this call. */
static bool enter(struct kern *k, unsigned h, struct request *r)
{
    uint64_t cycles = k->config->structure.open || r->charged ? 0 : k->config->costs.syscall;

    r->charged = true;
    if (!cycles)
        return false;
    hart_charge(k, h, hart_cycles_ns(k, h, cycles), request_what(r));
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

static enum outcome send(struct kern *k, tid_t tid, struct way *w)
{
    CHECK(w->state == WAY_PAID && k->door.server[w->to].tid != TID_NONE);
    w->state = WAY_SENT;
    task_block(k, tid, WAIT_SERVER, UINT32_MAX);
    server_send(k, (enum service)w->to, tid);
    return OUTCOME_WAIT;
}

/* It stands before the door: whether it costs any time. */
static bool pay(struct kern *k, struct request *r, const struct crossing *x)
{
    enum service from = (enum service)r->way.from, to = (enum service)r->way.to;
    unsigned h = k->task[r->tid].hart;
    uint64_t cycles = x->refused ? 0 : x->message ? door_message_cycles(k, r->way.bytes)
                                                  : x->cycles;

    r->way.state = WAY_PAID;
    k->door.count[from][to]++;
    (void)fault_meet(k, to);
    bool entered = enter(k, h, r);
    return door_charge(k, h, from, to, cycles, request_what(r)) || entered;
}

static enum outcome pass(struct kern *k, struct request *r)
{
    struct way *w = &r->way;
    enum service from = (enum service)w->from, to = (enum service)w->to;
    struct crossing x;

    k->door.ops->plan(k, from, to, &x);
    x.refused |= is_lost(k, to);
    x.message &= !x.refused;
    if (w->state == WAY_NONE && pay(k, r, &x))
        return OUTCOME_WAIT;
    if (!x.refused && module_wait(k, r->tid, to))
        return OUTCOME_WAIT;
    if (x.message)
        return send(k, r->tid, w);
    w->state = WAY_NONE;
    if (x.refused)
        kern_say(k, EV_REFUSED, k->task[r->tid].hart, r->tid, from, to);
    return x.refused ? OUTCOME_REFUSED : OUTCOME_PASS;
}

static enum outcome go_on(struct kern *k, struct request *r)
{
    switch (r->way.state) {
    case WAY_SENT:              /* a signal woke it: the answer is still to come */
        task_block(k, r->tid, WAIT_SERVER, UINT32_MAX);
        return OUTCOME_WAIT;
    case WAY_ANSWERED:
        r->way.state = WAY_NONE;
        return OUTCOME_PASS;
    case WAY_FAILED:
        r->way.state = WAY_NONE;
        return OUTCOME_REFUSED;
    default:
        return pass(k, r);
    }
}

void door_forget(struct kern *k, tid_t tid)
{
    struct request *r = k->door.active ? task_request(k, tid) : NULL;

    if (!r || r->way.state == WAY_NONE)
        return;
    if (r->way.state == WAY_SENT)
        server_forget(k, tid);
    r->way.state = WAY_NONE;
}

enum outcome door_request(struct kern *k, struct request *r, enum service from,
                          enum service to)
{
    if (!r) {
        k->door.count[from][to]++;
        (void)fault_meet(k, to);
        return OUTCOME_PASS;
    }
    if (r->way.from != from || r->way.to != to)
        door_forget(k, r->tid);         /* called again, it goes another way */
    r->way.from = (uint8_t)from;
    r->way.to = (uint8_t)to;
    enum outcome o = go_on(k, r);
    if (o == OUTCOME_WAIT && k->task[r->tid].state == TASK_SLEEPING)
        request_unpin(k, r->tid, r);
    return o;
}

void door_answer(struct kern *k, tid_t client)
{
    struct way *w = &task_request(k, client)->way;

    CHECK(w->state == WAY_SENT);
    w->state = WAY_ANSWERED;
    w->work = 0;
    if (k->task[client].state == TASK_SLEEPING)
        task_wake(k, client);
}
