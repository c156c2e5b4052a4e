/* tui/act.h - the screens' whole state, and what commands do to it.
 *
 * No terminal and no clock in here: app.c brings keys and time, tests do as well.
 */
#ifndef TUI_ACT_H
#define TUI_ACT_H

#include <stdio.h>
#include <tui/keys.h>
#include <tui/layout.h>
#include <tui/player.h>
#include <tui/screen.h>

enum prompt_kind { PROMPT_NONE, PROMPT_SEARCH, PROMPT_FILTER, PROMPT_TYPE, PROMPT_GO };

enum { PROMPT_TEXT = 4096, APP_QUEUE = 64 };

struct app {
    const struct tui_setup *setup;
    struct model model;
    struct player player;
    struct look look;
    struct layout layout;
    struct canvas canvas;

    bool running;               /* at look.speed, else only towards a goal */
    bool awaits_input;          /* it stopped only since a program waits: a typed line goes on */
    int64_t carried;            /* what is due of the next ns, when time is slow */
    uint8_t queued[APP_QUEUE];  /* enum command: steps for when the goal is reached */
    unsigned nqueued;
    bool fresh_on_arrival;      /* a step back is on its way */
    bool quit, help;
    enum prompt_kind prompt;
    char text[PROMPT_TEXT];     /* of the prompt */
    size_t text_size;
    char search[LOOK_TEXT];     /* the last one */
    char note[160];             /* shown until the next key; "" none */
    int bar_end[12];            /* of F-key i in the bar: the column after it */
};

/* False: no memory. */
bool app_init(struct app *a, const struct tui_setup *s, const struct machine_ops *ops);
void app_free(struct app *a);

/* A key or a click. */
void app_key(struct app *a, unsigned key, const struct mouse *mouse);
/* `wall` ns of real time have passed: what is due at the present speed is added to
 * the goal. */
void app_pass(struct app *a, int64_t wall);
/* Work at most `entries` pending entries. True: there is more to do at once. */
bool app_work(struct app *a, unsigned entries);
/* The policy has crashed: the machine must not be touched again. */
void app_crashed(struct app *a, const char *text);

/* For a process that finds itself wrong: time, seed and the last events, a line each.
 * It trusts nothing but what it has seen. */
void app_last_words(const struct app *a, FILE *out);

/* Draw everything on the canvas, which has the size of the screen. */
void app_draw(struct app *a);
/* What is typed goes to a program's terminal now, and Ctrl-C and its like are keys of it. */
bool prompt_is_terminal(const struct app *a);

#endif
