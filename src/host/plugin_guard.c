/* plugin_guard.c - crashes and endless loops of plug-ins. See plugin.h.
 *
 * While a guarded run is on, the signals that a crash raises have a handler on a
 * stack of its own (the usual one may be what overflowed), and a timer looks ten
 * times within the limit whether it is still the same call of an op. Both leave by
 * siglongjmp. That abandons the machine in mid-step, which is why the guard
 * promises nothing about it.
 */
#include <host/plugin_guard.h>

#include <host/terminal.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

enum { LIMIT_SECONDS = 10, LOOKS = 10, STACK_BYTES = 64 << 10 };

bool plugin_watched;

static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP };
enum { CRASHES = sizeof crashes / sizeof *crashes, CHECK_TEXT = 96 };

static struct {
    sigjmp_buf home;
    volatile sig_atomic_t on;           /* home is valid */
    volatile sig_atomic_t cause;        /* a signal, or PLUGIN_* */
    const char *volatile op;            /* at the crash */
    const char *volatile policy;
    volatile size_t bytes;              /* PLUGIN_TOO_LARGE: what it asked for */
    char check[CHECK_TEXT];             /* PLUGIN_CHECK: which */
    unsigned seen_calls, seen_times;    /* the watchdog's memory */
    bool installed;
    _Alignas(16) char stack[STACK_BYTES];
} guard;

static _Noreturn void leave(int cause)
{
    guard.cause = cause;
    guard.op = plugin_now->op;
    guard.policy = plugin_now->policy;
    guard.on = 0;
    plugin_now->op = NULL;
    siglongjmp(guard.home, 1);
}

static void say(const char *text)
{
    ssize_t n = write(STDERR_FILENO, text, strlen(text));

    (void)n;
}

static void die_of(int signo)
{
    sigset_t this;

    sigemptyset(&this);
    sigaddset(&this, signo);
    signal(signo, SIG_DFL);
    sigprocmask(SIG_UNBLOCK, &this, NULL);
    raise(signo);
}

static void on_crash(int signo)
{
    if (guard.on)
        leave(signo);
    if (plugin_page->running)           /* who watches has more to say of it */
        die_of(signo);
    terminal_give_back();
    say("ossim: crashed after a plug-in ran: policy ");
    say(plugin_now->policy ? plugin_now->policy : "?");
    say(" may have written outside its memory\n");
    _exit(1);
}

static void on_look(int signo)
{
    (void)signo;
    if (!guard.on || !plugin_now->op || plugin_now->calls != guard.seen_calls) {
        guard.seen_calls = plugin_now->calls;
        guard.seen_times = 0;
    } else if (++guard.seen_times >= LOOKS) {
        leave(PLUGIN_STUCK);
    }
}

/* A plug-in that calls exit() would end ossim as if all were well. */
static void on_exit_in_op(void)
{
    if (!plugin_now->op)
        return;
    plugin_page->exit_called = 1;
    if (plugin_watched)
        _exit(1);
    terminal_give_back();
    say("ossim: policy ");
    say(plugin_now->policy ? plugin_now->policy : "?");
    say(" called exit() in ");
    say(plugin_now->op);
    say("\n");
    _exit(1);
}

static bool op_forks;

/* The page is shared: by the time that the child looks, the parent may have left the op. */
static void before_fork(void)
{
    op_forks = plugin_now->op != NULL;
}

/* What an op forks would go on with the run, in memory and files that are ours. */
static void in_forked(void)
{
    if (op_forks)
        _exit(1);
}

static void install(void)
{
    stack_t stack = { .ss_sp = guard.stack, .ss_size = sizeof guard.stack };
    struct sigaction act = { .sa_handler = on_crash, .sa_flags = SA_ONSTACK };

    sigaltstack(&stack, NULL);
    sigemptyset(&act.sa_mask);
    for (int i = 0; i < CRASHES; i++)
        sigaction(crashes[i], &act, NULL);
    act.sa_handler = on_look;
    act.sa_flags = SA_ONSTACK | SA_RESTART;
    sigaction(SIGALRM, &act, NULL);
    if (!guard.installed) {
        atexit(on_exit_in_op);
        pthread_atfork(before_fork, NULL, in_forked);
    }
    guard.installed = true;
}

/* Someone who single-steps through a plug-in takes longer than any limit. */
static bool read_tracer(void)
{
    char line[128];
    int tracer = 0;
    FILE *f = fopen("/proc/self/status", "r");

    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "TracerPid: %d", &tracer) == 1)
            break;
    if (f)
        fclose(f);
    return tracer != 0;
}

bool plugin_debugged(void)
{
    static int traced = -1;             /* reading it each time would cost more */

    if (traced < 0)
        traced = read_tracer();
    return traced;
}

unsigned plugin_time_limit(void)
{
    const char *text = getenv("OSSIM_PLUGIN_SECONDS");
    long seconds = text && *text ? strtol(text, NULL, 10) : LIMIT_SECONDS;

    return plugin_debugged() || seconds < 0 || seconds > 86400 ? 0 : (unsigned)seconds;
}

static void watch_time(bool on)
{
    unsigned seconds = plugin_time_limit();
    struct itimerval it = { 0 };

    if (seconds == 0)
        return;
    if (on) {
        it.it_interval.tv_sec = seconds / LOOKS;
        it.it_interval.tv_usec = (suseconds_t)(seconds % LOOKS) * (1000000 / LOOKS);
        it.it_value = it.it_interval;
    }
    guard.seen_times = 0;
    setitimer(ITIMER_REAL, &it, NULL);
}

static bool is_crash(int signo)
{
    for (int i = 0; i < CRASHES; i++)
        if (crashes[i] == signo)
            return true;
    return false;
}

void plugin_describe(struct plugin_crash *c, const char *policy, const char *op, int signo,
                     size_t bytes)
{
    const char *in = op ? " in " : "", *abbrev = signo > 0 ? sigabbrev_np(signo) : NULL;

    memset(c, 0, sizeof *c);
    snprintf(c->policy, sizeof c->policy, "%s", policy ? policy : "?");
    snprintf(c->op, sizeof c->op, "%s", op ? op : "");
    c->signal = signo > 0 ? signo : 0;
    if (signo == PLUGIN_STUCK)
        snprintf(c->text, sizeof c->text, "policy %s did not return for %u s%s%s",
                 c->policy, plugin_time_limit(), in, c->op);
    else if (signo == PLUGIN_TOO_LARGE)
        snprintf(c->text, sizeof c->text, "policy %s asked for %zu bytes%s%s", c->policy,
                 bytes, in, c->op);
    else if (signo == PLUGIN_CHECK)
        snprintf(c->text, sizeof c->text, "policy %s broke ossim's memory (%s)", c->policy,
                 guard.check);
    else if (is_crash(signo))
        snprintf(c->text, sizeof c->text, "policy %s crashed (SIG%s)%s%s", c->policy,
                 abbrev ? abbrev : "?", op ? in : " or broke ossim's memory ",
                 op ? op : "between two ops");
    else
        snprintf(c->text, sizeof c->text, "policy %s was killed (SIG%s)%s%s", c->policy,
                 abbrev ? abbrev : "?", op ? in : " ", op ? op : "between two ops");
}

void plugin_check_failed(const char *what)
{
    if (!guard.on || !plugin_any())
        return;
    snprintf(guard.check, sizeof guard.check, "%s", what);
    leave(PLUGIN_CHECK);
}

void plugin_check_size(const struct plugin *p, const char *op, size_t size, size_t limit)
{
    if (size <= limit || !guard.on)
        return;
    plugin_now->policy = p->name;
    plugin_now->op = op;
    guard.bytes = size;
    leave(PLUGIN_TOO_LARGE);
}

bool plugin_guard_run(void (*run)(void *ctx), void *ctx, struct plugin_crash *crash)
{
    if (!plugin_any() || guard.on) {
        run(ctx);
        return true;
    }
    if (!guard.installed)
        install();
    if (sigsetjmp(guard.home, 1) != 0) {
        watch_time(false);
        plugin_describe(crash, guard.policy, guard.op, guard.cause, guard.bytes);
        return false;
    }
    guard.on = 1;
    watch_time(true);
    run(ctx);
    watch_time(false);
    guard.on = 0;
    return true;
}
