/* guest_face.c - see guest_face.h. Offsets are those of <ossim/sched.h> on RV32 (ilp32:
 * pointers of 4 bytes, 64-bit numbers aligned to 8); workloads/libc/policy.c asserts
 * them on the other side. */
#include <machine/guest_face.h>

#include <string.h>

/* struct sched_ops on RV32 */
enum { OPS_ABI = 0, OPS_NAME = 4, OPS_SOURCE = 8, OPS_ABOUT = 12, OPS_FLAGS = 16,
       OPS_PARAMS = 20, OPS_FIRST = 24 };
/* struct policy_param on RV32 */
enum { PARAM_NAME = 0, PARAM_TYPE = 4, PARAM_DEF = 8, PARAM_MIN = 16, PARAM_MAX = 24,
       PARAM_VALUES = 32, PARAM_CHOICES = 36, PARAM_ABOUT = 40, PARAM_BYTES = 48 };

static const char *const op_names[] = {
#define OP(NAME, name, needed) #name,
#include <sched/ops.def>
#undef OP
};

const char *policy_op_name(enum policy_op op)
{
    return op < POLICY_OPS ? op_names[op] : "?";
}

/* --- reading guest memory as it is in the file --- */

static uint32_t word(const struct elf *e, uint32_t va)
{
    uint8_t b[4] = { 0 };

    elf_read(e, va, b, sizeof b);
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static int64_t word64(const struct elf *e, uint32_t va)
{
    return (int64_t)((uint64_t)word(e, va + 4) << 32 | word(e, va));
}

static enum err wrong(struct diag *diag, const char *text)
{
    size_t n = strlen(text);

    memcpy(diag->text, text, n + 1);
    return ERR_PLUGIN;
}

/* The string at the guest address in `va`, copied; NULL for a NULL pointer. False: it is
 * not in the file, or too long to be meant. */
static bool string(struct guest_face *f, const struct elf *e, uint32_t va, const char **out)
{
    char *to = f->text + f->used;
    size_t room = sizeof f->text - f->used, n;

    *out = NULL;
    if (va == 0)
        return true;
    n = elf_read(e, va, to, room < 1024 ? room : 1024);
    char *nul = n ? memchr(to, 0, n) : NULL;
    if (!nul)
        return false;
    f->used += (size_t)(nul - to) + 1;
    *out = to;
    return true;
}

static bool read_param(struct guest_face *f, const struct elf *e, uint32_t va,
                       struct policy_param *p)
{
    *p = (struct policy_param){
        .type = (enum policy_param_type)word(e, va + PARAM_TYPE),
        .min = word64(e, va + PARAM_MIN), .max = word64(e, va + PARAM_MAX),
        .max_values = word(e, va + PARAM_VALUES),
    };
    return string(f, e, word(e, va + PARAM_NAME), &p->name) &&
           string(f, e, word(e, va + PARAM_DEF), &p->def) &&
           string(f, e, word(e, va + PARAM_CHOICES), &p->choices) &&
           string(f, e, word(e, va + PARAM_ABOUT), &p->about);
}

static enum err read_params(struct guest_face *f, const struct elf *e, uint32_t va,
                            struct diag *diag)
{
    if (va == 0)
        return ERR_OK;
    for (unsigned i = 0; i <= SCHED_MAX_PARAMS; i++) {
        uint32_t row = va + i * PARAM_BYTES;
        uint8_t last;

        if (elf_read(e, row + PARAM_BYTES - 1, &last, 1) != 1)
            return wrong(diag, "ossim_policy.params has no last row with .name = NULL");
        if (word(e, row + PARAM_NAME) == 0) {
            f->ops.params = f->params;
            return ERR_OK;
        }
        if (i == SCHED_MAX_PARAMS)
            break;
        if (!read_param(f, e, row, &f->params[i]))
            return wrong(diag, "a text in ossim_policy.params is not in the program");
    }
    return wrong(diag, "ossim_policy.params has more rows than a policy may have, or no "
                       "last row with .name = NULL");
}

/* Something that is not NULL and is never called. */
static void stand_in(void)
{
}

static void mark_ops(struct guest_face *f)
{
    unsigned i = 0;

#define OP(NAME, name, needed)                                                    \
    if (f->op[i++])                                                               \
        f->ops.name = (__typeof__(f->ops.name))stand_in;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-function-type"
#include <sched/ops.def>
#pragma GCC diagnostic pop
#undef OP
}

enum err guest_face_read(struct guest_face *f, const struct elf *e, struct diag *diag)
{
    uint32_t at;
    uint8_t last;

    memset(f, 0, sizeof *f);
    if (!elf_find(e, "ossim_policy", &at))
        return wrong(diag, "it exports no `const struct sched_ops ossim_policy`");
    if (elf_read(e, at + OPS_FIRST + 4 * POLICY_OPS - 1, &last, 1) != 1)
        return wrong(diag, "ossim_policy is no struct sched_ops");
    f->ops.abi = word(e, at + OPS_ABI);
    f->ops.flags = word(e, at + OPS_FLAGS);
    if (!string(f, e, word(e, at + OPS_NAME), &f->ops.name) ||
        !string(f, e, word(e, at + OPS_SOURCE), &f->ops.source) ||
        !string(f, e, word(e, at + OPS_ABOUT), &f->ops.about))
        return wrong(diag, "a text of ossim_policy is not in the program");
    for (unsigned i = 0; i < POLICY_OPS; i++)
        f->op[i] = word(e, at + OPS_FIRST + 4 * i);
    mark_ops(f);
    return read_params(f, e, word(e, at + OPS_PARAMS), diag);
}
