/* terminal->c - see terminal.h */
#include <host/terminal.h>

#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const int deadly[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGQUIT,
                              SIGXCPU, SIGXFSZ };
enum { DEADLY = sizeof deadly / sizeof *deadly, UNDO = 512 };

static struct held {
    volatile sig_atomic_t held;
    int fd;
    struct termios before;
    char undo[UNDO];
    size_t n;
} own, *terminal = &own;

static bool ours[DEADLY];       /* the handler is this file's */
static _Alignas(16) char stack[32 << 10];

bool terminal_share(void)
{
    struct held *shared = mmap(NULL, sizeof own, PROT_READ | PROT_WRITE,
                               MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (shared == MAP_FAILED)
        return false;
    *shared = *terminal;
    terminal = shared;
    return true;
}

void terminal_give_back(void)
{
    if (!terminal->held)
        return;
    terminal->held = 0;
    ssize_t n = write(terminal->fd, terminal->undo, terminal->n);
    (void)n;
    tcsetattr(terminal->fd, TCSANOW, &terminal->before);
}

/* Then die of it, as without us. */
static void on_deadly(int signo)
{
    terminal_give_back();
    signal(signo, SIG_DFL);
    raise(signo);
}

/* The stack that overflowed is of no use to the handler; a guard of plug-ins may have
 * brought one of its own. */
static void give_stack(void)
{
    stack_t now, spare = { .ss_sp = stack, .ss_size = sizeof stack };

    if (!sigaltstack(NULL, &now) && now.ss_flags & SS_DISABLE)
        sigaltstack(&spare, NULL);
}

void terminal_hold(int fd, const struct termios *before, const char *undo, size_t n)
{
    struct sigaction now, act = { .sa_handler = on_deadly,
                                  .sa_flags = SA_ONSTACK | (int)SA_RESETHAND };

    terminal->fd = fd;
    terminal->before = *before;
    terminal->n = n < UNDO ? n : UNDO;
    memcpy(terminal->undo, undo, terminal->n);
    terminal->held = 1;
    give_stack();
    sigemptyset(&act.sa_mask);
    for (int i = 0; i < DEADLY; i++) {
        ours[i] = !sigaction(deadly[i], NULL, &now) && now.sa_handler == SIG_DFL;
        if (ours[i])
            sigaction(deadly[i], &act, NULL);
    }
}

void terminal_let_go(void)
{
    struct sigaction now;

    terminal->held = 0;
    for (int i = 0; i < DEADLY; i++)
        if (ours[i] && !sigaction(deadly[i], NULL, &now)
            && now.sa_handler == on_deadly)
            signal(deadly[i], SIG_DFL);
}
