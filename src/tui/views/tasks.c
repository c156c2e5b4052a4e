/* tasks.c - the table of processes.
 *
 * Columns stand in the order of how much they tell, and as many are shown as fit.
 * The order of rows is made again when something happened; with thousands of tasks
 * not at every picture.
 */
#include <tui/view.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tui/story.h>

enum { MANY_TASKS = 4096, EVERY = 16 };

enum column_id { COL_ID, COL_NAME, COL_STATE, COL_RECEIVED, COL_WAITING, COL_BLOCKED,
                 COL_MISSES, COL_JOBS, COL_PRIORITY, COL_TURNAROUND, COL_RESPONSE,
                 COL_ARRIVAL, COL_FINISH, COL_CPU, COL_RUNS, COL_NICE, COL_PREEMPTED,
                 COLUMNS };

static const struct table_column {
    const char *head;
    int width;
    bool left;
} table[COLUMNS] = {
    [COL_ID] = { "ID", 3, false },          [COL_NAME] = { "Name", 8, true },
    [COL_STATE] = { "State", 8, true },     [COL_RECEIVED] = { "Received", 8, false },
    [COL_WAITING] = { "Waiting", 8, false }, [COL_BLOCKED] = { "Blocked", 8, false },
    [COL_MISSES] = { "Missed", 6, false },  [COL_JOBS] = { "Jobs", 5, false },
    [COL_PRIORITY] = { "Prio", 5, false },  [COL_TURNAROUND] = { "Turnaround", 10, false },
    [COL_RESPONSE] = { "Response", 8, false }, [COL_ARRIVAL] = { "Arrived", 8, false },
    [COL_FINISH] = { "Finished", 8, false }, [COL_CPU] = { "CPU", 4, false },
    [COL_RUNS] = { "Runs", 6, false },      [COL_NICE] = { "Nice", 4, false },
    [COL_PREEMPTED] = { "Preempted", 9, false },
};

unsigned tasks_columns(void)
{
    return COLUMNS;
}

const char *tasks_column_name(unsigned column)
{
    return column < COLUMNS ? table[column].head : "";
}

static bool has_periodic(const struct config *c)
{
    uint32_t n = c->nprocesses < 64 ? c->nprocesses : 64;

    for (uint32_t i = 0; i < n; i++)
        if (c->processes[i].period || c->processes[i].deadline)
            return true;
    return false;
}

/* Numbers and names take what the longest needs, within reason. */
static int column_width(const struct model *m, unsigned column)
{
    const struct config *c = m->config;
    int width = table[column].width;

    if (column == COL_ID && c->ntasks + c->max_forks > 999)
        return c->ntasks + c->max_forks > 99999 ? 8 : 5;
    if (column != COL_NAME)
        return width;
    for (uint32_t i = 0; i < c->nprocesses && i < 256; i++) {
        const struct process_config *p = &c->processes[i];
        int n = text_width(p->name);

        for (uint32_t count = p->count; count > 1; count /= 10)
            n += count == p->count ? 2 : 1;
        width = n > width ? n : width;
    }
    return width < 20 ? width : 20;
}

/* Which columns fit, in order; returns how many. */
static int choose_columns(const struct model *m, int width, enum column_id *out)
{
    bool jobs = has_periodic(m->config);
    int n = 0, used = 3;        /* the symbol */

    for (unsigned i = 0; i < COLUMNS; i++) {
        if (!jobs && (i == COL_MISSES || i == COL_JOBS))
            continue;
        if (used + column_width(m, i) > width - 1)
            break;
        used += column_width(m, i) + 1;
        out[n++] = (enum column_id)i;
    }
    return n;
}

unsigned tasks_column_at(const struct model *m, int width, int x)
{
    enum column_id columns[COLUMNS];
    int n = choose_columns(m, width, columns), at = 3;

    for (int i = 0; i < n; i++) {
        at += column_width(m, columns[i]) + 1;
        if (x < at)
            return columns[i];
    }
    return COLUMNS;
}

/* --- the order --- */

static int64_t sort_key(const struct model *m, tid_t tid, unsigned column)
{
    struct model_task t = model_task(m, tid);
    struct peek_task p = { 0 };

    if ((column == COL_PRIORITY || column == COL_NICE) && tid < m->ntasks)
        model_peek(m, tid, &p);
    switch (column) {
    case COL_STATE:     return t.state == TASK_RUNNING ? -2
                             : t.state == TASK_RUNNABLE ? -1 : t.state;
    case COL_RECEIVED:  return t.received;
    case COL_WAITING:   return t.waiting;
    case COL_BLOCKED:   return t.blocked;
    case COL_MISSES:    return t.misses;
    case COL_JOBS:      return t.jobs;
    case COL_PRIORITY:  return p.priority;
    case COL_NICE:      return p.nice;
    case COL_TURNAROUND: return t.finish == NS_MAX || t.arrival == NS_MAX ? NS_MAX
                              : t.finish - t.arrival;
    case COL_RESPONSE:  return t.start == NS_MAX || t.arrival == NS_MAX ? NS_MAX
                             : t.start - t.arrival;
    case COL_ARRIVAL:   return t.arrival;
    case COL_FINISH:    return t.finish;
    case COL_CPU:       return t.hart;
    case COL_RUNS:      return t.stretches;
    case COL_PREEMPTED: return t.preempted;
    default:            return tid;
    }
}

/* Byte by byte, since a million have to be in order before the next key is typed. */
struct keyed { uint64_t key; tid_t tid; };

static void insert_sort(struct keyed *a, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++) {
        struct keyed k = a[i];
        uint32_t to = i;

        for (; to && a[to - 1].key > k.key; to--)
            a[to] = a[to - 1];
        a[to] = k;
    }
}

/* Those of one byte stay in the order in which they were. */
static void sort_by_byte(const struct keyed *from, struct keyed *to, uint32_t n,
                         unsigned shift, uint32_t at[256])
{
    uint32_t sum = 0;

    for (unsigned b = 0; b < 256; b++) {
        uint32_t of_this = at[b];

        at[b] = sum;
        sum += of_this;
    }
    for (uint32_t i = 0; i < n; i++)
        to[at[from[i].key >> shift & 255]++] = from[i];
}

/* By key, the last byte first; of equals, whoever stood first stays first. */
static void sort_keyed(struct keyed *a, struct keyed *spare, uint32_t n)
{
    enum { FEW = 64 };
    struct keyed *from = a, *to = spare;

    if (n < FEW) {
        insert_sort(a, n);
        return;
    }
    for (unsigned shift = 0; shift < 64; shift += 8) {
        uint32_t at[256] = { 0 };

        for (uint32_t i = 0; i < n; i++)
            at[from[i].key >> shift & 255]++;
        if (at[from[0].key >> shift & 255] == n)
            continue;
        sort_by_byte(from, to, n, shift, at);
        struct keyed *t = from;
        from = to;
        to = t;
    }
    if (from != a)
        memcpy(a, from, n * sizeof *a);
}

/* Eight bytes of a name, from this one on; the last is 0 if it ends in them. */
static uint64_t name_key(const struct model *m, tid_t tid, size_t from)
{
    char name[MODEL_NAME];
    uint64_t key = 0;
    size_t length;

    model_name(m, tid, name, sizeof name);
    length = strlen(name);
    for (size_t i = from; i < from + 8; i++)
        key = key << 8 | (i < length ? (unsigned char)name[i] : 0);
    return key;
}

/* Who has the same eight bytes is sorted by the next eight. */
static void sort_names(const struct model *m, struct keyed *a, struct keyed *spare,
                       uint32_t n, size_t from, uint64_t turn)
{
    for (uint32_t i = 0; i < n; i++)
        a[i].key = name_key(m, a[i].tid, from) ^ turn;
    sort_keyed(a, spare, n);
    for (uint32_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && a[end].key == a[i].key; end++)
            ;
        if (end - i > 1 && (a[i].key ^ turn) & 255)
            sort_names(m, a + i, spare + i, end - i, from + 8, turn);
    }
}

/* Without memory they stay as they are. */
static void sort_order(const struct model *m, struct look *l)
{
    const uint64_t turn = l->descending ? UINT64_MAX : 0, sign = UINT64_C(1) << 63;
    struct keyed *keyed = malloc(2 * ((size_t)l->norder + 1) * sizeof *keyed);

    if (!keyed)
        return;
    for (uint32_t i = 0; i < l->norder; i++) {
        keyed[i].tid = l->order[i];
        if (l->sort != COL_NAME)
            keyed[i].key = ((uint64_t)sort_key(m, l->order[i], l->sort) ^ sign) ^ turn;
    }
    if (l->sort == COL_NAME)
        sort_names(m, keyed, keyed + l->norder, l->norder, 0, turn);
    else
        sort_keyed(keyed, keyed + l->norder, l->norder);
    for (uint32_t i = 0; i < l->norder; i++)
        l->order[i] = keyed[i].tid;
    free(keyed);
}

void tasks_order(const struct model *m, struct look *l)
{
    tid_t total = m->config->ntasks > m->ntasks ? m->config->ntasks : m->ntasks;
    char name[MODEL_NAME];

    if (!l->order_stale && l->order_count == m->count)
        return;
    if (!l->order_stale && l->norder > MANY_TASKS
        && m->count - l->order_count < EVERY * (uint64_t)l->norder)
        return;
    if (total > l->order_capacity) {
        tid_t *order = realloc(l->order, total * sizeof *order);

        if (!order)
            return;
        l->order = order;
        l->order_capacity = total;
    }
    l->norder = 0;
    for (tid_t t = 0; t < total; t++)
        if (!l->task_filter[0]
            || text_matches(model_name(m, t, name, sizeof name), l->task_filter))
            l->order[l->norder++] = t;
    if (l->sort != COL_ID || l->descending)
        sort_order(m, l);
    l->order_stale = false;
    l->order_count = m->count;
}

uint32_t tasks_row(const struct look *l, tid_t tid)
{
    if (tid < l->norder && l->order[tid] == tid)
        return tid;
    for (uint32_t i = 0; i < l->norder; i++)
        if (l->order[i] == tid)
            return i;
    return l->norder;
}

/* --- drawing --- */

static void number_text(int64_t n, char *buf, size_t size)
{
    snprintf(buf, size, "%lld", (long long)n);
}

static void cell_text(const struct model *m, tid_t tid, const struct model_task *t,
                      enum column_id column, char *buf, size_t size)
{
    const struct config *c = m->config;
    struct peek_task p = { 0 };

    switch (column) {
    case COL_ID:        number_text((int64_t)tid + 1, buf, size); break;
    case COL_NAME:      model_name(m, tid, buf, size); break;
    case COL_STATE:     snprintf(buf, size, "%s", story_state(t)); break;
    case COL_RECEIVED:  model_time(c, t->received, 2, buf, size); break;
    case COL_WAITING:   model_time(c, t->waiting, 2, buf, size); break;
    case COL_BLOCKED:   model_time(c, t->blocked, 2, buf, size); break;
    case COL_MISSES:    number_text(t->misses, buf, size); break;
    case COL_JOBS:      number_text(t->jobs, buf, size); break;
    case COL_PRIORITY: case COL_NICE:
        model_peek(m, tid, &p);
        number_text(column == COL_NICE ? p.nice : p.priority, buf, size);
        break;
    case COL_CPU:
        if (t->hart == HART_NONE)
            snprintf(buf, size, "-");
        else
            number_text(t->hart, buf, size);
        break;
    case COL_RUNS:      number_text(t->stretches, buf, size); break;
    case COL_PREEMPTED: number_text(t->preempted, buf, size); break;
    default:            model_time(c, sort_key(m, tid, column), 2, buf, size);
    }
}

static unsigned state_paint(const struct model_task *t)
{
    switch (t->state) {
    case TASK_RUNNING:  return PAINT_GOOD | STYLE_BOLD;
    case TASK_RUNNABLE: return PAINT_WARN;
    case TASK_SLEEPING: return PAINT_PLAIN;
    case TASK_DEAD:     return t->signal || t->status ? PAINT_BAD : PAINT_FAINT;
    default:            return PAINT_FAINT;
    }
}

static void draw_row(struct canvas *c, struct rect r, const struct model *m,
                     const struct look *l, tid_t tid, const enum column_id *columns,
                     int n)
{
    struct model_task t = model_task(m, tid);
    bool selected = tid == l->selected;
    unsigned plain = selected ? PAINT_SELECT
        : t.state == TASK_UNBORN || t.state == TASK_DEAD ? PAINT_FAINT : PAINT_PLAIN;
    int x = r.x + 3;
    char text[MODEL_NAME];

    if (selected)
        canvas_fill(c, r, PAINT_SELECT, ' ');
    canvas_put(c, r.x, r.y, plain, selected ? 0x203a : ' ');
    chip_symbol(c, r.x + 1, r.y, m, tid);
    for (int i = 0; i < n; i++) {
        int width = column_width(m, columns[i]);
        unsigned style = columns[i] == COL_STATE && !selected ? state_paint(&t) : plain;

        if (columns[i] == COL_MISSES && t.misses && !selected)
            style = PAINT_BAD | STYLE_BOLD;
        cell_text(m, tid, &t, columns[i], text, sizeof text);
        if (columns[i] == COL_NAME)
            canvas_name(c, x, r.y, width, style, text);
        else if (table[columns[i]].left)
            canvas_text(c, x, r.y, width, style, text);
        else
            canvas_right(c, x + width, r.y, width, style, text);
        x += width + 1;
    }
}

static void draw_heads(struct canvas *c, struct rect r, const struct model *m,
                       const struct look *l, const enum column_id *columns, int n)
{
    int x = r.x + 3;

    for (int i = 0; i < n; i++) {
        const struct table_column *k = &table[columns[i]];
        int width = column_width(m, columns[i]);
        unsigned style = PAINT_HEAD | (columns[i] == l->sort ? STYLE_BOLD
                                       | STYLE_UNDERLINE : 0);

        if (k->left)
            canvas_text(c, x, r.y, width, style, k->head);
        else
            canvas_right(c, x + width, r.y, width, style, k->head);
        x += width + 1;
    }
}

static void clamp_rows(struct look *l, int rows)
{
    uint32_t at = tasks_row(l, l->selected);

    l->task_rows = rows > 0 ? (uint32_t)rows : 1;
    if (at == l->norder && l->norder) {
        at = 0;
        l->selected = l->order[0];
    }
    if (l->task_top > at)
        l->task_top = at;
    if (at >= l->task_top + l->task_rows)
        l->task_top = at - l->task_rows + 1;
    if (l->task_top + l->task_rows > l->norder)
        l->task_top = l->norder > l->task_rows ? l->norder - l->task_rows : 0;
}

static void draw(struct canvas *c, struct rect r, const struct model *m, struct look *l)
{
    enum column_id columns[COLUMNS];
    int n = choose_columns(m, r.w, columns);
    char note[160];
    int used;

    if (r.h < 2)
        return;
    tasks_order(m, l);
    clamp_rows(l, r.h - 2);
    used = snprintf(note, sizeof note, "%u by %s%s", l->norder,
                    tasks_column_name(l->sort), l->descending ? " (down)" : "");
    if (l->task_filter[0])
        used += snprintf(note + used, sizeof note - (size_t)used, "  filter: %s",
                         l->task_filter);
    if (l->follow_running)
        snprintf(note + used, sizeof note - (size_t)used, "  following");
    pane_title(c, &r, view_tasks.name, l->active == PANE_TASKS, note);
    draw_heads(c, r, m, l, columns, n);
    for (int i = 1; i < r.h && l->task_top + (uint32_t)i - 1 < l->norder; i++)
        draw_row(c, (struct rect){ r.x, r.y + i, r.w, 1 }, m, l,
                 l->order[l->task_top + (uint32_t)i - 1], columns, n);
}

const struct view_ops view_tasks = { "Processes", draw };
