/* check.c - the end of a process that found itself wrong. */
#include <host/check.h>

#include <host/litter.h>
#include <host/plugin_guard.h>
#include <host/terminal.h>
#include <sim/check.h>

#include <stdio.h>
#include <stdlib.h>

static void (*report)(void *ctx);
static void *report_ctx;

void check_set_report(void (*fn)(void *ctx), void *ctx)
{
    report = fn;
    report_ctx = ctx;
}

_Noreturn void check_failed(const char *file, int line, const char *cond)
{
    char what[160];

    snprintf(what, sizeof what, "%s:%d: %s does not hold", file, line, cond);
    plugin_check_failed(what);
    terminal_give_back();       /* or nobody could read it */
    fprintf(stderr, "ossim: internal error: %s\n", what);
    if (report) {
        void (*fn)(void *) = report;

        report = NULL;          /* a failure inside the report ends it */
        fn(report_ctx);
    }
    fflush(NULL);
    litter_sweep();
    _Exit(3);
}
