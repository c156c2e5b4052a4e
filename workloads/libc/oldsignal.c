/* oldsignal.c - signals as System V and BSD had them before POSIX, sets as GNU has them. */
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int change(int how, int sig)
{
    sigset_t set;

    sigemptyset(&set);
    return sigaddset(&set, sig) < 0 ? -1 : sigprocmask(how, &set, NULL);
}

int sighold(int sig) { return change(SIG_BLOCK, sig); }
int sigrelse(int sig) { return change(SIG_UNBLOCK, sig); }

int sigignore(int sig)
{
    struct sigaction act = { .sa_handler = SIG_IGN };

    return sigaction(sig, &act, NULL);
}

int sigpause(int sig)
{
    sigset_t set;

    sigprocmask(SIG_BLOCK, NULL, &set);
    return sigdelset(&set, sig) < 0 ? -1 : sigsuspend(&set);
}

void (*sigset(int sig, void (*handler)(int)))(int)
{
    struct sigaction act = { .sa_handler = handler }, old;
    sigset_t set;

    if (sigprocmask(SIG_BLOCK, NULL, &set) < 0 || sigaction(sig, handler == SIG_HOLD ? NULL : &act, &old) < 0)
        return SIG_ERR;
    change(handler == SIG_HOLD ? SIG_BLOCK : SIG_UNBLOCK, sig);
    return sigismember(&set, sig) ? SIG_HOLD : old.sa_handler;
}

/* BSD's masks are words. */
static int set_word(int how, int mask)
{
    sigset_t set = { { (uint32_t)mask, 0 } }, old;

    sigprocmask(how, &set, &old);
    return (int)old.bits[0];
}

int sigblock(int mask) { return set_word(SIG_BLOCK, mask); }
int sigsetmask(int mask) { return set_word(SIG_SETMASK, mask); }
int siggetmask(void) { return sigblock(0); }

/* ---- sets ---- */

int sigisemptyset(const sigset_t *set) { return !(set->bits[0] | set->bits[1]); }

int sigandset(sigset_t *to, const sigset_t *a, const sigset_t *b)
{
    *to = (sigset_t){ { a->bits[0] & b->bits[0], a->bits[1] & b->bits[1] } };
    return 0;
}

int sigorset(sigset_t *to, const sigset_t *a, const sigset_t *b)
{
    *to = (sigset_t){ { a->bits[0] | b->bits[0], a->bits[1] | b->bits[1] } };
    return 0;
}

/* ---- names ---- */

const char *sigabbrev_np(int sig)
{
    static const char names[][7] = {
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
        "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU",
        "XFSZ", "VTALRM", "PROF", "WINCH", "POLL", "PWR", "SYS",
    };

    return sig > 0 && sig < (int)(sizeof names / sizeof *names) ? names[sig] : NULL;
}

const char *sigdescr_np(int sig) { return sigabbrev_np(sig) ? strsignal(sig) : NULL; }

void psiginfo(const siginfo_t *info, const char *what)
{
    fprintf(stderr, "%s%s%s (from %d)\n", what && *what ? what : "", what && *what ? ": " : "",
            strsignal(info->si_signo), info->si_pid);
}
