/* cmd/output.h - what programs print: to the terminal as it comes, or to files.
 *
 * One text per configured task; forked ones write to that of their process. Files
 * are DIR/NAME.out, written when the run is over.
 */
#ifndef CMD_OUTPUT_H
#define CMD_OUTPUT_H

#include <machine/machine.h>

struct heap;
struct output;

/* machine: where output_event fetches text (NULL: output_put brings it). dir NULL: no
 * files. live: also to stdout at once, when there is no dir. heap: NULL, or where it
 * lives, see stat/memory.h. NULL: no memory. */
struct output *output_create(struct heap *heap, const struct config *c,
                             struct machine *machine, const char *dir, bool live);
void output_destroy(struct output *o);

/* In files' names, the guest that these programs run in: "web_httpd.out". Borrowed. */
void output_before(struct output *o, const char *name);

/* What process prints goes to stdout, each piece at once, and what others print does not.
 * *lost is set when stdout takes no more. */
void output_console(struct output *o, uint32_t process, bool *lost);

/* The event_fn, for EV_OUTPUT. */
void output_event(void *output, const struct event *e);
void output_put(struct output *o, tid_t tid, const void *bytes, size_t n);

/* Write the files. False if one of them failed, which has been said on stderr. */
bool output_write(struct output *o);

#endif
