/* diag.c - saying what is wrong. See diag.h. */
#include <host/diag.h>

#include <stdarg.h>
#include <stdio.h>

enum err diag_fail(struct diag *diag, enum err err, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(diag->text, sizeof diag->text, format, ap);
    va_end(ap);
    return err;
}
