/* failure.c - see failure.h. */
#include <machine/failure.h>

#include <cpu/lines.h>
#include <machine/guest_policy.h>

#include <string.h>

#include "inside.h"

static enum policy_failure_kind kind_of(const struct guest_report *r)
{
    switch (r->what) {
    case GUEST_OVERRUN: return FAILURE_OVERRUN;
    case GUEST_ECALL: return FAILURE_SYSTEM_CALL;
    case GUEST_EBREAK: return FAILURE_ABORT;
    case GUEST_NO_MEMORY: return FAILURE_NO_MEMORY;
    default: break;
    }
    switch (r->cause) {
    case CAUSE_LOAD_PAGE: case CAUSE_LOAD_ACCESS: case CAUSE_LOAD_MISALIGNED:
        return FAILURE_READ;
    case CAUSE_STORE_PAGE: case CAUSE_STORE_ACCESS: case CAUSE_STORE_MISALIGNED:
        return FAILURE_WRITE;
    case CAUSE_FETCH_PAGE: case CAUSE_FETCH_ACCESS: case CAUSE_FETCH_MISALIGNED:
        return FAILURE_JUMP;
    default:
        return FAILURE_ILLEGAL;
    }
}

bool machine_policy_cost(const struct machine *m, const char *op, uint64_t *calls,
                         uint64_t *instructions)
{
    const struct sched *s = &m->kern.sched;

    if (s->port != &guest_policy_port)
        return false;
    for (unsigned i = 0; i < POLICY_OPS; i++)
        if (strcmp(policy_op_name(i), op) == 0) {
            guest_policy_cost(s->self, i, calls, instructions);
            return true;
        }
    return false;
}

size_t machine_policy_variables(const struct machine *m, uint8_t *out)
{
    const struct sched *s = &m->kern.sched;

    if (s->port != &guest_policy_port || !guest_policy_wrote(s->self))
        return 0;
    return guest_policy_variables(s->self, out);
}

bool machine_policy_begin_with(struct policy_config *p, const uint8_t *variables,
                               struct guest_policy_config *copy)
{
    if (p->port != &guest_policy_port)
        return false;
    memcpy(copy, p->self, sizeof *copy);
    copy->variables = variables;
    p->self = copy;
    return true;
}

bool machine_policy_failure(const struct machine *m, struct policy_failure *out)
{
    const struct sched *s = &m->kern.sched;
    struct line_place place;
    struct guest_report r;
    uint32_t offset;

    if (!s->broken_self)
        return false;
    const struct guest_policy_config *c = guest_policy_report(s->broken_self, &r);
    uint32_t pc = kind_of(&r) == FAILURE_JUMP ? r.caller : r.pc;
    *out = (struct policy_failure){
        .kind = kind_of(&r), .op = policy_op_name(r.op), .address = r.address,
        .function = elf_symbol_at(&c->elf, pc, &offset), .at = s->broken_at,
        .instructions = r.instructions,
    };
    if (r.what != GUEST_NO_MEMORY && lines_find(&c->elf, pc, &place)) {
        out->file = place.file;
        out->line = place.line;
    }
    return true;
}
