/* prompt.c - the line at the bottom: search, filter, a time to go to, input for a program. */
#include <tui/act_inside.h>

#include <sim/number.h>
#include <sim/utf8.h>
#include <stdio.h>
#include <string.h>

/* --- search --- */

static void search_tasks(struct app *a)
{
    struct look *l = &a->look;
    char name[MODEL_NAME];
    uint32_t from = tasks_row(l, l->selected);

    for (uint32_t i = 1; i <= l->norder; i++) {
        tid_t tid = l->order[(from + i) % l->norder];

        if (text_matches(model_name(&a->model, tid, name, sizeof name), a->search)) {
            l->selected = tid;
            l->follow_running = false;
            return;
        }
    }
    app_say(a, "no such process");
}

/* Upwards from the line above the last one shown; once around. */
static void search_log(struct app *a)
{
    struct look *l = &a->look;
    const struct model *m = &a->model;
    uint64_t first = model_log_first(m), back = 0, found = UINT64_MAX;

    for (uint64_t i = m->count; i > first; ) {
        const struct event *e = model_log(m, --i);

        if (!log_matches(m, e, l->log_filter))
            continue;
        if (log_matches(m, e, a->search)) {
            if (found == UINT64_MAX)
                found = back;
            if (back > l->log_back) {
                found = back;
                break;
            }
        }
        back++;
    }
    if (found == UINT64_MAX)
        app_say(a, "no such event");
    else
        l->log_back = found;
}

void prompt_search_again(struct app *a)
{
    if (!a->search[0])
        app_say(a, "nothing to find again");
    else if (a->look.active == PANE_LOG)
        search_log(a);
    else
        search_tasks(a);
}

/* --- the line --- */

static char *filter_of(struct app *a)
{
    return a->look.active == PANE_LOG ? a->look.log_filter : a->look.task_filter;
}

void prompt_open(struct app *a, enum prompt_kind kind)
{
    a->prompt = kind;
    a->text[0] = '\0';
    if (kind == PROMPT_FILTER)
        snprintf(a->text, sizeof a->text, "%s", filter_of(a));
    a->text_size = strlen(a->text);
}

void prompt_open_typing(struct app *a)
{
    struct peek_task t;

    model_peek(&a->model, a->look.selected, &t);
    if (t.process >= a->setup->config->nprocesses
        || !a->setup->config->processes[t.process].program) {
        app_say(a, "the selected process is no program: it reads nothing");
        return;
    }
    if (app_is_over(a))
        return;
    app_show_below(a, PANE_CONSOLE);
    prompt_open(a, PROMPT_TYPE);
}

bool prompt_is_terminal(const struct app *a)
{
    struct peek_task t;

    if (a->prompt != PROMPT_TYPE)
        return false;
    model_peek(&a->model, a->look.selected, &t);
    return t.process < a->setup->config->nprocesses &&
           a->setup->config->processes[t.process].program &&
           a->setup->config->processes[t.process].program->terminal;
}

/* The line, and the key that ends it. */
static void type_line(struct app *a, char end)
{
    bool anew = player_has_future(&a->player);
    struct peek_task t;

    model_peek(&a->model, a->look.selected, &t);
    a->text[a->text_size++] = end;
    if (!player_type(&a->player, t.process, a->text, a->text_size))
        app_say(a, "it does not take any input now");
    else if (a->awaits_input) {
        a->awaits_input = false;
        a->running = true;
        a->model.fresh = UINT64_MAX;
    } else if (!a->running && !a->player.goal)
        app_say(a, "the run is paused: Esc, then Space, and it is read");
    if (anew && !player_has_future(&a->player))
        app_say(a, "what was typed or switched later is forgotten: a new future begins");
    a->text_size = 0;
    a->text[0] = '\0';
}

static void line_changed(struct app *a)
{
    if (a->prompt != PROMPT_FILTER)
        return;
    snprintf(filter_of(a), LOOK_TEXT, "%.*s", LOOK_TEXT - 1, a->text);
    a->look.order_stale = true;
    a->look.log_back = 0;
}

/* "12", "0.5", "3us": the whole text is a time. */
static bool read_time(const struct app *a, const char *text, ns_t *out)
{
    const char *end;

    return time_parse(text, a->setup->config->time_unit, out, &end) && end != text && !*end;
}

static void line_done(struct app *a, bool accepted)
{
    enum prompt_kind kind = a->prompt;
    ns_t to;

    if (kind == PROMPT_TYPE && accepted) {
        type_line(a, '\n');     /* and another line, until Escape */
        return;
    }
    if (!accepted) {
        a->text[0] = '\0';
        line_changed(a);
    }
    a->prompt = PROMPT_NONE;
    if (kind == PROMPT_GO && accepted && a->text[0]) {
        if (read_time(a, a->text, &to))
            app_go_to_time(a, to);
        else
            app_say(a, "that is no time: 12, 0.5, 3us");
    }
    if (kind == PROMPT_SEARCH && accepted && a->text[0]) {
        snprintf(a->search, sizeof a->search, "%.*s", LOOK_TEXT - 1, a->text);
        prompt_search_again(a);
    }
}

static void add_character(struct app *a, uint32_t ch)
{
    char bytes[4];
    unsigned n = utf8_encode(ch, bytes);

    if (a->text_size + n + 2 > sizeof a->text) {
        app_say(a, "the line is full");
        return;
    }
    memcpy(a->text + a->text_size, bytes, n);
    a->text_size += n;
    a->text[a->text_size] = '\0';
}

/* Ctrl-C, Ctrl-Z, Ctrl-\ and Ctrl-D are for the program's terminal, at once; the first three
 * make it forget the line. */
static void terminal_key(struct app *a, unsigned key)
{
    if (!prompt_is_terminal(a)) {
        app_say(a, "its input is no terminal: that key has no meaning there");
        return;
    }
    if (key != ('D' & 31))
        a->text_size = 0;
    type_line(a, (char)key);
}

static void rub_out_word(struct app *a)
{
    while (a->text_size && a->text[a->text_size - 1] == ' ')
        a->text_size--;
    while (a->text_size && a->text[a->text_size - 1] != ' ')
        a->text_size--;
    a->text[a->text_size] = '\0';
    line_changed(a);
}

void prompt_key(struct app *a, unsigned key)
{
    if (a->prompt == PROMPT_TYPE && (key == ('C' & 31) || key == ('D' & 31) ||
                                     key == ('Z' & 31) || key == ('\\' & 31))) {
        terminal_key(a, key);
    } else if (key == ('W' & 31)) {
        rub_out_word(a);
    } else if (key == KEYS_ENTER) {
        line_done(a, true);
    } else if (key == KEYS_ESCAPE) {
        line_done(a, false);
    } else if (key == KEYS_BACKSPACE) {
        while (a->text_size && ((unsigned char)a->text[--a->text_size] & 0xc0) == 0x80)
            ;
        a->text[a->text_size] = '\0';
        line_changed(a);
    } else if (key == ('U' & 31)) {
        a->text[0] = '\0';
        a->text_size = 0;
        line_changed(a);
    } else if (key >= ' ' && key < 0x110000 && key != 127) {
        add_character(a, key);
        line_changed(a);
    }
}
