/* machine/machine.h - a whole computer as a value.
 *
 * A machine is a function from (config, seed, input) to a stream of events. It
 * lives in one block of memory that the caller gives it; two machines side by
 * side are two blocks. It reads no file, clock or environment and keeps nothing
 * outside the block but the borrowed config and the subscribers' table.
 */
#ifndef MACHINE_MACHINE_H
#define MACHINE_MACHINE_H

#include <ossim/event.h>
#include <sim/config.h>
#include <sim/stream.h>

struct machine;

/* Why a run is over; `a` of EV_END. MACHINE_RUNNING: it is not. */
enum machine_end {
#define END(id, name, text) MACHINE_##id,
#include <ossim/names.def>
#undef END
};

/* Bytes of the block that a machine of this config needs. */
size_t machine_size(const struct config *c);

/* Build a machine in `size` zeroed bytes at mem (page aligned, >= machine_size).
 * The config is borrowed. hash: keep the running hash. Nothing has happened
 * yet: subscribe first, then run. */
struct machine *machine_init(void *mem, size_t size, const struct config *c, bool hash);

/* Machines in this one, whose kernels run on its kernel: whole machines, to be looked at
 * as this one. They are borrowed, and only this one runs them. */
unsigned machine_nguests(const struct machine *m);
struct machine *machine_guest(struct machine *m, unsigned i);
/* Of a machine's kernel, in its events; 0: the outermost. */
uint16_t machine_kernel(const struct machine *m);

/* Where to subscribe; the outermost machine's stream has the events of all kernels. */
struct stream *machine_stream(struct machine *m);

/* Go on until virtual time `until` (events at `until` included), or until
 * max_events pending entries were handled (0: no limit). Returns why the run is over, or
 * MACHINE_RUNNING if there is more to come. */
enum machine_end machine_run(struct machine *m, ns_t until, uint64_t max_events);

/* Finish the books at the present time, as if the run stopped here: an EV_END with
 * reason MACHINE_STOPPED. For interrupted runs. */
void machine_stop(struct machine *m);

/* Have fn called after each decision about who runs. It may look, no more. NULL: nobody. */
void machine_watch_decisions(struct machine *m, void (*fn)(void *ctx), void *ctx);
enum machine_end machine_over(const struct machine *m);
ns_t machine_now(const struct machine *m);
/* Pending entries handled so far. */
uint64_t machine_steps(const struct machine *m);
const struct config *machine_config(const struct machine *m);

/* Bytes typed at the console of a process, now; kept in the input log of the
 * events (EV_INPUT). False if that process has no console, it is closed, or its
 * buffer (4 KiB) has no room for them. n = 0: the end of all input. */
bool machine_input(struct machine *m, uint32_t process, const void *bytes, size_t n);

/* The window that shows that console has another size, now (EV_WINDOW). False: the console is
 * no terminal, or not there yet. */
bool machine_resize(struct machine *m, uint32_t process, uint16_t height, uint16_t width);

/* Policy i of config.standby takes over all queues, now (input, as typing is). */
void machine_switch_policy(struct machine *m, uint32_t i);

/* Before it is made: a machine of c tells `refer` of each reference to a page (reference_key),
 * and replaces pages by a policy that needs no future. */
void machine_record(struct config *c, void (*refer)(void *ctx, uint64_t key), void *ctx);
/* Nothing can happen until something is typed (machine_run returns at once, or only lets
 * a policy's timers pass). */
bool machine_needs_input(const struct machine *m);
/* Somebody waits for input or polls for it, whatever else goes on. */
bool machine_awaits_input(const struct machine *m);
/* When the next thing happens: now if a cpu works, NS_MAX if nothing is pending. */
ns_t machine_next(const struct machine *m);
/* How many bytes machine_input would take now. */
size_t machine_input_room(const struct machine *m, uint32_t process);

/* What a task's program has written since the last call, oldest first: copies up
 * to `size` bytes. Read it from an EV_OUTPUT subscriber, or lose what overflows. */
size_t machine_output(struct machine *m, tid_t tid, void *buf, size_t size);

/* After the run, as the last thing: what is open is given up and the file system left as
 * an unmount leaves it, at no simulated time and unknown to subscribers. False: it is
 * broken. True also if there is none. */
bool machine_settle(struct machine *m);
/* Bytes of the disk; the sectors that it has: machine_config()->disk.nsectors. */
bool machine_disk_read(const struct machine *m, uint64_t sector, uint32_t n, void *buf);

#endif
