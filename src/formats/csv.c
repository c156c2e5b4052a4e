/* csv.c - results as a table: one line per task (RFC 4180, but lines end as on Unix). */
#include <formats/text.h>

#include <math.h>

/* An empty field where JSON has null. */
static void field_time(struct text *t, ns_t v, ns_t unit)
{
    char buf[48];

    text_put(t, ",");
    if (v != NS_MAX)
        text_put(t, time_text(v, unit, buf, sizeof buf));
}

static void field_number(struct text *t, double x)
{
    text_put(t, ",");
    if (isfinite(x))
        text_number(t, x);
}

static void field_count(struct text *t, uint64_t v)
{
    text_put(t, ",");
    text_int(t, (int64_t)v);
}

static void job_fields(struct text *t, const struct task_metrics *m, ns_t unit)
{
    if (!m->has_jobs) {
        text_put(t, ",,,,,");
        return;
    }
    bool any = m->job.finished > 0;

    field_count(t, m->job.jobs);
    field_count(t, m->job.misses);
    field_time(t, any ? m->job.response_min : NS_MAX, unit);
    field_number(t, any ? m->job.response_mean / (double)unit : NAN);
    field_time(t, any ? m->job.response_max : NS_MAX, unit);
}

static void program_fields(struct text *t, const struct results *r,
                           const struct task_metrics *m)
{
    const struct config *c = r->config;
    uint32_t process = metrics_process(c, m);
    bool program = process < c->nprocesses && c->processes[process].program;
    bool done = m->state == TASK_DEAD;

    text_put(t, ",");
    if (done && program && !m->exit_signal)
        text_int(t, m->exit_status);
    text_put(t, ",");
    if (done && m->exit_signal)
        text_int(t, m->exit_signal);
    text_put(t, ",");
    if (program && r->instructions && m->state != TASK_UNBORN)
        text_int(t, (int64_t)r->instructions(r->ctx, m));
}

static void task_line(struct text *t, const struct results *r, const struct task_metrics *m)
{
    ns_t unit = r->config->time_unit;
    char name[2 * CONFIG_NAME];

    text_int(t, m->tid);
    text_put(t, ",");
    text_field(t, results_name(r, m, name, sizeof name));
    field_time(t, m->arrival, unit);
    field_time(t, m->start, unit);
    field_time(t, m->finish, unit);
    field_time(t, task_turnaround(m), unit);
    field_time(t, task_first_response(m), unit);
    field_time(t, m->waiting, unit);
    field_time(t, m->blocked, unit);
    field_time(t, m->cpu, unit);
    field_number(t, m->slowdown);
    job_fields(t, m, unit);
    program_fields(t, r, m);
    text_put(t, ",");
    text_put(t, m->state != TASK_DEAD ? metrics_state_name(m->state) : "");
    text_put(t, "\n");
}

bool results_csv(const struct results *r, struct text_out *out)
{
    struct text t;

    text_init(&t, out);
    text_put(&t, "id,name,arrival,start,finish,turnaround,first_response,waiting,blocked,"
                 "cpu,slowdown,jobs,deadline_misses,response_min,response_mean,"
                 "response_max,exit_code,signal,instructions,state\n");
    for (size_t i = 0; i < metrics_ntasks(r->metrics) && !t.failed; i++) {
        struct task_metrics task;

        metrics_task(r->metrics, i, r->end, &task);
        if (task.state == TASK_UNBORN && task.forked)
            continue;
        task_line(&t, r, &task);
    }
    return text_end(&t);
}
