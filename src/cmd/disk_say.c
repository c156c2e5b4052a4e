/* disk_say.c - what is wrong with an image or a file of the host, as the exit status. */
#include <cmd/disk.h>

#include <cmd/cmd.h>
#include <cmd/options.h>
#include <stdarg.h>

int disk_fail(const char *file, const char *format, ...)
{
    struct diag d = { 0 };
    va_list ap;

    snprintf(d.file, sizeof d.file, "%s", file);
    va_start(ap, format);
    vsnprintf(d.text, sizeof d.text, format, ap);
    va_end(ap);
    diag_print(&d);
    return EXIT_BAD_INPUT;
}

int disk_status(enum err err, const struct diag *diag)
{
    if (err)
        diag_print(diag);
    return err ? EXIT_BAD_INPUT : EXIT_DONE;
}
