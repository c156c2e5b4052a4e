/* structure.c - see structure.h. */
#include <lab/structure.h>

#include <machine/peek.h>

void structure_of(const struct machine *m, struct results_structure *out)
{
    struct peek_crossing by[sizeof out->by / sizeof out->by[0]];
    struct peek_structure s;

    peek_structure(m, &s);
    *out = (struct results_structure){ .model = s.model, .messages = s.messages };
    out->n = peek_crossings(m, by, sizeof by / sizeof by[0]);
    for (unsigned i = 0; i < out->n; i++)
        out->by[i] = (struct results_crossing){ by[i].from, by[i].to, by[i].mechanism,
                                                by[i].count, by[i].time };
    struct peek_fault f;
    while (out->nfaults < sizeof out->fault / sizeof out->fault[0] &&
           peek_fault(m, out->nfaults, &f))
        out->fault[out->nfaults++] = (struct results_fault){
            f.at, f.repaired, f.service, f.kind, f.lost, f.processes_lost, f.work_lost };
}
