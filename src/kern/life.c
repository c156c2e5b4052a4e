/* life.c - tasks come, and go. */
#include <kern/body.h>

#include <sim/check.h>

/* --- arrival --- */

/* The only place that knows which entry of a workload makes which body. */
static enum body_kind body_kind(const struct process_config *p)
{
    return p->guest ? BODY_VCPU : p->server ? BODY_SERVER
           : p->program ? BODY_PROGRAM : BODY_BURST;
}

static void init_task(struct kern *k, tid_t tid, uint32_t p)
{
    const struct process_config *pc = &k->config->processes[p];
    struct task *t = &k->task[tid];

    *t = (struct task){
        .state = TASK_SLEEPING, .process = p, .hart = HART_NONE, .rt = NO_RT,
        .body = (uint8_t)body_kind(pc), .next = TID_NONE, .arrival = k->engine->now,
    };
}

static void schedule_arrival(struct kern *k, uint32_t p, ns_t from)
{
    const struct process_config *pc = &k->config->processes[p];
    ns_t at = from;

    if (pc->arrival_gaps) {
        ns_t gap = dist_draw(&pc->gap, &k->gap_rng[p]);

        at = gap < NS_MAX - from ? from + gap : NS_MAX;
    }
    engine_set_ranked(k->engine, k->first_arrival_slot + p, at, PEND_ARRIVAL,
                      pc->first + k->born[p]);
}

void task_first_arrival(struct kern *k, uint32_t p)
{
    const struct process_config *pc = &k->config->processes[p];

    k->gap_rng[p] = rng_stream(k->config->seed, pc->name, UINT64_MAX);
    schedule_arrival(k, p, pc->arrival);
}

void task_arrive(struct kern *k, uint32_t p)
{
    const struct process_config *pc = &k->config->processes[p];
    CHECK(k->born[p] < pc->count);
    tid_t tid = pc->first + k->born[p]++;

    init_task(k, tid, p);
    kern_say(k, EV_ARRIVE, HART_NONE, tid, p, 0);
    if (k->born[p] < pc->count)
        schedule_arrival(k, p, k->engine->now);
    if (body_of(k, tid)->run)
        k->executes = true;
    body_of(k, tid)->born(k, tid);
    if (rt_wanted(pc))
        rt_born(k, tid);
    else if (body_of(k, tid)->begin(k, tid))
        task_ready(k, tid, SCHED_NEW);
}

/* --- the end --- */

void task_exit(struct kern *k, tid_t tid, int status, int signal)
{
    struct task *t = &k->task[tid];

    CHECK(t->state != TASK_DEAD && t->state != TASK_ZOMBIE && k->living > 0);
    task_detach(k, tid, STOP_EXITED);
    kern_say(k, EV_EXIT, HART_NONE, tid, status, signal);
    if (t->rt != NO_RT)
        rt_ended(k, tid);
    t->state = body_of(k, tid)->exited
                   ? (uint8_t)body_of(k, tid)->exited(k, tid, status, signal)
                   : TASK_DEAD;
    if (--k->living == 0)
        kern_finish(k, KERN_DONE);
}
