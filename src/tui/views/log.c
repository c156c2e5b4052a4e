/* log.c - what happened, in words, the newest at the bottom.
 *
 * Sentences are made when they are drawn. What the last command brought about is
 * marked, so that after a step one sees at once what the step was.
 */
#include <tui/view.h>

#include <stdio.h>
#include <tui/story.h>

enum { LEAST_TEXT = 16 };       /* narrower ones are cut off instead */

bool log_matches(const struct model *m, const struct event *e, const char *word)
{
    char text[STORY_TEXT];

    return !*word || text_matches(story_event(m, e, text, sizeof text), word);
}

/* The index after the last event shown, `back` matching lines before the newest;
 * clamps back to what there is. */
static uint64_t find_last(const struct model *m, struct look *l)
{
    uint64_t i = m->count, first = model_log_first(m), skipped = 0;

    if (!l->log_filter[0]) {
        uint64_t kept = m->count - first;
        uint64_t most = kept > l->log_rows ? kept - l->log_rows : 0;

        if (l->log_back > most)
            l->log_back = most;
        return m->count - l->log_back;
    }
    while (i > first && skipped < l->log_back)
        if (log_matches(m, model_log(m, --i), l->log_filter))
            skipped++;
    l->log_back = skipped;
    return i;
}

/* Lines that an event takes up in a pane of this width. */
static int lines_of(const struct model *m, uint64_t i, int width, int time_width)
{
    char text[STORY_TEXT];
    struct rect r = { 0, 0, width - time_width - 4, 0 };

    return r.w < LEAST_TEXT ? 1 : wrapped_text(NULL, r, 0, story_event(m, model_log(m, i), text,
                                                                      sizeof text));
}

static void draw_event(struct canvas *c, struct rect r, const struct model *m, uint64_t i,
                       int time_width)
{
    const struct event *e = model_log(m, i);
    bool fresh = i >= m->fresh;
    unsigned style = story_paint(e);
    char text[STORY_TEXT];
    int x = r.x;

    if (fresh)
        style |= STYLE_BOLD;
    canvas_put(c, x, r.y, PAINT_GOOD | STYLE_BOLD, fresh ? 0x203a : ' ');
    model_time(m->config, e->at, 3, text, sizeof text);
    canvas_right(c, x + 1 + time_width, r.y, time_width, PAINT_FAINT, text);
    x += time_width + 2;
    chip_symbol(c, x, r.y, m, e->tid);
    story_event(m, e, text, sizeof text);
    r = (struct rect){ x + 2, r.y, r.x + r.w - x - 2, r.h };
    if (r.w < LEAST_TEXT)
        canvas_text(c, r.x, r.y, r.w, style, text);
    else
        wrapped_text(c, r, style, text);
}

/* Room for ".123" if any of the last events needs it. */
static int fraction_width(const struct model *m)
{
    uint64_t first = model_log_first(m), i = m->count;

    for (int n = 0; i > first && n < 64; n++)
        if (model_log(m, --i)->at % m->config->time_unit)
            return 4;
    return 0;
}

static void draw(struct canvas *c, struct rect r, const struct model *m, struct look *l)
{
    uint64_t shown[512], i, first = model_log_first(m);
    char text[160];
    int lines[512], n = 0, used = 0, time_width;

    if (r.h < 2)
        return;
    l->log_rows = (uint32_t)r.h - 1;
    i = find_last(m, l);
    snprintf(text, sizeof text, "%s%s%s", l->log_filter[0] ? "filter: " : "",
             l->log_filter, l->log_back ? "  (scrolled: End goes to the newest)" : "");
    pane_title(c, &r, view_log.name, l->active == PANE_LOG, text);
    time_width = text_width(model_time(m->config, m->now / m->config->time_unit * m->config->time_unit,
                                       0, text, sizeof text)) + fraction_width(m);
    if (time_width < 6)
        time_width = 6;
    while (i > first && used < r.h && n < 512)
        if (log_matches(m, model_log(m, --i), l->log_filter)) {
            lines[n] = lines_of(m, i, r.w, time_width);
            used += lines[n];
            shown[n++] = i;
        }
    while (n > 1 && used > r.h)         /* the oldest that would not be whole */
        used -= lines[--n];
    for (int k = 0, y = r.y + used; k < n; k++) {
        y -= lines[k];
        draw_event(c, (struct rect){ r.x, y < r.y ? r.y : y, r.w, lines[k] < r.h ? lines[k]
                   : r.h }, m, shown[k], time_width);
    }
    if (!n)
        canvas_text(c, r.x + 2, r.y, r.w - 2, PAINT_FAINT, m->count ? "no event matches"
                    : "nothing has happened yet: press n for the first event");
}

const struct view_ops view_log = { "Events", draw };
