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
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

enum { LIMIT_SECONDS = 10, LOOKS = 10, STACK_BYTES = 64 << 10 };

struct plugin_now plugin_now;

static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP };
enum { CRASHES = sizeof crashes / sizeof *crashes, STUCK = -1, TOO_LARGE = -2 };

static struct {
    sigjmp_buf home;
    volatile sig_atomic_t on;           /* home is valid */
    volatile sig_atomic_t cause;        /* a signal, STUCK or TOO_LARGE */
    const char *volatile op;            /* at the crash */
    const struct plugin *volatile whose;
    volatile size_t bytes;              /* TOO_LARGE: what it asked for */
    unsigned seen_calls, seen_times;    /* the watchdog's memory */
    bool installed;
    _Alignas(16) char stack[STACK_BYTES];
} guard;

static _Noreturn void leave(int cause)
{
    guard.cause = cause;
    guard.op = plugin_now.op;
    guard.whose = plugin_now.whose;
    guard.on = 0;
    plugin_now.op = NULL;
    siglongjmp(guard.home, 1);
}

static void say(const char *text)
{
    ssize_t n = write(STDERR_FILENO, text, strlen(text));

    (void)n;
}

static const char *name_of(const struct plugin *p)
{
    return p ? plugin_ops(p)->name : "?";
}

static void on_crash(int signo)
{
    if (guard.on)
        leave(signo);
    terminal_give_back();
    say("ossim: crashed after a plug-in ran: policy ");
    say(name_of(plugin_now.whose));
    say(" may have written outside its memory\n");
    _exit(1);
}

static void on_look(int signo)
{
    (void)signo;
    if (!guard.on || !plugin_now.op || plugin_now.calls != guard.seen_calls) {
        guard.seen_calls = plugin_now.calls;
        guard.seen_times = 0;
    } else if (++guard.seen_times >= LOOKS) {
        leave(STUCK);
    }
}

/* A plug-in that calls exit() would end ossim as if all were well. */
static void on_exit_in_op(void)
{
    if (!plugin_now.op)
        return;
    terminal_give_back();
    say("ossim: policy ");
    say(name_of(plugin_now.whose));
    say(" called exit() in ");
    say(plugin_now.op);
    say("\n");
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
    if (!guard.installed)
        atexit(on_exit_in_op);
    guard.installed = true;
}

/* Someone who single-steps through a plug-in takes longer than any limit. */
static bool debugged(void)
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

unsigned plugin_time_limit(void)
{
    static int traced = -1;             /* reading it each time would cost more */
    const char *text = getenv("OSSIM_PLUGIN_SECONDS");
    long seconds = text && *text ? strtol(text, NULL, 10) : LIMIT_SECONDS;

    if (traced < 0)
        traced = debugged();
    return traced || seconds < 0 || seconds > 86400 ? 0 : (unsigned)seconds;
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

static void describe(struct plugin_crash *c)
{
    const char *op = guard.op ? guard.op : "", *in = *op ? " in " : "";
    int signo = guard.cause;

    memset(c, 0, sizeof *c);
    snprintf(c->policy, sizeof c->policy, "%s", name_of(guard.whose));
    snprintf(c->op, sizeof c->op, "%s", op);
    if (signo == STUCK) {
        snprintf(c->text, sizeof c->text, "policy %s did not return for %u s%s%s",
                 c->policy, plugin_time_limit(), in, op);
    } else if (signo == TOO_LARGE) {
        snprintf(c->text, sizeof c->text, "policy %s asked for %zu bytes%s%s", c->policy,
                 guard.bytes, in, op);
    } else {
        const char *abbrev = sigabbrev_np(signo);

        c->signal = signo;
        snprintf(c->text, sizeof c->text, "policy %s crashed (SIG%s)%s%s", c->policy,
                 abbrev ? abbrev : "?", *op ? in : " or broke ossim's memory ",
                 *op ? op : "between two ops");
    }
}

void plugin_check_size(const struct plugin *p, const char *op, size_t size, size_t limit)
{
    if (size <= limit || !guard.on)
        return;
    plugin_now.whose = p;
    plugin_now.op = op;
    guard.bytes = size;
    leave(TOO_LARGE);
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
        describe(crash);
        return false;
    }
    guard.on = 1;
    watch_time(true);
    run(ctx);
    watch_time(false);
    guard.on = 0;
    return true;
}
