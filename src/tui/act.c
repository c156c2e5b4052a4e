/* act.c - what each command does. */
#include <tui/act_inside.h>

#include <stdio.h>
#include <string.h>
#include <tui/story.h>

enum { FASTEST = 27, SPEEDS = FASTEST + 1, LAST_WORDS = 12 };
#define TENTHS_A_SECOND INT64_C(10000000000)    /* ns of wall time x speed's tenths */

bool app_init(struct app *a, const struct tui_setup *s, const struct machine_ops *ops)
{
    memset(a, 0, sizeof *a);
    a->setup = s;
    a->canvas.ascii = s->ascii;
    look_init(&a->look);
    if (player_init(&a->player, s, ops, &a->model))
        return true;
    app_free(a);
    return false;
}

void app_free(struct app *a)
{
    model_free(&a->model);
    player_free(&a->player);
    look_free(&a->look);
    canvas_free(&a->canvas);
}

void app_say(struct app *a, const char *text)
{
    snprintf(a->note, sizeof a->note, "%s", text);
}

/* --- time --- */

/* 0.1, 0.2, 0.5, 1, 2, 5 ... units a second, in tenths. */
static int64_t speed_of(int i)
{
    static const int64_t first[] = { 1, 2, 5 };
    int64_t v = first[i % 3];

    for (; i >= 3; i -= 3)
        v *= 10;
    return v;
}

static void change_speed(struct app *a, int by)
{
    int i = 0;

    while (i < FASTEST && speed_of(i) < a->look.speed)
        i++;
    i += by;
    if (i >= 0 && i < SPEEDS)
        a->look.speed = speed_of(i);
    a->carried = 0;
}

bool app_is_over(struct app *a)
{
    if (a->model.crash[0]) {
        app_say(a, "the policy has crashed; r starts again");
        return true;
    }
    if (a->model.end == MACHINE_RUNNING)
        return false;
    app_say(a, "the run is over; r starts again, p and b go back");
    return true;
}

static void pause_run(struct app *a)
{
    a->running = a->awaits_input = false;
    a->carried = 0;
    a->nqueued = 0;
    player_go(&a->player, GOAL_NONE, 0);
}

static void toggle_run(struct app *a)
{
    bool was = a->running || a->player.goal;

    pause_run(a);
    if (was || app_is_over(a))
        return;
    a->running = true;
    a->model.fresh = UINT64_MAX;
}

static void go(struct app *a, enum goal goal, ns_t until)
{
    pause_run(a);
    if (app_is_over(a))
        return;
    a->model.fresh = a->model.count;
    player_go(&a->player, goal, until);
}

/* Whole units from the last one before where the present step will end. */
static void go_units(struct app *a, ns_t n)
{
    ns_t unit = a->setup->config->time_unit, start = player_heading(&a->player) / unit;

    if (start > NS_MAX / unit - n - 1)
        return;
    if (a->player.goal == GOAL_TIME && !a->running)
        a->player.until = (start + n) * unit;
    else
        go(a, GOAL_TIME, (start + n) * unit);
}

static void back_to(struct app *a, ns_t to)
{
    if (!player_goes_back(&a->player))
        pause_run(a);
    player_back_to(&a->player, to);
    a->model.fresh = UINT64_MAX;
}

/* To the multiple of a unit before now; from 0 to before the beginning. */
static void back_units(struct app *a, ns_t n)
{
    ns_t unit = a->setup->config->time_unit, from = player_heading(&a->player);
    ns_t to = from / unit + (from % unit > 0) - n;

    if (to < 0 && from > 0)
        to = 0;
    back_to(a, to < 0 ? -1 : to * unit);
}

static void back_event(struct app *a)
{
    if (!player_goes_back(&a->player))
        pause_run(a);
    player_back_event(&a->player);
    a->fresh_on_arrival = true;
}

void app_go_to_time(struct app *a, ns_t to)
{
    pause_run(a);
    if (to <= a->model.now) {
        back_to(a, to);
    } else if (!app_is_over(a)) {
        a->model.fresh = UINT64_MAX;
        player_forward_to(&a->player, to);
    }
}

/* Steps that come while another of them is on its way: those of its kind move its end, the
 * others wait until it is there. True: it waits. */
static bool must_wait(const struct app *a, enum command c)
{
    const struct player *p = &a->player;
    bool by_event = c == COMMAND_EVENT || c == COMMAND_DECISION || c == COMMAND_EVENT_BACK;
    bool back = c == COMMAND_EVENT_BACK || c == COMMAND_UNIT_BACK || c == COMMAND_UNITS_BACK;
    bool by_unit = c == COMMAND_UNIT || c == COMMAND_UNITS || c == COMMAND_UNIT_BACK
        || c == COMMAND_UNITS_BACK;

    if (!p->goal || p->goal == GOAL_END || a->running || !(by_event || by_unit))
        return false;
    if (a->nqueued || (p->goal != GOAL_POSITION && p->goal != GOAL_TIME))
        return true;
    if (p->goal == GOAL_TIME)
        return !by_unit || back;
    return !back || by_event != (p->by_mark || p->owed);
}

static void wait_for_goal(struct app *a, enum command c)
{
    if (a->nqueued < APP_QUEUE)
        a->queued[a->nqueued++] = (uint8_t)c;
}

static void command_time(struct app *a, enum command command);

/* The next step that waits. */
static void take_queued(struct app *a)
{
    uint8_t rest[APP_QUEUE];
    unsigned n = a->nqueued - 1;
    enum command c = (enum command)a->queued[0];

    memcpy(rest, a->queued + 1, n);
    a->nqueued = 0;             /* a step begins with a clean slate */
    command_time(a, c);
    memcpy(a->queued, rest, n);
    a->nqueued = n;
}

static void give_up(struct app *a)
{
    a->running = false;
    a->nqueued = 0;
    player_give_up(&a->player);
}

void app_pass(struct app *a, int64_t wall)
{
    const struct config *c = a->setup->config;
    __int128 due;

    if (!a->running || a->player.goal)
        return;
    due = (__int128)wall * a->look.speed * c->time_unit + a->carried;
    a->carried = (int64_t)(due % TENTHS_A_SECOND);
    due /= TENTHS_A_SECOND;
    if (due < 1)
        return;
    if (due > NS_MAX - a->model.now - 1)
        due = NS_MAX - a->model.now - 1;
    player_go(&a->player, GOAL_TIME, a->model.now + (ns_t)due);
}

/* A program that waits for a person stops every run, unless it is said. */
static void say_who_waits(struct app *a)
{
    char name[MODEL_NAME];
    struct peek_task t;

    if (a->model.end != MACHINE_RUNNING || !a->model.ops->needs_input(a->model.machine))
        return;
    a->running = false;
    a->awaits_input = true;
    for (tid_t tid = 0; tid < a->model.ntasks; tid++) {
        model_peek(&a->model, tid, &t);
        if (a->model.tasks[tid].state != TASK_SLEEPING || t.cause != WAIT_TTY)
            continue;
        a->look.selected = tid;
        if (a->prompt)
            return;             /* somebody types already */
        snprintf(a->note, sizeof a->note, "%s waits for input: t types to it",
                 model_name(&a->model, tid, name, sizeof name));
        return;
    }
    if (!a->prompt)
        app_say(a, "a program waits for input: select it, then t types to it");
}

/* The events of the entry that the step back ended before. */
static void show_fresh(struct app *a)
{
    struct position before;

    a->fresh_on_arrival = false;
    if (player_before_last(&a->player, &before))
        a->model.fresh = before.events;
}

bool app_work(struct app *a, unsigned entries)
{
    bool had = a->player.goal, far = had && a->player.goal != GOAL_TIME;

    if (a->model.crash[0])
        return false;
    if (had && !player_work(&a->player, entries)) {
        if (a->fresh_on_arrival)
            show_fresh(a);
        if (far || a->running)
            say_who_waits(a);
    }
    if (a->model.end != MACHINE_RUNNING)
        a->running = false;
    while (!a->player.goal && a->nqueued)   /* at the end of a run many do nothing */
        take_queued(a);
    return a->player.goal != GOAL_NONE;
}

void app_crashed(struct app *a, const char *text)
{
    pause_run(a);
    snprintf(a->model.crash, sizeof a->model.crash, "%s", text);
}

void app_last_words(const struct app *a, FILE *out)
{
    const struct model *m = &a->model;
    const struct config *c = a->setup->config;
    char time[40], text[STORY_TEXT];
    uint64_t first = m->count > LAST_WORDS ? m->count - LAST_WORDS : 0;

    fprintf(out, "workload %s (%s), policy %s, seed %llu, time %s %s; the last events:\n",
            c->name, c->file ? c->file : "?", c->policy.spec, (unsigned long long)c->seed,
            model_time(c, m->now, 9, time, sizeof time), c->unit_name);
    for (uint64_t i = first; i < m->count; i++) {
        const struct event *e = model_log(m, i);

        fprintf(out, "  %s %s\n", model_time(c, e->at, 9, time, sizeof time),
                story_event(m, e, text, sizeof text));
    }
}

/* --- looking around --- */

static void move_by(uint32_t *at, int64_t by)
{
    int64_t to = (int64_t)*at + by;

    *at = to < 0 ? 0 : to > UINT32_MAX ? UINT32_MAX : (uint32_t)to;
}

static void select_row(struct app *a, int64_t by)
{
    struct look *l = &a->look;
    int64_t row;

    tasks_order(&a->model, l);
    row = (int64_t)tasks_row(l, l->selected) + by;
    if (!l->norder)
        return;
    if (row < 0)
        row = 0;
    if (row >= l->norder)
        row = (int64_t)l->norder - 1;
    l->selected = l->order[row];
    l->follow_running = false;
    l->console_back = 0;
}

static void scroll(struct app *a, int64_t by)
{
    struct look *l = &a->look;

    switch (a->help ? PANES : l->active) {
    case PANE_GANTT:    move_by(&l->gantt_top, by); break;
    case PANE_QUEUES:   move_by(&l->queue_top, by); break;
    case PANE_TASKS: case PANE_DETAIL: select_row(a, by); break;
    case PANE_LOG:
        l->log_back = by > 0 && (uint64_t)by > l->log_back ? 0
                    : (uint64_t)((int64_t)l->log_back - by);
        break;
    case PANE_CONSOLE:  move_by(&l->console_back, -by); break;
    case PANE_STRUCTURE: move_by(&l->structure.top, by); break;
    case PANE_MEMORY:   move_by(&l->memory_top, by); break;
    case PANE_POWER:    move_by(&l->power.top, by); break;
    case PANE_DISK:     move_by(&l->disk_top, by); break;
    default:            move_by(&l->help_top, by); break;
    }
}

static int64_t page(const struct app *a)
{
    const struct look *l = &a->look;

    switch (a->help ? PANES : l->active) {
    case PANE_GANTT:    return l->gantt_rows;
    case PANE_QUEUES:   return l->queue_rows;
    case PANE_TASKS: case PANE_DETAIL: return l->task_rows;
    case PANE_LOG:      return l->log_rows;
    case PANE_CONSOLE:  return l->console_rows;
    case PANE_STRUCTURE: return l->structure.rows;
    case PANE_MEMORY:   return l->memory_rows;
    case PANE_POWER:    return l->power.rows;
    case PANE_DISK:     return l->disk_rows;
    default:            return l->help_rows;
    }
}

static void pan(struct app *a, int direction)
{
    struct look *l = &a->look;
    ns_t by = l->shown_column * (a->layout.pane[PANE_GANTT].w / 4);

    l->column = l->shown_column;        /* a chosen scale would jump */
    l->pinned = true;
    if (direction < 0)
        l->left = l->left > by ? l->left - by : 0;
    else
        l->left += by;
}

/* Keep what is in the middle there, unless the chart follows the time. */
static void zoom(struct app *a, bool in)
{
    struct look *l = &a->look;
    ns_t half = a->layout.pane[PANE_GANTT].w / 2;
    ns_t from = l->shown_column ? l->shown_column : 1, to = gantt_zoom(from, in);

    if (!in && to > NS_MAX / 4096)
        return;
    l->column = to;
    if (l->pinned)
        l->left += half * from - half * to;
}

static void sort_by(struct app *a, unsigned column)
{
    a->look.sort = column % tasks_columns();
    a->look.order_stale = true;
}

void app_show_below(struct app *a, enum pane p)
{
    a->look.below = p;
    a->look.active = p;
}

/* A room's pane; its key again turns to its next page. */
static void show_room(struct app *a, enum pane p, unsigned *page, unsigned npages)
{
    if (a->look.active == p)
        *page = (*page + 1) % npages;
    app_show_below(a, p);
}

static void show_power(struct app *a)
{
    if (a->look.active == PANE_POWER)
        a->look.power.page = power_turn(&a->model, a->look.power.page);
    app_show_below(a, PANE_POWER);
}

static void next_below(struct app *a)
{
    app_show_below(a, a->look.below == PANE_LOG ? PANE_DETAIL
               : a->look.below == PANE_DETAIL ? PANE_CONSOLE : PANE_LOG);
}

static void give_keys(struct app *a, int step)
{
    struct look *l = &a->look;

    l->active = layout_next(&a->layout, l, step);
    if (l->active >= PANE_LOG)
        l->below = l->active;
}

/* --- the policy --- */

/* The one behind the present one among those on standby; from the last, the first. */
static uint32_t policy_after(const struct app *a)
{
    const struct config *c = a->setup->config;
    const struct policy_config *now = a->model.ops->policy(a->model.machine);
    uint32_t just = player_switched(&a->player);

    if (just != UINT32_MAX)
        return (just + 1) % c->nstandby;
    for (uint32_t i = 0; i < c->nstandby; i++)
        if (!strcmp(c->standby[i].spec, now->spec))
            return (i + 1) % c->nstandby;
    return 0;
}

static void next_policy(struct app *a)
{
    const struct config *c = a->setup->config;
    bool anew = player_has_future(&a->player);
    uint32_t next;

    if (!c->nstandby || app_is_over(a))
        return;
    next = policy_after(a);
    if (player_goes_back(&a->player)) {
        app_say(a, "on the way back: wait until it is over");
    } else if (player_switch(&a->player, next)) {
        snprintf(a->note, sizeof a->note, "%.80s takes over (s again: the next one)%s",
                 c->standby[next].spec,
                 anew ? "; what was typed later is forgotten" : "");
    }
}

/* --- commands --- */

static void command_time(struct app *a, enum command command)
{
    if (must_wait(a, command)) {
        wait_for_goal(a, command);
        return;
    }
    switch (command) {
    case COMMAND_RUN:           toggle_run(a); break;
    case COMMAND_EVENT:         go(a, GOAL_EVENT, 0); break;
    case COMMAND_DECISION:      go(a, GOAL_DECISION, 0); break;
    case COMMAND_UNIT:          go_units(a, 1); break;
    case COMMAND_UNITS:         go_units(a, 10); break;
    case COMMAND_FINISH:        go(a, GOAL_END, 0); a->model.fresh = UINT64_MAX; break;
    case COMMAND_EVENT_BACK:    back_event(a); break;
    case COMMAND_UNIT_BACK:     back_units(a, 1); break;
    case COMMAND_UNITS_BACK:    back_units(a, 10); break;
    case COMMAND_GO:            prompt_open(a, PROMPT_GO); break;
    case COMMAND_RESTART:       pause_run(a); player_restart(&a->player); break;
    case COMMAND_SLOWER:        change_speed(a, -1); break;
    case COMMAND_FASTER:        change_speed(a, 1); break;
    default:                    break;
    }
}

static void command_gantt(struct app *a, enum command command)
{
    struct look *l = &a->look;

    switch (command) {
    case COMMAND_ZOOM_IN:       zoom(a, true); break;
    case COMMAND_ZOOM_OUT:      zoom(a, false); break;
    case COMMAND_ZOOM_FIT:
        l->column = gantt_fit(&a->model, a->layout.pane[PANE_GANTT].w > 24
                              ? a->layout.pane[PANE_GANTT].w - 14 : 10);
        l->pinned = false;
        break;
    case COMMAND_ZOOM_AUTO:     l->column = 0; l->pinned = false; break;
    case COMMAND_EARLIER:       pan(a, -1); break;
    case COMMAND_LATER:         pan(a, 1); break;
    case COMMAND_BY_TASK:       l->by_task = !l->by_task; l->gantt_top = 0; break;
    default:                    break;
    }
}

static void command_look(struct app *a, enum command command)
{
    struct look *l = &a->look;

    switch (command) {
    case COMMAND_HELP:          a->help = true; l->help_top = 0; break;
    case COMMAND_QUIT:          a->quit = true; break;
    case COMMAND_SEARCH:        prompt_open(a, PROMPT_SEARCH); break;
    case COMMAND_FILTER:        prompt_open(a, PROMPT_FILTER); break;
    case COMMAND_AGAIN:         prompt_search_again(a); break;
    case COMMAND_SORT:          sort_by(a, l->sort + 1); break;
    case COMMAND_SORT_BACK:     sort_by(a, l->sort + tasks_columns() - 1); break;
    case COMMAND_INVERT:        l->descending = !l->descending;
                                l->order_stale = true; break;
    case COMMAND_VIEW:          next_below(a); break;
    case COMMAND_LOG:           app_show_below(a, PANE_LOG); break;
    case COMMAND_DETAIL:        l->below = PANE_DETAIL; break;
    case COMMAND_CONSOLE:       app_show_below(a, PANE_CONSOLE); break;
    case COMMAND_STRUCTURE:     show_room(a, PANE_STRUCTURE, &l->structure.page, 2); break;
    case COMMAND_MEMORY:        show_room(a, PANE_MEMORY, &l->memory_page, MEMORY_PAGES); break;
    case COMMAND_POWER:         show_power(a); break;
    case COMMAND_DISK:          show_room(a, PANE_DISK, &l->disk_page, DISK_PAGES); break;
    case COMMAND_POLICY:        next_policy(a); break;
    case COMMAND_TYPE:          prompt_open_typing(a); break;
    case COMMAND_NEXT_PANE:     give_keys(a, 1); break;
    case COMMAND_PREVIOUS_PANE: give_keys(a, -1); break;
    case COMMAND_FULL:          l->full = !l->full; break;
    case COMMAND_UP:            scroll(a, -1); break;
    case COMMAND_DOWN:          scroll(a, 1); break;
    case COMMAND_PAGE_UP:       scroll(a, -page(a)); break;
    case COMMAND_PAGE_DOWN:     scroll(a, page(a)); break;
    case COMMAND_HOME:          scroll(a, -(INT64_C(1) << 33)); break;
    case COMMAND_END:           scroll(a, INT64_C(1) << 33); break;
    case COMMAND_FOLLOW:        l->follow_running = !l->follow_running; break;
    default:                    command_gantt(a, command);
    }
}

static bool inside(struct rect r, int x, int y)
{
    return x >= r.x && x < r.x + r.w && y >= r.y && y < r.y + r.h;
}

/* A click selects who is there; the wheel changes the scale. */
static void click_gantt(struct app *a, struct rect r, const struct mouse *mouse)
{
    tid_t tid;

    if (mouse->wheel) {
        zoom(a, mouse->wheel < 0);
        return;
    }
    tid = gantt_task_at(&a->model, &a->look, r, mouse->x, mouse->y);
    if (tid == TID_NONE)
        return;
    a->look.selected = tid;
    a->look.follow_running = false;
}

static void click_pane(struct app *a, enum pane p, const struct mouse *mouse)
{
    struct rect r = a->layout.pane[p];
    struct look *l = &a->look;

    l->active = p;
    if (p == PANE_GANTT) {
        click_gantt(a, r, mouse);
    } else if (mouse->wheel) {
        scroll(a, 3 * mouse->wheel);
    } else if (p == PANE_TASKS && mouse->y == r.y + 1) {
        unsigned column = tasks_column_at(&a->model, r.w, mouse->x - r.x);

        if (column == l->sort)
            command_look(a, COMMAND_INVERT);
        else if (column < tasks_columns())
            sort_by(a, column);
    } else if (p == PANE_TASKS && mouse->y > r.y + 1) {
        uint32_t row = l->task_top + (uint32_t)(mouse->y - r.y - 2);

        if (row < l->norder)
            l->selected = l->order[row];
    }
}

static enum command click(struct app *a, const struct mouse *mouse)
{
    if (inside(a->layout.bar, mouse->x, mouse->y) && !mouse->wheel && !a->prompt)
        for (int f = 1; f <= 10; f++)
            if (a->bar_end[f] && mouse->x < a->bar_end[f])
                return command_of_fkey(f);
    for (int p = 0; p < PANES && !a->help; p++)
        if (a->layout.pane[p].h && inside(a->layout.pane[p], mouse->x, mouse->y))
            click_pane(a, (enum pane)p, mouse);
    return COMMAND_NONE;
}

static bool scrolls(enum command c)
{
    return c == COMMAND_UP || c == COMMAND_DOWN || c == COMMAND_PAGE_UP
        || c == COMMAND_PAGE_DOWN || c == COMMAND_HOME || c == COMMAND_END;
}

/* Keys that mean the same while a line is typed to a program: the next policy, and the speed. */
static bool beside_typing(const struct app *a, unsigned key)
{
    return a->prompt == PROMPT_TYPE &&
           (key == ('^' & 31) || key == KEYS_FUNCTION + 7 || key == KEYS_FUNCTION + 8);
}

void app_key(struct app *a, unsigned key, const struct mouse *mouse)
{
    enum command command = key == KEYS_MOUSE ? click(a, mouse) : command_of_key(key);

    a->note[0] = '\0';
    if (a->prompt && key != KEYS_MOUSE && !beside_typing(a, key)) {
        prompt_key(a, key);
        return;
    }
    if (key == KEYS_ESCAPE && !a->help && (a->player.goal || a->running))
        give_up(a);
    else if (key == KEYS_ESCAPE && !a->help)
        a->look.full = false;
    if (a->help && !scrolls(command)) {
        a->help = command == COMMAND_NONE && key == KEYS_MOUSE;
        return;
    }
    command_time(a, command);
    command_look(a, command);
}
