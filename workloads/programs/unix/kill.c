/* kill.c - kill [-SIGNAL | -s SIGNAL] PID...; kill -l: their names. -PID: a process group. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct { const char *name; int number; } names[] = {
    { "HUP", SIGHUP },   { "INT", SIGINT },   { "QUIT", SIGQUIT }, { "ILL", SIGILL },
    { "TRAP", SIGTRAP }, { "ABRT", SIGABRT }, { "BUS", SIGBUS },   { "FPE", SIGFPE },
    { "KILL", SIGKILL }, { "USR1", SIGUSR1 }, { "SEGV", SIGSEGV }, { "USR2", SIGUSR2 },
    { "PIPE", SIGPIPE }, { "ALRM", SIGALRM }, { "TERM", SIGTERM }, { "CHLD", SIGCHLD },
    { "CONT", SIGCONT }, { "STOP", SIGSTOP }, { "TSTP", SIGTSTP }, { "TTIN", SIGTTIN },
    { "TTOU", SIGTTOU }, { "URG", SIGURG },   { "XCPU", SIGXCPU }, { "XFSZ", SIGXFSZ },
    { "VTALRM", SIGVTALRM }, { "PROF", SIGPROF }, { "WINCH", SIGWINCH },
};
enum { NAMES = sizeof names / sizeof *names };

/* A whole number, all of the text. */
static int number(const char *text, long *n)
{
    char *end;

    *n = strtol(text, &end, 10);
    return end != text && !*end;
}

static int signal_number(const char *text, long *n)
{
    for (size_t i = 0; i < NAMES; i++)
        if (!strcmp(text + (strncmp(text, "SIG", 3) ? 0 : 3), names[i].name)) {
            *n = names[i].number;
            return 1;
        }
    return number(text, n) && *n >= 0;
}

static int list(void)
{
    for (size_t i = 0; i < NAMES; i++)
        printf("%2d %-8s%s", names[i].number, names[i].name, i % 6 == 5 || i == NAMES - 1 ? "\n" : "");
    return 0;
}

int main(int argc, char **argv)
{
    int first = 1, bad = 0, known = 1;
    long sig = SIGTERM, pid;

    if (argc == 2 && !strcmp(argv[1], "-l"))
        return list();
    if (argc > 2 && !strcmp(argv[1], "-s")) {
        known = signal_number(argv[2], &sig);
        first = 3;
    } else if (argc > 1 && argv[1][0] == '-' && strcmp(argv[1], "--"))
        known = signal_number(argv[first++] + 1, &sig);
    if (first < argc && !strcmp(argv[first], "--"))
        first++;
    if (!known || first >= argc) {
        fputs("usage: kill [-SIGNAL | -s SIGNAL] PID...; kill -l\n", stderr);
        return 2;
    }
    for (int i = first; i < argc; i++)
        if (!number(argv[i], &pid)) {
            fprintf(stderr, "kill: %s is no number\n", argv[i]);
            bad = 1;
        } else if (kill((pid_t)pid, (int)sig)) {
            perror(argv[i]);
            bad = 1;
        }
    return bad;
}
