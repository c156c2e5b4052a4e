/* balance.c - queues of busy harts are evened out, now and then.
 *
 * Idle harts look for work themselves (dispatch.c); this is about harts that all have
 * some. Every `balance_interval` the hart with the most and that with the least to do are
 * compared, in tasks, or in tickets or nice weights where the policy shares by those. If
 * the difference is worth `balance_imbalance` tasks, one moves. A smaller difference,
 * which no move could even out (three tasks on two harts), adds up until it is worth as
 * much: then tasks take turns, so that shares hold over the machine. (Linux comes to the
 * same by its load averages: Documentation/scheduler/sched-domains.rst.)
 *
 * Of the task that its policy would give away and the one that runs there, the one that
 * had more CPU time for its weight moves. A policy without quanta is not made to take
 * turns, and one whose `pull` gives nothing away (edf, rm: partitions) is left alone.
 */
#include <kern/kern.h>

#include <sim/check.h>

enum { TURNS = 2 };             /* looks that a move should be good for */

static uint64_t weight_of(const struct kern *k, tid_t tid)
{
    struct sched_task view;

    task_view(k, tid, &view);
    return sched_weight(&k->sched, &view);
}

/* What hart h has to do. */
static uint64_t load_of(const struct kern *k, unsigned h)
{
    tid_t running = k->hart[h].running;

    return sched_load(&k->sched, h) + (running != TID_NONE ? weight_of(k, running) : 0);
}

/* Had a more CPU time for its weight than b, also if b had `by` more? */
static bool had_more(const struct kern *k, tid_t a, tid_t b, ns_t by)
{
    unsigned __int128 x = (uint64_t)k->task[a].received, y = (uint64_t)k->task[b].received;

    y += (uint64_t)by;

    return x * weight_of(k, b) > y * weight_of(k, a);
}

/* Of `tid`, just taken from the queue, and what runs there, one moves and one stays. Is
 * it the running one that moves? */
static bool running_moves(const struct kern *k, unsigned from, unsigned to, tid_t tid)
{
    tid_t running = k->hart[from].running;

    return running != TID_NONE && !k->hart[from].handed_back && k->sched.ops->quantum &&
           task_may_run_on(k, running, to) && had_more(k, running, tid, 0);
}

static void move(struct kern *k, unsigned from, unsigned to, tid_t tid)
{
    DCHECK(from != to && k->sched.on_queue[tid] == QUEUE_NONE);
    if (running_moves(k, from, to, tid)) {
        queue_return(k, tid, from, SCHED_PREEMPTED);
        tid = k->hart[from].running;
        hart_vacate(k, from, STOP_PREEMPTED);
    }
    kern_say(k, EV_MIGRATE, to, tid, from, to);
    queue_put(k, tid, to, SCHED_MIGRATED);
    k->uneven = 0;
}

/* Taking turns is worth a move only if who stays, with more room then, had less than what
 * runs where it becomes fuller, by as much as a turn: else tasks jump to and fro, and gain
 * by it where they come just as a quantum ends. */
static bool turn_helps(struct kern *k, unsigned from, unsigned to, tid_t tid)
{
    tid_t running = k->hart[from].running, other = k->hart[to].running;

    if (running == TID_NONE || other == TID_NONE)
        return false;
    return had_more(k, other, running_moves(k, from, to, tid) ? tid : running,
                    TURNS * k->config->balance_interval);
}

/* One look. */
static void even_out(struct kern *k)
{
    unsigned most = HART_NONE, least = 0;
    uint64_t most_load = 0, least_load = UINT64_MAX;

    /* Of equals, another each time. */
    unsigned first = (unsigned)((uint64_t)k->engine->now /
                                (uint64_t)k->config->balance_interval % k->nharts);
    for (unsigned i = 0; i < k->nharts; i++) {
        unsigned h = (first + i) % k->nharts;
        uint64_t load = load_of(k, h);

        if (load < least_load)
            least = h, least_load = load;
        if (k->view[h].nqueued && load > most_load)
            most = h, most_load = load;
    }
    if (most == HART_NONE || most_load <= least_load)
        return;
    /* A task of middling weight. Nobody is asked for one that will not move. */
    uint64_t tasks = k->view[most].nqueued + (k->hart[most].running != TID_NONE);
    uint64_t worth = k->config->balance_imbalance * most_load / tasks;
    uint64_t difference = most_load - least_load;
    k->uneven += difference;
    if (difference < worth && (!k->sched.ops->quantum || k->uneven < worth))
        return;
    tid_t tid = queue_give_away(k, most, least);
    if (tid == TID_NONE)
        return;
    hart_account(k, most);      /* what those that run had, is as of now */
    hart_account(k, least);
    if (difference >= worth || turn_helps(k, most, least, tid))
        move(k, most, least, tid);
    else
        queue_return(k, tid, most, SCHED_PREEMPTED);
}

void balance_due(struct kern *k)
{
    if (k->nqueued == 0)
        return;                 /* armed again when somebody waits */
    even_out(k);
    balance_arm(k);
}
