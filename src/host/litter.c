/* litter.c - see litter.h */
#include <host/litter.h>

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SLOTS = 64, PATH_SIZE = 1008 };

struct slot {
    volatile pid_t owner;       /* 0: free */
    char path[PATH_SIZE];
};

static struct slot own[SLOTS];
static struct slot *slots = own;

bool litter_share(void)
{
    struct slot *shared = mmap(NULL, sizeof own, PROT_READ | PROT_WRITE,
                               MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (shared == MAP_FAILED)
        return false;
    memcpy(shared, slots, sizeof own);
    slots = shared;
    return true;
}

int litter_add(const char *path)
{
    size_t n = strlen(path);

    for (int i = 0; i < SLOTS && n < PATH_SIZE; i++) {
        pid_t none = 0;

        if (!__atomic_compare_exchange_n(&slots[i].owner, &none, -1, false,
                                         __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
            continue;
        memcpy(slots[i].path, path, n + 1);
        slots[i].owner = getpid();
        return i;
    }
    return -1;
}

void litter_done(int slot)
{
    if (slot >= 0)
        slots[slot].owner = 0;
}

static void remove_of(pid_t owner)
{
    for (int i = 0; i < SLOTS; i++)
        if (slots[i].owner > 0 && (!owner || slots[i].owner == owner)) {
            if (unlink(slots[i].path))
                rmdir(slots[i].path);
            slots[i].owner = 0;
        }
}

void litter_sweep(void)
{
    remove_of(getpid());
}

void litter_sweep_all(void)
{
    remove_of(0);
}

static void on_end(int signo)
{
    litter_sweep();
    signal(signo, SIG_DFL);
    raise(signo);
}

void litter_on_signals(void)
{
    static const int deadly[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction now, act = { .sa_handler = on_end, .sa_flags = (int)SA_RESETHAND };

    sigemptyset(&act.sa_mask);
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        if (!sigaction(deadly[i], NULL, &now) && now.sa_handler == SIG_DFL)
            sigaction(deadly[i], &act, NULL);
    signal(SIGXFSZ, SIG_IGN);
}
