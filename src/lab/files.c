/* files.c - from the machine's counters to those of results. */
#include <lab/files.h>

#include <machine/peek.h>

const struct results_files *files_of(const struct machine *m, struct results_files *out)
{
    struct peek_files f;

    if (!peek_files(m, &f))
        return NULL;
    *out = (struct results_files){
        .hits = f.hits, .misses = f.misses, .reads = f.reads, .writes = f.writes,
        .read_ahead = f.read_ahead, .read_ahead_used = f.read_ahead_used,
        .commits = f.commits, .checkpoints = f.checkpoints, .log_blocks = f.log_blocks,
        .replayed = f.replayed, .failed_steps = f.failed_steps,
    };
    return out;
}

unsigned blackouts_of(const struct machine *m, struct results_blackout out[BLACKOUTS])
{
    struct peek_blackout b;
    unsigned n = 0;

    while (n < BLACKOUTS && peek_blackout(m, n, &b)) {
        out[n++] = (struct results_blackout){
            .at = b.at, .up = b.up, .processes_lost = b.tasks_lost, .files_lost = b.files_lost,
            .blocks_lost = b.blocks_lost, .replayed = b.replayed, .broken = b.broken,
            .work_lost = b.work_lost,
        };
    }
    return n;
}
