/* formats/perfetto.h - a run as a trace for ui.perfetto.dev and chrome://tracing.
 *
 * Chrome's JSON trace format ("Trace Event Format"), written as the run goes on, so that
 * its memory does not grow with the run's length. One track a cpu with what it ran, one a
 * task with its states, system calls and what befell it, the number of runnable tasks as
 * a counter, and an arrow from whoever woke a task to where it runs. Events that become
 * none of these are instants with their arguments by name.
 */
#ifndef FORMATS_PERFETTO_H
#define FORMATS_PERFETTO_H

#include <formats/results.h>

struct perfetto;

/* words are copied, what they point to is borrowed. NULL: no memory. */
struct perfetto *perfetto_create(const struct event_words *words, struct text_out out);
/* The event_fn; for the events of the first kernel. */
void perfetto_event(void *perfetto, const struct event *e);
/* Close what is open at `end`, write the last bracket, free it. False: a write failed, or
 * there was no memory for a task's state. NULL is harmless. */
bool perfetto_finish(struct perfetto *p, ns_t end);

#endif
