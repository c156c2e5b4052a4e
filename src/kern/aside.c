/* aside.c - see aside.h */
#include <kern/kern.h>

void aside_layout(struct kern *k, struct arena *a)
{
    struct aside *s = &k->aside;

    s->rng = arena_array(a, rng_t, k->max_tasks);
    s->estimate = arena_array(a, ns_t, k->max_tasks);
    s->carry = arena_array(a, uint64_t, k->max_tasks);
    s->object = arena_array(a, uint32_t, k->max_tasks);
    s->donor = arena_array(a, tid_t, k->max_tasks);
}

void aside_forget(struct kern *k, tid_t tid)
{
    struct aside *s = &k->aside;

    s->rng[tid] = 0;
    s->estimate[tid] = 0;
    s->carry[tid] = 0;
    s->object[tid] = 0;
}

rng_t *task_rng(struct kern *k, tid_t tid)
{
    const struct process_config *p = task_process(k, tid);
    rng_t *r = &k->aside.rng[tid];

    if (!*r)
        *r = rng_stream(k->config->seed, p->name, tid - p->first);
    return r;
}

int64_t task_draw(struct kern *k, tid_t tid, const struct dist *d)
{
    return d->kind == DIST_CONST ? d->a : dist_draw(d, task_rng(k, tid));
}

tid_t task_donor(const struct kern *k, tid_t tid)
{
    return k->task[tid].lent ? k->aside.donor[tid] : tid;
}

void task_set_donor(struct kern *k, tid_t tid, tid_t donor)
{
    k->task[tid].lent = donor != tid;
    if (donor != tid)
        k->aside.donor[tid] = donor;
}

ns_t task_estimate(const struct kern *k, tid_t tid)
{
    ns_t known = k->aside.estimate[tid];

    return known ? known - 1 : 10 * k->config->time_unit;
}

/* Exponential average with weight 1/2: Silberschatz et al., "SJF". */
void task_learn(struct kern *k, tid_t tid, ns_t burst)
{
    if (k->config->knowledge == KNOW_ESTIMATE)
        k->aside.estimate[tid] = (task_estimate(k, tid) + burst) / 2 + 1;
}
