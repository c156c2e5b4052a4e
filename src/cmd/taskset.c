/* taskset.c - worst-case demands, read off scripts. */
#include <cmd/taskset.h>

#include <stdlib.h>

static void note(struct taskset *s, const char *text)
{
    for (unsigned i = 0; i < s->nnotes; i++)
        if (s->notes[i] == text)
            return;
    if (s->nnotes < TASKSET_NOTES)
        s->notes[s->nnotes++] = text;
}

ns_t dist_most(const struct dist *d)
{
    ns_t most = 0;

    switch ((enum dist_kind)d->kind) {
    case DIST_CONST:
        return d->a;
    case DIST_UNIFORM:
        return d->b;
    case DIST_CHOICE:
        for (uint32_t i = 0; i < d->nchoices; i++)
            most = d->choices[i] > most ? d->choices[i] : most;
        return most;
    case DIST_EXP:
    case DIST_LOGNORMAL:
    case DIST_PARETO:
        break;
    }
    return NS_MAX;
}

/* a + b x c, or NS_MAX */
static ns_t add_times(ns_t a, ns_t b, uint64_t c)
{
    unsigned __int128 sum = (uint64_t)b;

    sum = sum * c + (uint64_t)a;
    return sum > NS_MAX ? NS_MAX : (ns_t)sum;
}

static void note_step(struct taskset *s, enum step_kind kind)
{
    if (kind == STEP_IO || kind == STEP_SLEEP || kind == STEP_RECV || kind == STEP_SEND)
        note(s, "a job waits on its way (io, sleep, send, recv): not analysed, so "
                "verdicts may be too good");
    if (kind == STEP_LOCK)
        note(s, "jobs take locks: blocking is not analysed, so verdicts may be too good");
}

/* CPU time of one job. */
static ns_t demand(struct taskset *s, const struct process_config *p)
{
    uint64_t factor[CONFIG_MAX_REPEAT_DEPTH + 2] = { 1 };
    unsigned depth = 0;
    ns_t total = 0;

    for (uint32_t i = 0; i < p->nsteps && p->steps[i].kind != STEP_END; i++) {
        const struct step *step = &p->steps[i];

        note_step(s, step->kind);
        if (step->kind == STEP_LOOP && depth <= CONFIG_MAX_REPEAT_DEPTH) {
            uint64_t outer = factor[depth++];

            if (__builtin_mul_overflow(outer, step->count, &factor[depth]))
                factor[depth] = UINT64_MAX;
        } else if (step->kind == STEP_NEXT && depth > 0) {
            depth--;
        } else if (step->kind == STEP_CPU) {
            ns_t most = dist_most(&step->len);

            if (most == NS_MAX)
                return NS_MAX;
            total = add_times(total, most, factor[depth]);
        }
    }
    return total;
}

static void add_process(struct taskset *s, const struct config *c, uint32_t index)
{
    const struct process_config *p = &c->processes[index];
    ns_t wcet;

    if (p->period == 0) {
        note(s, "tasks without a period are left out");
        return;
    }
    s->periodic += p->count;
    wcet = p->steps ? demand(s, p) : NS_MAX;
    if (wcet == NS_MAX || wcet == 0) {
        note(s, wcet ? "tasks whose demand has no upper bound are left out"
                     : "tasks without CPU demand are left out");
        return;
    }
    if (p->arrival > 0 || p->arrival_gaps)
        note(s, "tasks arrive at different times; the analysis lets all start together, "
                "which is the worst case");
    for (uint32_t i = 0; i < p->count && s->n < ANALYSIS_TASKS; i++, s->n++) {
        s->task[s->n] = (struct rt_task){ .wcet = wcet, .period = p->period,
                                          .deadline = p->deadline ? p->deadline
                                                                  : p->period };
        s->process[s->n] = index;
        s->copy[s->n] = i;
    }
    if (s->n == ANALYSIS_TASKS && s->periodic > s->n)
        note(s, "only the first 1000 tasks are analysed");
}

bool taskset_make(struct taskset *s, const struct config *c)
{
    const struct cost_config *k = &c->costs;

    *s = (struct taskset){
        .task = calloc(ANALYSIS_TASKS, sizeof *s->task),
        .process = calloc(ANALYSIS_TASKS, sizeof *s->process),
        .copy = calloc(ANALYSIS_TASKS, sizeof *s->copy),
    };
    if (!s->task || !s->process || !s->copy)
        return false;
    for (uint32_t i = 0; i < c->nprocesses; i++)
        add_process(s, c, i);
    if (k->context_switch || k->migration || k->trap || k->syscall)
        note(s, "costs of switching and of the kernel are not included");
    return true;
}

void taskset_free(struct taskset *s)
{
    free(s->task);
    free(s->process);
    free(s->copy);
}
