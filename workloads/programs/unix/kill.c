/* kill.c - kill [-SIGNAL] PID...: a number, or KILL, TERM, STOP, CONT, INT, HUP, USR1, USR2 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct { const char *name; int number; } names[] = {
    { "KILL", SIGKILL }, { "TERM", SIGTERM }, { "STOP", SIGSTOP }, { "CONT", SIGCONT },
    { "INT", SIGINT },   { "HUP", SIGHUP },   { "USR1", SIGUSR1 }, { "USR2", SIGUSR2 },
};

/* A whole number, all of the text; -1: it is none. */
static long number(const char *text)
{
    char *end;
    long n = strtol(text, &end, 10);

    return end == text || *end ? -1 : n;
}

static long signal_number(const char *text)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(text + (strncmp(text, "SIG", 3) ? 0 : 3), names[i].name))
            return names[i].number;
    return number(text);
}

int main(int argc, char **argv)
{
    int first = 1, bad = 0;
    long sig = SIGTERM;

    if (argc > 1 && argv[1][0] == '-')
        sig = signal_number(argv[first++] + 1);
    if (sig < 0 || first == argc) {
        fputs("usage: kill [-SIGNAL] PID...\n", stderr);
        return 2;
    }
    for (int i = first; i < argc; i++) {
        long pid = number(argv[i]);

        if (pid == -1 && strcmp(argv[i], "-1")) {
            fprintf(stderr, "kill: %s is no number\n", argv[i]);
            bad = 1;
        } else if (kill((pid_t)pid, (int)sig)) {
            perror(argv[i]);
            bad = 1;
        }
    }
    return bad;
}
