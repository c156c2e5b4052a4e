/* tui/trail.h - what each hart ran at, and which idle state it was in, over time.
 *
 * A track for each hart, for workloads with power tables only. A piece's value is the
 * operating point of a hart that works, or TRAIL_IDLE and the idle state; of one that goes
 * into an idle state, the way there (at the power of a busy hart) is the piece's `work`.
 * Between pieces the clock is stopped, and nothing is drawn.
 */
#ifndef TUI_TRAIL_H
#define TUI_TRAIL_H

#include <ossim/event.h>
#include <sim/config.h>
#include <tui/track.h>

enum { TRAIL_IDLE = 0x100 };

struct trail {
    struct track track;
    uint32_t opp;               /* now */
    int32_t state;              /* idle state; -1: none */
    bool works;
};

/* Before anything has happened; the track keeps its memory. */
void trail_begin(struct trail *t, const struct config *c, unsigned hart);
/* One of energy_kinds, of this hart. At most `limit` pieces are kept. */
void trail_event(struct trail *t, const struct config *c, const struct event *e, uint32_t limit);

/* Mean power in uW, and mean MHz while it works (0: it never does), in [from, to), `to`
 * not after now. *hint as for track_column. */
struct trail_mean { uint32_t uw, mhz; };
struct trail_mean trail_mean(const struct trail *t, const struct cpu_config *c, ns_t from,
                             ns_t to, uint32_t *hint);

#endif
