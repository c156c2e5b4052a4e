/* cmd/bench_machine.h - whole machines, for measuring. */
#ifndef CMD_BENCH_MACHINE_H
#define CMD_BENCH_MACHINE_H

#include <formats/workload.h>
#include <machine/machine.h>

/* The workload in `text`; NULL: what is wrong has been said. To be given to workload_free. */
struct config *bench_load(struct vocabulary *v, const char *text);
/* CPU seconds of one run, less than 0: it could not be made, or was not done. *seen is
 * increased by what `look` says of the machine afterwards; touched: bytes of its memory that
 * were used. Both may be NULL. */
double bench_seconds(const struct config *c, uint64_t (*look)(const struct machine *m),
                     uint64_t *seen, size_t *touched);

#endif
