/* figures.c - see figures.h */
#include <cmd/figures.h>

#include <cmd/options.h>
#include <lab/plot.h>
#include <lab/plot_disk.h>
#include <lab/plot_memory.h>
#include <lab/plot_time.h>

static bool done(enum err err, const struct diag *diag)
{
    if (err)
        diag_print(diag);
    return !err;
}

bool figures_draw(const char *dir, const struct results *s)
{
    struct plot_run chart = { .label = s->config->policy.spec };
    struct diag diag = { .line = 0 };
    char name[64];
    bool ok;

    plot_name(s->config->name, name, sizeof name);
    chart.pieces = gantt_pieces(s->gantt, &chart.npieces);
    chart.marks = gantt_marks(s->gantt, &chart.nmarks);
    ok = done(plot_gantt(dir, name, s->config, &chart, 1, &diag), &diag);
    if (ok && s->disk)
        ok = done(plot_disk(dir, name, s->config, s->disk, &diag), &diag);
    if (ok && s->memory_now)
        ok = done(plot_memory(dir, name, s->config, s->memory_now, &diag), &diag);
    if (ok && s->over_time)
        ok = done(plot_time(dir, name, s->config, s->over_time, &diag), &diag);
    return ok;
}
