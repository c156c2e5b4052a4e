/* main.c - the table of subcommands. `ossim W.json` watches W.json. */
#include <cmd/cmd.h>

#include <cmd/options.h>
#include <errno.h>
#include <host/litter.h>
#include <host/pages.h>
#include <host/plugin.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

_Static_assert(sizeof(void *) == 8, "ossim needs a host with addresses of 64 bits");

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *about;
} commands[] = {
    { "run", cmd_run, "run a workload to the end and print the report" },
    { "exec", cmd_exec, "run one program; the terminal is its console" },
    { "compare", cmd_compare, "run workloads under several policies, side by side" },
    { "diff", cmd_diff, "where two policies first decide differently" },
    { "grade", cmd_grade, "grade scheduler plug-ins against a rubric" },
    { "new", cmd_new, "a scheduler plug-in to start from" },
    { "check", cmd_check, "validate workloads, rubrics and plug-ins, say what is wrong" },
    { "analyze", cmd_analyze, "real-time analysis: bounds, response times, demand" },
    { "refs", cmd_refs, "faults of a page-reference string" },
    { "arm", cmd_arm, "arm movement for one queue, under several disk schedulers" },
    { "asm", cmd_asm, "assemble a program" },
    { "disasm", cmd_disasm, "disassemble a program" },
    { "disk", cmd_disk, "make, check, and look into disk images (ext2)" },
    { "list", cmd_list, "policies, replacement, costs, syscalls, events" },
    { "bench", cmd_bench, "the project's own benchmark" },
};
enum { NCOMMANDS = sizeof commands / sizeof *commands };

/* Promised, but their machinery is not in this version. */
static const char *const later[] = { "convert" };

static void usage(FILE *out)
{
    fputs("usage: ossim WORKLOAD.json [options]      watch it run\n"
          "       ossim COMMAND ... [options]\n\ncommands:\n", out);
    for (size_t i = 0; i < NCOMMANDS; i++)
        fprintf(out, "  %-9s %s\n", commands[i].name, commands[i].about);
    fputs("\nossim help COMMAND says more.\n", out);
}

static int unknown(const char *word)
{
    const char *names[NCOMMANDS + 2] = { "help" };

    for (size_t i = 0; i < sizeof later / sizeof *later; i++)
        if (!strcmp(word, later[i])) {
            fprintf(stderr, "ossim: error: this version does not have \"%s\"\n", word);
            return EXIT_BAD_INPUT;
        }
    for (size_t i = 0; i < NCOMMANDS; i++)
        names[i + 1] = commands[i].name;
    const char *nearest = word_meant(word, names);

    fprintf(stderr, "ossim: error: no command or workload is called \"%s\"", word);
    if (nearest)
        fprintf(stderr, " (did you mean \"%s\"?)", nearest);
    fputs("\n", stderr);
    return EXIT_BAD_INPUT;
}

/* Workloads are told from commands by what only a file's name has. */
static bool names_file(const char *word)
{
    return strpbrk(word, "/.") || !strcmp(word, "-");
}

static bool asks_for(int argc, char **argv, const char *option, const char *letter)
{
    return argc == 2 && (!strcmp(argv[1], option) || !strcmp(argv[1], letter));
}

static const struct command *command_called(const char *name)
{
    for (size_t i = 0; i < NCOMMANDS; i++)
        if (!strcmp(name, commands[i].name))
            return &commands[i];
    return NULL;
}

/* `ossim help run` is `ossim run --help`. */
static int help(char *name)
{
    char option[] = "--help", *argv[] = { name, option, NULL };
    const struct command *c = command_called(name);

    return c ? c->run(2, argv) : unknown(name);
}

static int run(int argc, char **argv)
{
    if (argc < 2) {
        usage(stderr);
        return EXIT_BAD_INPUT;
    }
    if (asks_for(argc, argv, "--help", "-h") || asks_for(argc, argv, "help", "-?")) {
        usage(stdout);
        return EXIT_DONE;
    }
    if (asks_for(argc, argv, "--version", "-V")) {
        puts("ossim " OSSIM_VERSION);
        return EXIT_DONE;
    }
    if (argc >= 3 && !strcmp(argv[1], "help"))
        return help(argv[2]);
    const struct command *c = command_called(argv[1]);

    if (c)
        return c->run(argc - 1, argv + 1);
    /* An option first is fine too: ossim --sched fcfs w.json. */
    if (names_file(argv[1]) || argv[1][0] == '-')
        return cmd_watch(argc, argv);
    return unknown(argv[1]);
}

/* Says so, with the reason. The stream does not keep it: what failed somewhere in the
 * middle is found out by one more byte, which spoils nothing that is whole. */
static bool stdout_failed(void)
{
    errno = 0;
    if (!fflush(stdout) && !ferror(stdout))
        return false;
    if (!errno) {
        clearerr(stdout);
        putchar('\n');
        fflush(stdout);
    }
    fprintf(stderr, "stdout: error: cannot write all of the output%s%s\n",
            errno ? ": " : "", errno ? strerror(errno) : "");
    return true;
}

int main(int argc, char **argv)
{
    pages_warm();
    litter_on_signals();
    int status = run(argc, argv);

    /* What was printed is a result too: a full disk must not pass for success. */
    if (stdout_failed() && status == EXIT_DONE)
        status = EXIT_RUN_FAILED;
    if (plugin_any())
        _exit(status);          /* no destructor of a plug-in has a say any more */
    return status;
}
