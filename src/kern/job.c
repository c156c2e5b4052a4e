/* job.c - what a job's number says: its release and its deadline; nothing moves here. */
#include <kern/kern.h>

bool rt_wanted(const struct process_config *p)
{
    return p->period || p->deadline || p->start_deadline;
}

ns_t rt_release_of(const struct kern *k, const struct rt *rt, uint64_t job)
{
    const struct process_config *p = task_process(k, rt->tid);

    return k->task[rt->tid].arrival + (ns_t)(job - 1) * p->period;
}

ns_t rt_deadline_of(const struct kern *k, const struct rt *rt, uint64_t job)
{
    const struct process_config *p = task_process(k, rt->tid);
    ns_t d = p->deadline ? p->deadline : p->period;

    return d ? rt_release_of(k, rt, job) + d : NS_MAX;
}

ns_t rt_job_release(const struct kern *k, const struct rt *rt)
{
    return rt_release_of(k, rt, rt->job ? rt->job : 1);
}

ns_t rt_job_deadline(const struct kern *k, const struct rt *rt)
{
    const struct process_config *p = task_process(k, rt->tid);

    if (!p->period && !p->deadline)
        return k->task[rt->tid].arrival + p->start_deadline;
    return rt_deadline_of(k, rt, rt->job ? rt->job : 1);
}

int64_t rt_load(const struct process_config *p)
{
    const uint64_t cap = INT64_MAX;     /* a length times it is within 128 bits */
    uint64_t times[CONFIG_MAX_REPEAT_DEPTH + 1] = { 1 };
    unsigned __int128 total = 0;
    unsigned depth = 0;

    if (p->period == 0)
        return 0;
    for (uint32_t i = 0; i < p->nsteps; i++) {
        const struct step *s = &p->steps[i];

        if (s->kind == STEP_LOOP) {
            uint64_t outer = times[depth++];
            times[depth] = outer <= cap / s->count ? outer * s->count : cap;
        } else if (s->kind == STEP_NEXT) {
            depth--;
        } else if (s->kind == STEP_CPU && s->len.kind == DIST_CONST) {
            total += (unsigned __int128)(uint64_t)s->len.a * times[depth];
        }
        if (total / (uint64_t)p->period >= 1000)
            return 1000000000;
    }
    return (int64_t)(total * 1000000 / (uint64_t)p->period);
}
