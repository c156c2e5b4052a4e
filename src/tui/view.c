/* view.c - what several views share, and the head lines. */
#include <tui/view.h>

#include <ctype.h>
#include <stdio.h>
#include <stat/names.h>
#include <stdlib.h>
#include <string.h>
#include <tui/story.h>

void look_init(struct look *l)
{
    *l = (struct look){ .active = PANE_TASKS, .below = PANE_LOG, .speed = 50, .at_start = true,
                         .order_stale = true };
}

void look_free(struct look *l)
{
    free(l->order);
    l->order = NULL;
    l->norder = l->order_capacity = 0;
}

void pane_title(struct canvas *c, struct rect *r, const char *name, bool active,
                const char *note)
{
    int x = r->x + 1, end = r->x + r->w;

    if (r->h <= 0)
        return;
    canvas_fill(c, (struct rect){ r->x, r->y, r->w, 1 }, PAINT_FAINT, 0x2500);
    canvas_put(c, x++, r->y, PAINT_FAINT, ' ');
    x += canvas_text(c, x, r->y, end - x - 1,
                     (active ? PAINT_ACTIVE : PAINT_TITLE) | STYLE_BOLD, name);
    canvas_put(c, x++, r->y, PAINT_FAINT, ' ');
    if (note && *note && end - x > 8) {
        canvas_put(c, ++x, r->y, PAINT_FAINT, ' ');
        x += 1 + canvas_text(c, x + 1, r->y, end - x - 3, PAINT_FAINT, note);
        canvas_put(c, x, r->y, PAINT_FAINT, ' ');
    }
    r->y++;
    r->h--;
}

int chip_symbol(struct canvas *c, int x, int y, const struct model *m, tid_t tid)
{
    if (tid == TID_NONE)
        canvas_put(c, x, y, PAINT_FAINT, 0xb7);
    else
        canvas_put(c, x, y, model_paint(tid), (uint32_t)model_symbol(m, tid));
    return 1;
}

int chip_name(struct canvas *c, int x, int y, int limit, const struct model *m, tid_t tid)
{
    char name[MODEL_NAME];

    if (tid == TID_NONE)
        return canvas_text(c, x, y, limit, PAINT_FAINT, "idle");
    return canvas_name(c, x, y, limit, model_paint(tid),
                       model_name(m, tid, name, sizeof name));
}

bool text_matches(const char *text, const char *word)
{
    size_t n = strlen(word);

    if (!n)
        return true;
    for (; *text; text++) {
        size_t i = 0;

        while (i < n && text[i]
               && tolower((unsigned char)text[i]) == tolower((unsigned char)word[i]))
            i++;
        if (i == n)
            return true;
    }
    return false;
}

/* The bytes of a line of at most w columns; *next is where the one after it begins. */
static size_t line_of(const char *text, int w, const char **next)
{
    const char *p = text, *blank = NULL, *after = text;
    int width = 0;

    while (*p) {
        int glyph;

        after = p;
        glyph = glyph_width(text_next(&after));
        if (width + glyph > w && p > text)
            break;
        if (*p == ' ')
            blank = p;
        width += glyph;
        p = after;
    }
    if (*p && blank && blank > text)
        p = blank;
    *next = *p == ' ' ? p + 1 : p;
    return (size_t)(p - text);
}

int wrapped_text(struct canvas *c, struct rect r, unsigned style, const char *text)
{
    int lines = 0;

    if (r.w < 1)
        return 0;
    for (; *text || !lines; lines++) {
        const char *next;
        char line[1024];
        size_t n = line_of(text, r.w, &next);

        if (c && lines < r.h) {
            snprintf(line, sizeof line, "%.*s", (int)n, text);
            canvas_text(c, r.x, r.y + lines, r.w, style, line);
        }
        if (!*text)
            return 1;
        text = next;
    }
    return lines;
}

const char *wrapped_rest(int width, const char *text)
{
    const char *next;

    (void)line_of(text, width, &next);
    return next;
}

/* --- the head --- */

static void speed_text(const struct model *m, const struct look *l, char *buf,
                       size_t size)
{
    if (l->speed % 10)
        snprintf(buf, size, "0.%lld %.4s/s", (long long)l->speed,
                 m->config->unit_name);
    else
        snprintf(buf, size, "%lld %.4s/s", (long long)l->speed / 10,
                 m->config->unit_name);
}

static unsigned pace_text(const struct model *m, const struct look *l, char *buf,
                          size_t size)
{
    char speed[40];

    speed_text(m, l, speed, sizeof speed);
    if (m->crash[0]) {
        snprintf(buf, size, " ■ CRASH: %.90s ", m->crash);
        return PAINT_BAD;
    }
    if (m->end != MACHINE_RUNNING) {
        snprintf(buf, size, " ■ END: %s ", end_text(m->end));
        return m->end == MACHINE_DONE || m->end == MACHINE_STOPPED ? PAINT_GOOD
                                                                   : PAINT_BAD;
    }
    if (l->pace == PACE_BUSY)
        snprintf(buf, size, " ▶ working ");
    else if (l->pace == PACE_RUNNING)
        snprintf(buf, size, " ▶ running  %s ", speed);
    else if (l->at_start)
        snprintf(buf, size, " ‖ ready: Space runs, n steps ");
    else
        snprintf(buf, size, " ‖ paused  %s ", speed);
    return l->pace == PACE_PAUSED ? PAINT_WARN : PAINT_GOOD;
}

/* What went wrong so far, worst first, as far as there is room. */
static int draw_alerts(struct canvas *c, int x, int y, int end, const struct model *m)
{
    char text[160];
    int n = 0;

    if (m->faults)
        n += snprintf(text + n, sizeof text - (size_t)n, " %u policy fault%s ",
                      m->faults, m->faults == 1 ? "" : "s");
    if (m->deadlocks)
        n += snprintf(text + n, sizeof text - (size_t)n, " DEADLOCK of %u ",
                      m->deadlocks);
    if (m->misses)
        n += snprintf(text + n, sizeof text - (size_t)n, " %u missed deadline%s ",
                      m->misses, m->misses == 1 ? "" : "s");
    if (m->lost_memory)
        n += snprintf(text + n, sizeof text - (size_t)n, " out of memory ");
    return n ? canvas_text(c, x, y, end - x, PAINT_BAD | STYLE_BOLD | STYLE_REVERSE, text)
             : 0;
}

static void draw_counts(struct canvas *c, struct rect r, const struct model *m)
{
    const uint32_t *in = m->in_state;
    uint32_t later = in[TASK_UNBORN];
    char text[160];

    if (m->config->ntasks > m->ntasks)
        later += m->config->ntasks - m->ntasks;
    snprintf(text, sizeof text, "%u running  %u ready  %u waiting  %u done%s",
             in[TASK_RUNNING], in[TASK_RUNNABLE], in[TASK_SLEEPING],
             in[TASK_ZOMBIE] + in[TASK_DEAD], "");
    if (later) {
        size_t n = strlen(text);

        snprintf(text + n, sizeof text - n, "  %u to come", later);
    }
    if (text_width(text) <= r.w)
        canvas_right(c, r.x + r.w, r.y, r.w, PAINT_PLAIN, text);
}

static void draw_clock(struct canvas *c, struct rect r, const struct model *m)
{
    const struct policy_config *p = m->machine ? m->ops->policy(m->machine) : NULL;
    char time[40], clock[64], policy[160];
    int x = r.x + 1, end = r.x + r.w - 1;

    canvas_fill(c, (struct rect){ r.x, r.y, r.w, 1 }, PAINT_BAR, ' ');
    snprintf(clock, sizeof clock, "time %s %.4s",
             model_time(m->config, m->now, 6, time, sizeof time), m->config->unit_name);
    end -= canvas_right(c, end, r.y, r.w - 2, PAINT_BAR | STYLE_BOLD, clock) + 3;
    snprintf(policy, sizeof policy, "%s", p ? p->spec : m->config->policy.spec);
    if (end - x > 10)
        end -= canvas_right(c, end, r.y, (end - x) / 2, PAINT_BAR, policy) + 3;
    if (end - x < 8)
        return;
    x += canvas_text(c, x, r.y, end - x, PAINT_BAR | STYLE_BOLD, m->config->name) + 2;
    if (m->config->about && m->config->about[0] && end - x > 12)
        canvas_text(c, x, r.y, end - x, PAINT_BAR, m->config->about);
}

void head_draw(struct canvas *c, struct rect r, const struct model *m,
               const struct look *l)
{
    struct rect second = { r.x, r.y + r.h - 1, r.w, 1 };
    char pace[120];
    unsigned paint = pace_text(m, l, pace, sizeof pace);
    int x = r.x;

    draw_clock(c, r, m);
    if (r.h < 2)
        return;
    x += canvas_text(c, x, second.y, r.w, paint | STYLE_BOLD, pace) + 1;
    x += draw_alerts(c, x, second.y, r.x + r.w, m) + 1;
    second.w -= x - second.x;
    second.x = x;
    draw_counts(c, second, m);
}
