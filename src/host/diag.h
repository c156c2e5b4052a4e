/* host/diag.h - saying what is wrong, as printf has it. */
#ifndef HOST_DIAG_H
#define HOST_DIAG_H

#include <ossim/err.h>

/* The text goes into *diag, cut where it does not fit; its file, line and path stay as they
 * are. Returns `err`, so that an error is said and returned in one statement. */
__attribute__((format(printf, 3, 4)))
enum err diag_fail(struct diag *diag, enum err err, const char *format, ...);

#endif
