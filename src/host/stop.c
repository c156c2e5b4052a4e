/* stop.c - see stop.h */
#include <host/stop.h>

#include <host/litter.h>
#include <host/terminal.h>
#include <time.h>

volatile sig_atomic_t stop_signal;
static struct timespec first;

static void on_stop(int signo)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    if (!stop_signal) {
        first = now;
        stop_signal = signo;
    } else if (now.tv_sec - first.tv_sec > (now.tv_nsec < first.tv_nsec)) {
        litter_sweep();
        terminal_give_back();
        signal(signo, SIG_DFL);
        raise(signo);
    }
}

void stop_listen(void)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction now, act = { .sa_handler = on_stop };

    sigemptyset(&act.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (!sigaction(signals[i], NULL, &now) && now.sa_handler != SIG_IGN)
            sigaction(signals[i], &act, NULL);
}

bool stop_asked(void)
{
    return stop_signal != 0;
}
