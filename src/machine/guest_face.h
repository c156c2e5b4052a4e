/* machine/guest_face.h - what a policy built for RV32 says of itself.
 *
 * Reads `ossim_policy` out of an ELF file, without running any of it: name, flags,
 * parameters, and where its ops are. Every pointer in it is a guest address and is
 * followed with care; what cannot be read is a mistake of the plug-in, with words.
 */
#ifndef MACHINE_GUEST_FACE_H
#define MACHINE_GUEST_FACE_H

#include <cpu/elf.h>
#include <ossim/err.h>
#include <ossim/sched.h>

enum policy_op {
#define OP(NAME, name, needed) POLICY_##NAME,
#include <sched/ops.def>
#undef OP
    POLICY_OPS
};

/* "pick" */
const char *policy_op_name(enum policy_op op);

enum { GUEST_FACE_TEXT = 16384 };

struct guest_face {
    /* As the core wants it. Its functions are not to be called: that one is there says
     * that the guest has it. Points into this struct, which must stay where it is. */
    struct sched_ops ops;
    uint32_t op[POLICY_OPS];    /* guest address; 0: it has none */
    struct policy_param params[SCHED_MAX_PARAMS + 1];
    char text[GUEST_FACE_TEXT];
    size_t used;
};

/* Fill *f. ERR_PLUGIN with diag->text if the file has no policy or a broken one. Whether
 * the face makes sense (a good name, ops that must be there) is asked elsewhere, of
 * f->ops, as for every plug-in. */
enum err guest_face_read(struct guest_face *f, const struct elf *e, struct diag *diag);

#endif
