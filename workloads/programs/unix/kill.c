/* kill.c - kill [-SIGNAL] PID... (a number) */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    int sig = SIGTERM, bad = 0;

    for (int i = 1; i < argc; i++)
        if (argv[i][0] == '-')
            sig = atoi(argv[i] + 1);
        else if (kill(atoi(argv[i]), sig)) {
            perror(argv[i]);
            bad = 1;
        }
    return bad;
}
