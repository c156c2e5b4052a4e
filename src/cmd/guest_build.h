/* cmd/guest_build.h - whatever a user calls a program becomes an ELF image.
 *
 * .elf is read, .s goes through our assembler, .c through a C compiler for RISC-V
 * with our small library (host/guest_cc.h). Every image that comes out of here
 * has passed elf_open. All that is wrong with a source is listed on stderr with
 * its lines; the diag has the place of the first.
 */
#ifndef CMD_GUEST_BUILD_H
#define CMD_GUEST_BUILD_H

#include <host/guest_cc.h>
#include <ossim/err.h>
#include <stddef.h>
#include <stdint.h>

/* One program of all the sources: an .elf alone, or .s files alone (which need no
 * compiler), or .c files, with .s beside them. Flags go to the C compiler. *elf is given
 * to free(). ERR_IO: unreadable; ERR_INPUT: not a program, or it does not build;
 * ERR_UNSUPPORTED: C, and no compiler is there. */
enum err guest_build(const struct guest_sources *s, const uint8_t **elf, size_t *size,
                     struct diag *diag);
enum err guest_build_one(const char *path, const uint8_t **elf, size_t *size,
                         struct diag *diag);

/* Assembly text that stands somewhere else, as in a workload; `name` is for messages. */
enum err guest_build_text(const char *name, const char *text, const uint8_t **elf,
                          size_t *size, struct diag *diag);

#endif
