/* structure.c - see structure.h. */
#include <lab/structure.h>

#include <machine/peek.h>

static void fill_faults(const struct machine *m, struct results_structure *out)
{
    const struct config *c = machine_config(m);
    struct peek_fault f;

    while (out->nfaults < sizeof out->fault / sizeof out->fault[0] &&
           peek_fault(m, out->nfaults, &f))
        out->fault[out->nfaults++] = (struct results_fault){
            .at = f.at, .down = f.down, .repaired = f.repaired, .panic = f.panic,
            .reboot = c->structure.reboot, .service = f.service, .kind = f.kind,
            .process = f.process == UINT32_MAX ? NULL : c->processes[f.process].name,
            .lost = f.lost, .corrupted = f.corrupted, .reachable = f.reachable,
            .processes_lost = f.processes_lost,
            .processes_corrupted = f.processes_corrupted,
            .processes_reachable = f.processes_reachable, .files_lost = f.files_lost,
            .files_corrupted = f.files_corrupted, .bytes = f.bytes, .frames = f.frames,
            .work_lost = f.work_lost,
        };
}

void structure_of(const struct machine *m, struct results_structure *out)
{
    struct peek_crossing by[sizeof out->by / sizeof out->by[0]];
    struct peek_structure s;

    peek_structure(m, &s);
    *out = (struct results_structure){ .model = s.model, .messages = s.messages,
                                        .memory_bytes = s.memory_bytes };
    out->n = peek_crossings(m, by, sizeof by / sizeof by[0]);
    for (unsigned i = 0; i < out->n; i++)
        out->by[i] = (struct results_crossing){ by[i].from, by[i].to, by[i].mechanism,
                                                by[i].count, by[i].time };
    fill_faults(m, out);
}
