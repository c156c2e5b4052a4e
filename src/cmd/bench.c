/* bench.c - `ossim bench [cpu|sched|mm|fs|vm|structure|tui]`: the project's own benchmarks. */
#include <cmd/bench_cpu.h>
#include <cmd/bench_ext2.h>
#include <cmd/bench_fs.h>
#include <cmd/bench_memory.h>
#include <cmd/bench_mm.h>
#include <cmd/bench_sched.h>
#include <cmd/bench_structure.h>
#include <cmd/bench_tui.h>
#include <cmd/bench_vm.h>
#include <cmd/cmd.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: ossim bench [cpu|sched|mm|fs|vm|structure] [--quick]\n"
    "       ossim bench tui [--quick] [WORKLOAD.json ...]\n"
    "       ossim bench cpu --once KERNEL ENGINE INSTRUCTIONS\n"
    "One JSON object a line. --quick does a tenth of the work. --once runs one kernel under\n"
    "one engine (goto, switch, step), for counting host instructions (tests/cpu/callgrind.sh).\n";

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
        } else if (!what && (strcmp(argv[i], "sched") == 0 || strcmp(argv[i], "cpu") == 0 ||
                            strcmp(argv[i], "mm") == 0 || strcmp(argv[i], "fs") == 0 ||
                            strcmp(argv[i], "vm") == 0 ||
                            strcmp(argv[i], "structure") == 0)) {
            what = argv[i];
        } else if (!what && strcmp(argv[i], "tui") == 0) {
            what = argv[i];
        } else if (what && strcmp(what, "tui") == 0 && argv[i][0] != '-') {
            return bench_tui(argv + i, argc - i, scale);
        } else if (what && strcmp(argv[i], "--once") == 0 && i + 4 == argc) {
            return bench_cpu_once(argv[i + 1], argv[i + 2],
                                  strtoull(argv[i + 3], NULL, 10));
        } else {
            fprintf(stderr, "ossim: bench: unknown argument '%s'\n%s", argv[i], usage);
            return EXIT_BAD_INPUT;
        }
    }
    int status = EXIT_DONE;

    if (!what || strcmp(what, "cpu") == 0)
        status = bench_cpu(scale);
    if (!what || strcmp(what, "sched") == 0) {
        int sched = bench_sched(scale);

        status = status ? status : sched;
    }
    if (!what || strcmp(what, "mm") == 0) {
        int mm = bench_mm(scale), memory = bench_memory(scale);

        status = status ? status : mm ? mm : memory;
    }
    if (!what || strcmp(what, "fs") == 0) {
        int fs = bench_fs(scale), ext2 = bench_ext2(scale);

        status = status ? status : fs ? fs : ext2;
    }
    if (!what || strcmp(what, "vm") == 0) {
        int vm = bench_vm(scale);

        status = status ? status : vm;
    }
    if (!what || strcmp(what, "structure") == 0) {
        int structure = bench_structure(scale);

        status = status ? status : structure;
    }
    if (what && strcmp(what, "tui") == 0) {
        int tui = bench_tui(NULL, 0, scale);

        status = status ? status : tui;
    }
    return status;
}
