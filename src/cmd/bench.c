/* bench.c - `ossim bench [cpu|sched]`: the project's own benchmarks. */
#include <cmd/bench_sched.h>
#include <cmd/cmd.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: ossim bench [cpu|sched] [--quick]\n"
    "One JSON object a line. --quick does a tenth of the work.\n";

int cmd_bench(int argc, char **argv)
{
    const char *what = NULL;
    unsigned scale = 1;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--quick") == 0) {
            scale = 10;
        } else if (strcmp(argv[i], "--help") == 0) {
            fputs(usage, stdout);
            return EXIT_DONE;
        } else if (!what && (strcmp(argv[i], "sched") == 0)) {
            what = argv[i];
        } else {
            fprintf(stderr, "ossim: bench: unknown argument '%s'\n%s", argv[i], usage);
            return EXIT_BAD_INPUT;
        }
    }
    return bench_sched(scale);
}
