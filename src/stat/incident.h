/* stat/incident.h - what went wrong in a run, as it was said.
 *
 * Keeps the first events of the kinds that a report must mention (bad answers of a
 * policy, deadlocks, a run that is stuck ...) and counts the rest.
 */
#ifndef STAT_INCIDENT_H
#define STAT_INCIDENT_H

#include <ossim/event.h>

enum { INCIDENTS_KEPT = 64 };   /* in all; counts go on */

struct incidents {              /* begins as all zeroes */
    struct event kept[INCIDENTS_KEPT];
    unsigned nkept;
    uint64_t times[EV_COUNT];
};

void incidents_event(void *incidents, const struct event *e);
extern const event_set incident_kinds;

#endif
