/* detail.c - all that is known of the selected task. */
#include <tui/view.h>

#include <stdio.h>
#include <tui/story.h>

enum { FIELD = 22 };            /* columns of "label value", at least */

struct sheet {                  /* fields in columns, filled from the top */
    struct canvas *c;
    struct rect r;
    const struct model *m;
    int x, y, field;            /* field: columns of one "label value" */
};

static void put(struct sheet *s, const char *label, const char *value)
{
    int label_width = 11;

    if (s->y >= s->r.h) {
        s->y = 0;
        s->x += s->field;
    }
    if (s->x + s->field > s->r.x + s->r.w)
        return;
    canvas_text(s->c, s->x, s->r.y + s->y, label_width, PAINT_HEAD, label);
    canvas_text(s->c, s->x + label_width, s->r.y + s->y, s->field - label_width - 1,
                PAINT_PLAIN, value);
    s->y++;
}

static void put_time(struct sheet *s, const char *label, ns_t t)
{
    char number[40], text[56];

    model_time(s->m->config, t, 3, number, sizeof number);
    snprintf(text, sizeof text, "%s %.4s", number,
             t == NS_MAX ? "" : s->m->config->unit_name);
    put(s, label, text);
}

static void put_number(struct sheet *s, const char *label, int64_t n)
{
    char text[32];

    snprintf(text, sizeof text, "%lld", (long long)n);
    put(s, label, text);
}

/* "waits for lock m since 12 ms" */
static void state_text(const struct model *m, const struct model_task *t, ns_t since,
                       char *buf, size_t size)
{
    char cause[CONFIG_NAME + 16], text[CONFIG_NAME + 40], time[40];

    if (t->state == TASK_SLEEPING)
        snprintf(text, sizeof text, "waits for %s",
                 story_cause(m, t->cause, t->object, cause, sizeof cause));
    else if (t->state == TASK_RUNNING)
        snprintf(text, sizeof text, "running on cpu %u", t->hart);
    else if (t->state == TASK_DEAD && t->signal)
        snprintf(text, sizeof text, "killed by signal %d", t->signal);
    else if (t->state == TASK_DEAD && t->status)
        snprintf(text, sizeof text, "ended with status %d", t->status);
    else
        snprintf(text, sizeof text, "%s", story_state(t));
    if (t->state == TASK_UNBORN)
        snprintf(buf, size, "%s", text);
    else
        snprintf(buf, size, "%s since %s %.4s", text,
                 model_time(m->config, since, 3, time, sizeof time),
                 m->config->unit_name);
}

static void put_program(struct sheet *s, const struct peek_task *p)
{
    char text[24];

    put_number(s, "PID", p->pid);
    put_number(s, "Instr.", (int64_t)p->instructions);
    snprintf(text, sizeof text, "0x%08x", p->pc);
    put(s, "PC", text);
}

static void put_job(struct sheet *s, const struct model_task *t,
                    const struct peek_task *p)
{
    if (p->job) {
        put_number(s, "Job", (int64_t)p->job);
        put_number(s, "Jobs done", t->jobs);
    }
    if (p->deadline != NS_MAX)
        put_time(s, "Due at", p->deadline);
    if (p->job || p->deadline != NS_MAX)
        put_number(s, "Missed", t->misses);
}

static ns_t between(ns_t from, ns_t to)
{
    return from == NS_MAX || to == NS_MAX ? NS_MAX : to - from;
}

static void put_all(struct sheet *s, tid_t tid, const struct model_task *t)
{
    const struct config *c = s->m->config;
    struct peek_task p = { .process = UINT32_MAX };
    const struct process_config *process = NULL;

    model_peek(s->m, tid, &p);
    if (p.process < c->nprocesses)
        process = &c->processes[p.process];
    put_time(s, "Received", t->received);
    put_time(s, "Waiting", t->waiting);
    put_time(s, "Blocked", t->blocked);
    put_time(s, "Arrived", t->arrival);
    put_time(s, "First run", t->start);
    put_time(s, "Response", between(t->arrival, t->start));
    put_time(s, "Finished", t->finish);
    put_time(s, "Turnaround", between(t->arrival, t->finish));
    put_number(s, "Runs", t->stretches);
    put_number(s, "Preempted", t->preempted);
    put_job(s, t, &p);
    if (p.burst > 0 && t->state != TASK_DEAD)
        put_time(s, "Burst left", p.burst);
    put_number(s, "Priority", p.priority);
    put_number(s, "Nice", p.nice);
    if (process)
        put_number(s, "Tickets", process->tickets);
    if (process && process->program)
        put_program(s, &p);
}

/* Why it stands in its queue where it does, in the policy's words. */
static void put_reason(struct sheet *s, tid_t tid)
{
    char why[80] = "";

    if (tid < s->m->ntasks && !s->m->crash[0] && s->m->tasks[tid].state == TASK_RUNNABLE)
        s->m->ops->explain(s->m->machine, tid, why, sizeof why);
    if (why[0])
        put(s, "In queue", why);
}

static void draw(struct canvas *c, struct rect r, const struct model *m, struct look *l)
{
    struct model_task t = model_task(m, l->selected);
    char name[MODEL_NAME];
    char text[CONFIG_NAME + 120];
    struct sheet s = { .c = c, .m = m };
    ns_t since = l->selected < m->ntasks ? m->tasks[l->selected].since : 0;
    int across;

    if (r.h < 3 || r.w < 12 || !m->machine)
        return;
    pane_title(c, &r, view_detail.name, l->active == PANE_DETAIL,
               model_name(m, l->selected, name, sizeof name));
    chip_symbol(c, r.x + 1, r.y, m, l->selected);
    state_text(m, &t, since, text, sizeof text);
    canvas_text(c, r.x + 3, r.y, r.w - 4, PAINT_PLAIN | STYLE_BOLD, text);
    s.r = (struct rect){ r.x, r.y + 1, r.w, r.h - 1 };
    s.x = r.x + 1;
    across = (r.w - 1) / FIELD;
    s.field = across > 1 ? (r.w - 1) / across : r.w - 1;
    if (s.field > FIELD + 6)
        s.field = FIELD + 6;
    put_all(&s, l->selected, &t);
    put_reason(&s, l->selected);
}

const struct view_ops view_detail = { "Details", draw };
