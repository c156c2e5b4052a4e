/* cmd/guest.h - plug-ins that run as guest code: from a file's name to a policy. */
#ifndef CMD_GUEST_H
#define CMD_GUEST_H

#include <ossim/err.h>
#include <sim/config.h>
#include <stdint.h>

/* "guest:./mine.c:quantum=4" (or a .elf that was built before) into *out. *self is what
 * out->self points to and *elf the image behind it: both are given to free() when the
 * policy is not used any more. As plugin_load for the rest; ERR_UNSUPPORTED: no compiler
 * for RISC-V. */
enum err guest_policy_load(const char *spec, const char *dir, ns_t time_unit,
                           struct policy_config *out, void **self, uint8_t **elf,
                           struct diag *diag);

#endif
