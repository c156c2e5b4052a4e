/* tui/act_inside.h - what act.c and prompt.c know of each other. Keys come to act.c; while a
 * prompt is open they go on to prompt.c, which asks for what was typed in the same words as
 * commands do. */
#ifndef TUI_ACT_INSIDE_H
#define TUI_ACT_INSIDE_H

#include <tui/act.h>

/* --- act.c --- */

/* Until the next key. */
void app_say(struct app *a, const char *text);
/* Can nothing more be run? Says so. */
bool app_is_over(struct app *a);
void app_go_to_time(struct app *a, ns_t to);
/* Show a pane below, and give it the keys. */
void app_show_below(struct app *a, enum pane p);

/* --- prompt.c --- */

void prompt_open(struct app *a, enum prompt_kind kind);
/* For the program that is selected, if it can be typed to; says why not. */
void prompt_open_typing(struct app *a);
/* A key while a prompt is open. */
void prompt_key(struct app *a, unsigned key);
/* The next place where what was last searched for is. */
void prompt_search_again(struct app *a);

#endif
