/* host/workers.h - many jobs side by side, in processes of their own.
 *
 * Processes and not threads: a job that crashes takes nothing with it but itself,
 * and no job can see what another left behind. Results come back through shared
 * memory and are looked at when all is done, by job number, so that they do not
 * depend on how many workers there were or who was first.
 */
#ifndef HOST_WORKERS_H
#define HOST_WORKERS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

struct workers {
    size_t njobs;
    size_t result_size;         /* bytes of one job's result, >= 1 */
    unsigned nworkers;          /* 0: one for each processor that we may use */
    /* A fresh process for each job: for code that may keep something between two
     * jobs, such as a plug-in with variables of its own. */
    bool isolate;
    /* Do job i; in a child. `result` is zeroed. Nothing else comes back. */
    void (*work)(void *ctx, size_t i, void *result);
    /* Now and then, in the parent; NULL: not wanted. */
    void (*progress)(void *ctx, size_t done, size_t of);
    void *ctx;
    const volatile sig_atomic_t *stop;  /* non-zero: give up; NULL: never */
};

struct workers_results;

/* Run them all. NULL: no memory, or no process could be made. */
struct workers_results *workers_run(const struct workers *w);
void workers_free(struct workers_results *r);

/* The result of job i, owned by r. NULL if the job was lost: *why then says how
 * ("killed by SIGSEGV", "ended with status 3", "interrupted"), owned by r. */
const void *workers_result(const struct workers_results *r, size_t i, const char **why);

/* Processors that this process may use, >= 1. */
unsigned workers_processors(void);

#endif
