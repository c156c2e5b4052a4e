/* failure.c - the one line about a policy that broke as guest code. */
#include <lab/report.h>

#include <machine/failure.h>
#include <string.h>

static const char *what(const struct policy_failure *f, char *buf, size_t size)
{
    switch (f->kind) {
    case FAILURE_READ:
        snprintf(buf, size, "read of address 0x%x (not mapped)", f->address);
        return buf;
    case FAILURE_WRITE:
        snprintf(buf, size, "write to address 0x%x (not mapped, or read-only)", f->address);
        return buf;
    case FAILURE_JUMP:
        snprintf(buf, size, "jump to address 0x%x (no code is there)", f->address);
        return buf;
    case FAILURE_ILLEGAL:
        snprintf(buf, size, "illegal instruction 0x%08x", f->address);
        return buf;
    case FAILURE_NO_MEMORY:
        snprintf(buf, size, "the policy's memory is too small (it asks for %u bytes more; "
                 "see kernel.guest_policy.memory)", f->address);
        return buf;
    case FAILURE_OVERRUN:
        return "did not return within its instructions (see "
               "kernel.guest_policy.instructions)";
    case FAILURE_SYSTEM_CALL:
        return "calls the system (a policy has none: no I/O, no clock, no memory from it)";
    case FAILURE_ABORT:
        return "stopped itself (abort, or a failed assertion)";
    }
    return "?";
}

const char *failure_text(const struct policy_failure *f, const char *time, char *buf,
                         size_t size)
{
    char cause[160], place[320] = "", within[80] = "";

    if (f->file)
        snprintf(place, sizeof place, "%.240s:%u: ", f->file, f->line);
    if (f->function && strcmp(f->function, f->op) != 0)
        snprintf(within, sizeof within, " (%.60s)", f->function);
    snprintf(buf, size, "%sin %s%s: %s at %s", place, f->op, within,
             what(f, cause, sizeof cause), time);
    return buf;
}
