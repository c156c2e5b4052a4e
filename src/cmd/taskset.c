/* taskset.c - worst-case demands, read off scripts. */
#include <cmd/taskset.h>

#include <stdlib.h>
#include <string.h>

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

/* A script on its way: the time so far, all rounds of the loops counted. */
struct walk {
    struct taskset *set;
    const struct process_config *process;
    ns_t total;
    uint64_t factor[CONFIG_MAX_REPEAT_DEPTH + 2];
    unsigned depth;
    unsigned first;             /* of its sections */
    unsigned locks;             /* taken */
};

/* Sections that are open have their start as a negative length. */
static void open_section(struct walk *w, uint32_t lock)
{
    struct taskset *s = w->set;
    unsigned k = s->blocking.nsections;

    w->locks++;
    s->locks = true;
    if (k == TASKSET_SECTIONS)
        return;
    s->section[k] = (struct rt_section){ .task = s->n, .length = -1 - w->total };
    s->lock[k] = lock;
    s->blocking.nsections++;
}

static void close_section(struct walk *w, uint32_t lock)
{
    struct taskset *s = w->set;

    for (unsigned k = s->blocking.nsections; k > w->first; k--) {
        struct rt_section *x = &s->section[k - 1];

        if (s->lock[k - 1] != lock || x->length >= 0)
            continue;
        /* A loop around the section repeats it; one inside is in the total. */
        x->length = (w->total + 1 + x->length) / (ns_t)w->factor[w->depth];
        return;
    }
}

/* False: the step has no longest time. */
static bool take_step(struct walk *w, const struct step *step)
{
    struct taskset *s = w->set;
    ns_t most = step->kind == STEP_CPU || step->kind == STEP_IO || step->kind == STEP_SLEEP
                    ? dist_most(&step->len) : 0;

    switch ((enum step_kind)step->kind) {
    case STEP_IO: case STEP_SLEEP:
        s->waits = true;
        break;
    case STEP_SEND: case STEP_RECV:
        s->talks = true;
        break;
    case STEP_LOCK:
        open_section(w, step->object);
        break;
    case STEP_UNLOCK:
        close_section(w, step->object);
        break;
    case STEP_LOOP:
        if (w->depth <= CONFIG_MAX_REPEAT_DEPTH &&
            __builtin_mul_overflow(w->factor[w->depth], step->count,
                                   &w->factor[w->depth + 1]))
            w->factor[w->depth + 1] = INT64_MAX;
        w->depth++;
        break;
    case STEP_NEXT:
        w->depth--;
        break;
    default:
        break;
    }
    if (most == NS_MAX)
        return false;
    w->total = add_times(w->total, most, w->factor[w->depth]);
    return true;
}

/* CPU time of one job; NS_MAX: no bound. */
static ns_t demand(struct taskset *s, const struct process_config *p, ns_t a_switch)
{
    struct walk w = { .set = s, .process = p, .factor = { 1 },
                      .first = s->blocking.nsections };

    for (uint32_t i = 0; i < p->nsteps && p->steps[i].kind != STEP_END; i++)
        if (!take_step(&w, &p->steps[i]))
            return NS_MAX;
    for (unsigned k = w.first; k < s->blocking.nsections; k++)
        if (s->section[k].length < 0)   /* until the job ends */
            s->section[k].length += w.total + 1;
    /* Its own dispatch and that of whom it interrupts; and the same for each wait. */
    return w.total ? add_times(w.total, a_switch, 2 + 2 * (uint64_t)w.locks) : 0;
}

/* Sections of a task's first copy, again for the next one. */
static void copy_sections(struct taskset *s, unsigned from, unsigned to)
{
    for (unsigned k = from; k < to && s->blocking.nsections < TASKSET_SECTIONS; k++) {
        unsigned next = s->blocking.nsections++;

        s->section[next] = s->section[k];
        s->section[next].task = s->n;
        s->lock[next] = s->lock[k];
    }
}

static void add_process(struct taskset *s, const struct config *c, uint32_t index,
                        ns_t a_switch)
{
    const struct process_config *p = &c->processes[index];
    ns_t wcet;

    if (p->period == 0) {
        note(s, "tasks without a period are left out");
        return;
    }
    s->periodic += p->count;
    unsigned sections = s->blocking.nsections;
    wcet = p->steps ? demand(s, p, a_switch) : NS_MAX;
    unsigned behind = s->blocking.nsections;
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
        if (i > 0)
            copy_sections(s, sections, behind);
        s->process[s->n] = index;
        s->copy[s->n] = i;
    }
    if (s->n == ANALYSIS_TASKS && s->periodic > s->n)
        note(s, "only the first 1000 tasks are analysed");
}

/* The least period and deadline of those who use a section's lock. */
static void set_ceilings(struct taskset *s)
{
    for (unsigned k = 0; k < s->blocking.nsections; k++) {
        struct rt_section *x = &s->section[k];

        x->period = x->deadline = NS_MAX;
        for (unsigned j = 0; j < s->blocking.nsections; j++) {
            const struct rt_task *t = &s->task[s->section[j].task];

            if (s->lock[j] != s->lock[k])
                continue;
            x->period = t->period < x->period ? t->period : x->period;
            x->deadline = t->deadline < x->deadline ? t->deadline : x->deadline;
        }
    }
}

static bool leaves_alone(const struct policy_config *p)
{
    const struct policy_param *row = p->ops ? p->ops->params : NULL;

    for (unsigned i = 0; row && row[i].name; i++)
        if (!strcmp(row[i].name, "preemptive"))
            return p->params.value[i].n && p->params.value[i].v[0] == 0;
    return false;
}

static void judge_locks(struct taskset *s, const struct config *c)
{
    if (c->locks == LOCKS_NONE) {
        note(s, "not covered: locks without a protocol have no bound on blocking");
        s->fixed_covered = s->edf_covered = false;
    } else if (c->locks == LOCKS_PIP || c->locks == LOCKS_PCP) {
        note(s, "locks: blocking by less urgent sections is included for fixed priorities; "
                "not covered: edf under pip and pcp");
        s->edf_covered = false;
    } else {
        note(s, "locks: blocking by the longest less urgent section is included");
    }
    s->blocking.chained = c->locks == LOCKS_PIP;
}

/* How far a yes may be believed. */
static void judge(struct taskset *s, const struct config *c)
{
    s->blocking.section = s->section;
    s->blocking.preemptive = !leaves_alone(&c->policy);
    s->fixed_covered = s->edf_covered = true;
    if (s->locks)
        judge_locks(s, c);
    if (!s->blocking.preemptive)
        note(s, "the policy does not preempt: a job may be blocked by one that has begun");
    if (s->waits)
        note(s, "a job waits on its way (io, sleep): counted as if it were CPU time");
    if (s->waits && (s->locks || !s->blocking.preemptive)) {
        note(s, "not covered: waits together with locks, or without preemption");
        s->fixed_covered = s->edf_covered = false;
    }
    if (s->talks) {
        note(s, "not covered: messages (send, recv) have no bound on waiting");
        s->fixed_covered = s->edf_covered = false;
    }
    if (c->ncpus > 1 && (s->locks || !s->blocking.preemptive)) {
        note(s, "not covered: blocking on several cpus");
        s->fixed_covered = s->edf_covered = false;
    }
}

bool taskset_make(struct taskset *s, const struct config *c)
{
    const struct cost_config *k = &c->costs;
    uint32_t slowest = UINT32_MAX;

    *s = (struct taskset){
        .task = calloc(ANALYSIS_TASKS, sizeof *s->task),
        .process = calloc(ANALYSIS_TASKS, sizeof *s->process),
        .copy = calloc(ANALYSIS_TASKS, sizeof *s->copy),
        .section = calloc(TASKSET_SECTIONS, sizeof *s->section),
        .lock = calloc(TASKSET_SECTIONS, sizeof *s->lock),
    };
    if (!s->task || !s->process || !s->copy || !s->section || !s->lock)
        return false;
    for (uint32_t h = 0; c->cpus && h < c->ncpus; h++)
        slowest = c->cpus[h].mhz < slowest ? c->cpus[h].mhz : slowest;
    ns_t a_switch = (ns_t)(((uint64_t)k->context_switch * 1000 + slowest - 1) / slowest);
    for (uint32_t i = 0; i < c->nprocesses; i++)
        add_process(s, c, i, a_switch);
    set_ceilings(s);
    judge(s, c);
    if (k->context_switch)
        note(s, "two context switches are included in each job, and two more for each lock");
    if (k->migration && c->ncpus > 1)
        note(s, "not covered: the cost of migrations");
    return true;
}

void taskset_free(struct taskset *s)
{
    free(s->task);
    free(s->process);
    free(s->copy);
    free(s->section);
    free(s->lock);
}
