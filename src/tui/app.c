/* app.c - drawing it all, and the loop between keys, machine and screen.
 *
 * A picture costs what is visible and no more than about thirty are made a second;
 * between two the machine works in small portions, so that a key is never waited
 * for longer than one of them.
 */
#include <tui/app.h>

#include <host/check.h>
#include <host/clock.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tui/act.h>

enum {
    FRAME_NS = 33000000,        /* between two pictures */
    PORTION_NS = 20000000,      /* of work between two looks at the keyboard */
    PORTION = 256,              /* entries between two looks at the clock */
    PATIENCE_NS = 300000000,    /* of work before a picture says so */
    IDLE_MS = 1000,
};

/* --- drawing --- */

static const struct view_ops *const views[PANES] = {
    [PANE_GANTT] = &view_gantt, [PANE_QUEUES] = &view_queues,
    [PANE_TASKS] = &view_tasks, [PANE_LOG] = &view_log,
    [PANE_DETAIL] = &view_detail, [PANE_CONSOLE] = &view_console,
    [PANE_STRUCTURE] = &view_structure,
    [PANE_MEMORY] = &view_memory,
    [PANE_POWER] = &view_power,
    [PANE_DISK] = &view_disk,
};

/* On a narrow screen the first of these are in the bar. */
static const int bar_order[10] = { 1, 2, 10, 5, 7, 8, 9, 3, 4, 6 };

static void draw_bar(struct app *a)
{
    struct rect r = a->layout.bar;
    int slot = r.w / 10 < 8 ? 8 : r.w / 10 > 12 ? 12 : r.w / 10;
    int room = r.w / slot, x = r.x;

    canvas_fill(&a->canvas, r, PAINT_PLAIN, ' ');
    memset(a->bar_end, 0, sizeof a->bar_end);
    for (int f = 1; f <= 10; f++) {
        const struct command_info *k = command_info(command_of_fkey(f));
        bool shown = false;
        int at;

        for (int i = 0; i < 10 && i < room; i++)
            shown = shown || bar_order[i] == f;
        if (!shown)
            continue;
        at = x + canvas_print(&a->canvas, x, r.y, slot, PAINT_PLAIN, "F%d", f);
        canvas_fill(&a->canvas, (struct rect){ at, r.y, x + slot - at, 1 }, PAINT_KEY,
                    ' ');
        canvas_text(&a->canvas, at, r.y, x + slot - at, PAINT_KEY, k->bar);
        x += slot;
        a->bar_end[f] = x;
    }
}

static void draw_prompt(struct app *a)
{
    struct rect r = a->layout.bar;
    char name[MODEL_NAME], label[MODEL_NAME + 64];
    int x, width = text_width(a->text), room;
    const char *text = a->text;

    if (a->prompt == PROMPT_GO)
        snprintf(label, sizeof label, "Go to (in %.4s, or with a unit): ",
                 a->setup->config->unit_name);
    else if (a->prompt == PROMPT_TYPE)
        snprintf(label, sizeof label, "Type to %s (Enter sends, Esc ends%s): ",
                 model_name(&a->model, a->look.selected, name, sizeof name),
                 prompt_is_terminal(a) ? "; ^C ^Z ^D are its" : "");
    else
        snprintf(label, sizeof label, "%s %s: ",
                 a->prompt == PROMPT_SEARCH ? "Search" : "Filter",
                 a->look.active == PANE_LOG ? "events" : "processes");
    canvas_fill(&a->canvas, r, PAINT_BAR, ' ');
    x = r.x + canvas_text(&a->canvas, r.x, r.y, r.w, PAINT_BAR | STYLE_BOLD, label);
    room = r.x + r.w - x - 1;
    while (width > room && *text)
        width -= glyph_width(text_next(&text));
    x += canvas_text(&a->canvas, x, r.y, room, PAINT_BAR, text);
    canvas_put(&a->canvas, x, r.y, PAINT_KEY, ' ');
}

static void draw_note(struct app *a)
{
    struct rect r = a->layout.bar;

    canvas_fill(&a->canvas, r, PAINT_WARN, ' ');
    canvas_text(&a->canvas, r.x + 1, r.y, r.w - 1, PAINT_WARN | STYLE_BOLD, a->note);
}

static void select_running(struct app *a)
{
    struct peek_hart h;

    for (uint32_t i = 0; i < a->setup->config->ncpus; i++) {
        a->model.ops->hart(a->model.machine, i, &h);
        if (h.running != TID_NONE) {
            a->look.selected = h.running;
            return;
        }
    }
}

static void prepare_look(struct app *a)
{
    struct look *l = &a->look;

    l->pace = a->running ? PACE_RUNNING : a->player.goal ? PACE_BUSY : PACE_PAUSED;
    l->at_start = a->model.count == 0 && a->model.now == 0;
    if (l->follow_running && !a->model.crash[0])
        select_running(a);
}

void app_draw(struct app *a)
{
    struct canvas *c = &a->canvas;
    struct rect all = { 0, 0, c->w, c->h };

    canvas_clear(c);
    prepare_look(a);
    a->layout = layout_make(c->w, c->h, &a->model, &a->look);
    if (!a->layout.fits) {
        canvas_print(c, 0, 0, c->w, PAINT_BAD, "%dx%d is too small", c->w, c->h);
        canvas_print(c, 0, 1, c->w, PAINT_PLAIN, "ossim wants %dx%d",
                     LAYOUT_LEAST_WIDTH, LAYOUT_LEAST_HEIGHT);
        canvas_text(c, 0, 2, c->w, PAINT_PLAIN, "q leaves");
        return;
    }
    head_draw(c, a->layout.head, &a->model, &a->look);
    if (a->help) {
        all.y = a->layout.head.h;
        all.h -= all.y + 1;
        view_help.draw(c, all, &a->model, &a->look);
    }
    for (int p = 0; p < PANES && !a->help; p++)
        if (a->layout.pane[p].h > 0)
            views[p]->draw(c, a->layout.pane[p], &a->model, &a->look);
    draw_bar(a);
    if (a->note[0])
        draw_note(a);
    else if (a->prompt)
        draw_prompt(a);
}

/* --- the loop --- */

struct loop {
    struct app app;
    const struct machine_ops *ops;
    bool started;               /* app_init has returned */
    bool memory;                /* what it returned */
    bool crashed;
    struct plugin_crash crash;
    int64_t last, busy_since, drawn;
};

/* A student's plug-in may crash whenever the machine runs or a queue is looked at. */
static bool guarded(struct loop *l, void (*step)(void *loop))
{
    if (plugin_guard_run(step, l, &l->crash))
        return true;
    l->crashed = true;
    if (l->started)
        app_crashed(&l->app, l->crash.text);
    return false;
}

static void step_init(void *loop)
{
    struct loop *l = loop;

    l->memory = app_init(&l->app, l->app.setup, l->ops);
    l->started = true;
}

static void step_draw(void *loop)
{
    struct loop *l = loop;

    app_draw(&l->app);
}

static void step_work(void *loop)
{
    struct loop *l = loop;
    int64_t start = clock_ns();

    while (app_work(&l->app, PORTION) && clock_ns() - start < PORTION_NS)
        ;
}

static void resize(struct loop *l)
{
    int w, h;

    screen_size(&w, &h);
    if (l->app.canvas.w != w || l->app.canvas.h != h)
        canvas_resize(&l->app.canvas, w, h);
}

static void show(struct loop *l)
{
    resize(l);
    if (!guarded(l, step_draw))
        app_draw(&l->app);      /* once more, without asking the machine */
    screen_show(&l->app.canvas);
    l->drawn = clock_ns();
}

/* How long to wait for a key: not at all while there is work. */
static int patience(const struct loop *l)
{
    int64_t left = l->drawn + FRAME_NS - clock_ns();

    if (l->app.player.goal)
        return 0;
    if (!l->app.running)
        return IDLE_MS;
    return left < 1000000 ? 1 : (int)(left / 1000000);
}

/* Run what is due. Returns whether a picture is due, too. */
static bool run_some(struct loop *l)
{
    int64_t now = clock_ns();
    bool had_goal = l->app.player.goal;

    app_pass(&l->app, now - l->last);
    l->last = now;
    if (!l->app.player.goal) {
        l->busy_since = now;
        return had_goal;
    }
    guarded(l, step_work);
    if (!l->app.player.goal) {
        l->busy_since = clock_ns();
        return true;
    }
    return clock_ns() - l->busy_since > PATIENCE_NS && l->app.player.goal != GOAL_POSITION;
}

struct keyed { struct loop *l; unsigned key; struct mouse mouse; };

/* Restarting and going back build a machine: the plug-in is asked. */
static void step_key(void *keyed)
{
    struct keyed *k = keyed;

    app_key(&k->l->app, k->key, &k->mouse);
}

static void take_key(struct loop *l, unsigned key, struct mouse mouse)
{
    struct keyed k = { l, key, mouse };

    if (command_of_key(key) == COMMAND_REDRAW && !l->app.prompt)
        screen_forget();
    if (!plugin_guard_run(step_key, &k, &l->crash)) {
        l->crashed = true;
        app_crashed(&l->app, l->crash.text);
    }
    if (!l->app.model.crash[0])
        l->crashed = false;
}

static void loop_run(struct loop *l)
{
    bool dirty = true;

    l->last = l->busy_since = clock_ns();
    while (!l->app.quit && !screen_killed()) {
        struct mouse mouse = { 0 };
        unsigned key;

        if (dirty && (!l->app.player.goal || clock_ns() - l->drawn > FRAME_NS))
            show(l);
        screen_signals(!prompt_is_terminal(&l->app));
        key = screen_key(patience(l), &mouse);
        if (key == KEYS_RESIZED)
            show(l);
        else if (key != KEYS_NONE)
            take_key(l, key, mouse);
        dirty = run_some(l) || key != KEYS_NONE || l->app.running;
    }
}

static void last_words(void *loop)
{
    const struct loop *l = loop;

    if (l->started)
        app_last_words(&l->app, stderr);
}

static bool locale_is_utf8(void)
{
    setlocale(LC_CTYPE, "");
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static enum tui_end how_it_ended(const struct loop *l)
{
    if (l->crashed)
        return TUI_CRASHED;
    if (screen_killed())
        return TUI_KILLED;
    return l->app.model.end == MACHINE_RUNNING ? TUI_LEFT : TUI_FINISHED;
}

enum tui_end tui_run(const struct tui_setup *s, struct machine **last)
{
    struct loop *l = calloc(1, sizeof *l);
    struct tui_setup setup = *s;
    enum tui_end end = TUI_NO_MEMORY;

    *last = NULL;
    if (!l)
        return TUI_NO_MEMORY;
    setup.ascii = s->ascii || !locale_is_utf8();
    l->app.setup = &setup;
    l->ops = &machine_ops_real;
    if (!screen_open(s->colour)) {
        free(l);
        return TUI_NO_TERMINAL;
    }
    check_set_report(last_words, l);
    if (!guarded(l, step_init)) {
        end = TUI_CRASHED;
    } else if (l->memory) {
        loop_run(l);
        *last = l->app.player.machine;
        end = how_it_ended(l);
    }
    screen_close();
    check_set_report(NULL, NULL);
    if (end == TUI_CRASHED && s->crash)
        *s->crash = l->crash;
    if (l->started)
        app_free(&l->app);
    free(l);
    return end;
}
