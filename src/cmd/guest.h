/* cmd/guest.h - plug-ins that run as guest code: from a file's name to a policy. */
#ifndef CMD_GUEST_H
#define CMD_GUEST_H

#include <ossim/err.h>
#include <sim/config.h>
#include <stdint.h>

/* What was built or read, by path: the same policy with other parameters is not built
 * again. Given to guest_images_free. */
struct guest_image;
void guest_images_free(struct guest_image *images);

/* For a worker: once a source has been built, and before what came of it is read, this
 * process keeps to reading files, and to writing in that folder (host/sandbox.h). */
void guest_drop_after_build(const char *folder);

/* "guest:./mine.c:quantum=4" (or a .elf that was built before) into *out. *self is what
 * out->self points to, given to free() when the policy is not used any more; the image
 * behind it is one of *images. As plugin_load for the rest; ERR_UNSUPPORTED: no compiler
 * for RISC-V. */
enum err guest_policy_load(const char *spec, const char *dir, ns_t time_unit,
                           struct policy_config *out, void **self,
                           struct guest_image **images, struct diag *diag);

#endif
