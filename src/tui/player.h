/* tui/player.h - a machine that can be moved in time, both ways.
 *
 * The player builds the machine, runs it towards a goal a little at a time, and goes
 * back by putting the nearest snapshot back and running on from there: a machine is a
 * function of its config and its input. What was typed is kept with its position and
 * typed again there. Every position is exact: a time, and how many events were said.
 * Snapshots are taken as often as costs a few hundredths of the time; where memory is too
 * short for any, going back means running again from the beginning.
 */
#ifndef TUI_PLAYER_H
#define TUI_PLAYER_H

#include <machine/snapshot.h>
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
    GOAL_POSITION,              /* `target`, which lies in what was seen already */
};

enum { TYPED_POLICY = UINT32_MAX };

struct typed {                  /* what was typed, and where in the run */
    struct position where;
    uint32_t process;           /* TYPED_POLICY: another policy took over */
    uint32_t policy;            /* ...of config.standby */
    size_t size;
    char *bytes;                /* owned */
};

struct player {
    const struct tui_setup *setup;
    const struct machine_ops *ops;
    struct machine *machine;    /* in setup->memory */
    struct model *model;        /* borrowed */
    struct heap *heap;          /* in setup->observers */
    struct model *kept;         /* there: *model as it goes into snapshots */

    bool programs;              /* there are some, so that an entry may take long */
    void *pool;                 /* of the snapshots */
    size_t pool_size;
    struct snapshots *snapshots;        /* NULL: none */
    int64_t cost;               /* ns of CPU time from the beginning to here */
    int64_t cpu;                /* this thread's, when cost was last counted */
    unsigned every;             /* for tests: one each so many entries, too; 0: not so */
    int64_t taken_at;           /* cost at the last snapshot */
    int64_t take_ns;            /* what taking one takes, smoothed; 0: not known yet */
    int64_t taking_ns;          /* what taking all of them took, but the first */

    enum goal goal;
    ns_t until;
    struct position target;
    uint64_t start_count;       /* GOAL_EVENT, GOAL_DECISION: what it was */
    bool by_mark;               /* GOAL_POSITION: target is mark number to_mark */
    uint64_t to_mark;
    unsigned owed;              /* events to go back by, once the goal is reached */
    bool has_origin;            /* where a way back began, to give it up */
    struct snapshot_at origin;

    /* Where the machine stood after each entry that said something, and at first before
     * all: numbers mark_low .. mark_high - 1 are in the ring, and mark_here - 1 is the
     * last one up to now. */
    struct position *marks;
    uint64_t mark_low, mark_high, mark_here;
    bool at_mark;               /* nothing was done since the last one */
    struct typed *typed;
    size_t ntyped, next_typed;  /* the next one to type again */
};

/* Build the machine and tell the model. False: no memory. */
bool player_init(struct player *p, const struct tui_setup *s,
                 const struct machine_ops *ops, struct model *model);
/* What lives in setup->observers is left there. */
void player_free(struct player *p);

/* Say where to go; whatever goal there was is given up. */
void player_go(struct player *p, enum goal goal, ns_t until);
/* Go back: by the last entry that said something; to a time >= 0, all its events
 * included (before the beginning: to where nothing has happened). Asked again on the way,
 * it means from where that way would have ended. */
void player_back_event(struct player *p);
void player_back_to(struct player *p, ns_t at);
/* Forward to a time that may have been seen already. */
void player_forward_to(struct player *p, ns_t at);
void player_restart(struct player *p);
/* Esc: no further; from a way back, to where it began. */
void player_give_up(struct player *p);

static inline bool player_goes_back(const struct player *p)
{
    return p->goal == GOAL_POSITION;
}
/* When the way that it is on ends, as far as that is known; else the present. */
ns_t player_heading(const struct player *p);

/* Work towards the goal, at most `entries` pending entries and some 20 ms. True while
 * there is more to do; the goal is GOAL_NONE when it is reached or the run is over. */
bool player_work(struct player *p, unsigned entries);

/* What was typed or switched later than now, before the run went back: the next typing or
 * switch would forget it. */
bool player_has_future(const struct player *p);
/* Type at the console of a process, now. Whatever was typed later, in a future that
 * was left by going back, is forgotten. False: it takes no input. */
bool player_type(struct player *p, uint32_t process, const char *bytes, size_t size);

/* Policy i of config.standby takes over, now; kept as what is typed. False: no memory. */
bool player_switch(struct player *p, uint32_t i);
/* The one that was just told to take over here; UINT32_MAX: none. */
uint32_t player_switched(const struct player *p);

struct position player_position(const struct player *p);
/* The mark before the last one, where the last entry that said something began. False: it
 * is not known. */
bool player_before_last(const struct player *p, struct position *out);

#endif
