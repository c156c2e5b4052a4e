/* incident.c - the first of each, and how many. */
#include <stat/incident.h>

#include <sim/stream.h>

const event_set incident_kinds =
    EVENT_BIT(EV_POLICY_FAULT) | EVENT_BIT(EV_DEADLOCK) | EVENT_BIT(EV_STUCK)
    | EVENT_BIT(EV_LIVELOCK) | EVENT_BIT(EV_PANIC) | EVENT_BIT(EV_BAD_UNLOCK)
    | EVENT_BIT(EV_LIMIT) | EVENT_BIT(EV_OOM_KILL) | EVENT_BIT(EV_END);

enum { EACH = 16 };             /* of one kind, so that none crowds out another */

void incidents_event(void *incidents, const struct event *e)
{
    struct incidents *all = incidents;

    if (e->kind >= EV_COUNT || !(incident_kinds & EVENT_BIT(e->kind)))
        return;
    if (all->times[e->kind]++ < EACH && all->nkept < INCIDENTS_KEPT)
        all->kept[all->nkept++] = *e;
}
