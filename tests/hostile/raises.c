/* raises.c - sends itself the signal of a crash, once a task has used up a quantum.
 *
 * What null.c does, without an access that Valgrind would count against the runner.
 */
#define NAME "raises"
#define ENQUEUE enqueue
#include "honest.h"

#include <signal.h>

static void enqueue(void *rq, const struct sched_task *t, enum sched_why why, ns_t now)
{
    if (why == SCHED_EXPIRED)
        raise(SIGSEGV);
    honest_enqueue(rq, t, why, now);
}

HONEST_OPS;
