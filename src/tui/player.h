/* tui/player.h - a machine that can be moved in time, both ways.
 *
 * The player builds the machine, runs it towards a goal a little at a time, and goes
 * back by building it afresh and running to an earlier position: a machine is a
 * function of its config and its input. What was typed is kept with its position and
 * typed again there. Every position is exact: a time, and how many events were said.
 */
#ifndef TUI_PLAYER_H
#define TUI_PLAYER_H

#include <tui/app.h>
#include <tui/model.h>

struct position {
    ns_t at;
    uint64_t events;
};

enum goal {
    GOAL_NONE,
    GOAL_TIME,                  /* virtual time `until` */
    GOAL_EVENT,                 /* the next pending entry that says anything */
    GOAL_DECISION,              /* the next dispatch */
    GOAL_END,
    GOAL_POSITION,              /* `target`, on a fresh machine */
};

struct typed {                  /* what was typed, and where in the run */
    struct position where;
    uint32_t process;
    size_t size;
    char *bytes;                /* owned */
};

struct player {
    const struct tui_setup *setup;
    const struct machine_ops *ops;
    struct machine *machine;    /* in setup->memory */
    struct model *model;        /* borrowed */

    enum goal goal;
    ns_t until;
    struct position target;
    uint64_t start_count;       /* GOAL_EVENT, GOAL_DECISION: what it was */

    struct position *marks;     /* after each entry that said something: a ring */
    uint64_t nmarks;
    struct typed *typed;
    size_t ntyped, next_typed;  /* the next one to type again */
};

/* Build the machine and tell the model. False: no memory. */
bool player_init(struct player *p, const struct tui_setup *s,
                 const struct machine_ops *ops, struct model *model);
void player_free(struct player *p);

/* Say where to go; whatever goal there was is given up. */
void player_go(struct player *p, enum goal goal, ns_t until);
/* Go back: by the last entry that said something; to a time >= 0, all its events
 * included (before the beginning: to where nothing has happened). */
void player_back_event(struct player *p);
void player_back_to(struct player *p, ns_t at);
void player_restart(struct player *p);

/* Work towards the goal, at most `entries` pending entries. True while there is more
 * to do; the goal is GOAL_NONE when it is reached or the run is over. */
bool player_work(struct player *p, unsigned entries);

/* Type at the console of a process, now. Whatever was typed later, in a future that
 * was left by going back, is forgotten. False: it takes no input. */
bool player_type(struct player *p, uint32_t process, const char *bytes, size_t size);

struct position player_position(const struct player *p);

#endif
