/* plugin_watch.c - see plugin_watch.h
 *
 * Up to three processes stand in a row: the first waits while plug-ins are loaded, the
 * second while one runs, the third does the work. All share one page with what the plug-in
 * is at. A process that stays in one op for too long is killed, whatever it did to its
 * own timers; by then the guard within has had its time.
 */
#include <host/plugin_watch.h>

#include <host/litter.h>
#include <host/plugin_guard.h>
#include <host/plugin_page.h>
#include <host/terminal.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOOK_MS = 100, SLACK_LOOKS = 10, LOADING_FAILED = 2, RUN_FAILED = 1 };

static int depth;               /* of processes above that wait for us */
static volatile pid_t child;

/* --- the process that waits --- */

/* What comes from the terminal reaches all of us; what is sent to one is passed on. */
static void pass_on(int signo, siginfo_t *info, void *context)
{
    (void)context;
    if (child > 0 && info->si_code <= 0)
        kill(child, signo);
}

static void pass_signals_on(void)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction act = { .sa_sigaction = pass_on, .sa_flags = SA_SIGINFO | SA_RESTART },
                     now;

    sigemptyset(&act.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (!sigaction(signals[i], NULL, &now) && now.sa_handler != SIG_IGN)
            sigaction(signals[i], &act, NULL);
}

/* Has it been in the same call since the last look? A process further down has its own
 * watch, and only the innermost one judges. */
static bool hangs(unsigned *calls, unsigned *looks)
{
    const struct plugin_now *now = plugin_now;
    unsigned limit = plugin_time_limit() * (1000 / LOOK_MS);

    if (!limit || !now->op || now->calls != *calls || plugin_page->waiter != depth) {
        *calls = now->calls;
        *looks = 0;
    }
    return ++*looks > limit + SLACK_LOOKS && limit;
}

int plugin_wait(int pid, bool *killed)
{
    const struct timespec look = { .tv_nsec = LOOK_MS * 1000000L };
    unsigned calls = plugin_now->calls, looks = 0;
    sigset_t chld, before;
    int status = -1;
    pid_t got;

    *killed = false;
    plugin_page->waiter = depth;
    signal(SIGCHLD, SIG_DFL);
    sigemptyset(&chld);
    sigaddset(&chld, SIGCHLD);
    sigprocmask(SIG_BLOCK, &chld, &before);
    while ((got = waitpid(pid, &status, WNOHANG)) == 0 || (got < 0 && errno == EINTR)) {
        if (hangs(&calls, &looks) && !*killed) {
            *killed = true;
            kill(pid, SIGKILL);
        }
        sigtimedwait(&chld, NULL, &look);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    plugin_page->waiter = depth - 1;
    return status;
}

void plugin_died(int status, bool killed, struct plugin_crash *c)
{
    const struct plugin_page *p = plugin_page;
    const char *op = p->now.op;
    int signo = killed ? PLUGIN_STUCK : WIFSIGNALED(status) ? WTERMSIG(status) : 0;

    if (signo) {
        plugin_describe(c, p->now.policy, op, signo, 0);
        return;
    }
    plugin_describe(c, p->now.policy, op, PLUGIN_STUCK, 0);
    if (p->exit_called)
        snprintf(c->text, sizeof c->text, "policy %s called exit()%s%s", c->policy,
                 op ? " in " : "", c->op);
    else
        snprintf(c->text, sizeof c->text, "policy %s ended the process (status %d)%s%s",
                 c->policy, WIFEXITED(status) ? WEXITSTATUS(status) : -1,
                 op ? " in " : "", c->op);
}

/* --- making a child --- */

/* 0: we are it. -1: there is none. */
static pid_t go_on_as_child(void)
{
    pid_t parent = getpid(), pid;

    fflush(NULL);                       /* or it would be said twice */
    pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(RUN_FAILED);
        depth++;
    }
    return pid;
}

static int wait_for(pid_t pid, bool *killed)
{
    child = pid;
    pass_signals_on();
    int status = plugin_wait(pid, killed);
    child = 0;
    return status;
}

/* Processes that a plug-in made and left behind have us as their parent now. */
static void end_strays(void)
{
    char path[64];
    FILE *f;
    int pid;

    snprintf(path, sizeof path, "/proc/self/task/%ld/children", (long)getpid());
    f = fopen(path, "re");
    while (f && fscanf(f, "%d", &pid) == 1)
        kill(pid, SIGKILL);
    if (f)
        fclose(f);
}

static void say_loading(int status, bool killed)
{
    const struct plugin_page *p = plugin_page;
    const char *during = p->now.op ? p->now.op : "while it was loaded";

    if (killed)
        fprintf(stderr, "%s: error: the plug-in did not return for %u s %s\n", p->loading,
                plugin_time_limit(), during);
    else if (WIFSIGNALED(status))
        fprintf(stderr, "%s: error: the plug-in crashed (SIG%s) %s\n", p->loading,
                sigabbrev_np(WTERMSIG(status)), during);
    else
        fprintf(stderr, "%s: error: the plug-in ended the process (status %d) %s\n",
                p->loading, WEXITSTATUS(status), during);
}

static void say_died(int status, bool killed, const char *when)
{
    struct plugin_crash c;

    plugin_died(status, killed, &c);
    fprintf(stderr, "%s: error: %s%s\n",
            plugin_page->subject[0] ? plugin_page->subject : "ossim", c.text, when);
}

static bool is_wish(int signo)
{
    return signo == SIGINT || signo == SIGTERM || signo == SIGHUP;
}

/* The child is gone, and its end is ours. */
static _Noreturn void end_as(int status, bool killed, const char *when)
{
    bool loading = plugin_page->loading[0] != '\0';
    bool died = killed || WIFSIGNALED(status) || loading || plugin_now->op;

    if (WIFSIGNALED(status) && !killed && !plugin_now->op && is_wish(WTERMSIG(status))) {
        litter_sweep_all();
        signal(WTERMSIG(status), SIG_DFL);
        raise(WTERMSIG(status));        /* as it would have been without us */
    }
    if (died) {
        terminal_give_back();
        litter_sweep_all();
    }
    if (loading)
        say_loading(status, killed);
    else if (died)
        say_died(status, killed, when);
    if (depth == 0)
        end_strays();
    _exit(loading ? LOADING_FAILED : died ? RUN_FAILED : WEXITSTATUS(status));
}

void plugin_watch(void)
{
    bool killed;
    pid_t pid;

    if (plugin_watched || plugin_debugged() || !litter_share() || !terminal_share() ||
        !plugin_page_fresh())
        return;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    pid = go_on_as_child();
    if (pid > 0) {
        int status = wait_for(pid, &killed);

        end_as(status, killed, "");
    }
    plugin_watched = pid == 0;
}

void plugin_watch_subject(const char *path)
{
    snprintf(plugin_page->subject, sizeof plugin_page->subject, "%.255s", path);
}

static bool call(void (*run)(void *ctx), void *ctx, bool guarded, struct plugin_crash *crash)
{
    if (guarded)
        return plugin_guard_run(run, ctx, crash);
    run(ctx);
    return true;
}

bool plugin_watch_run(void (*run)(void *ctx), void *ctx, bool guarded,
                      struct plugin_crash *crash)
{
    bool killed, good;

    if (!plugin_any() || !plugin_watched)
        return call(run, ctx, guarded, crash);
    plugin_page->running = 1;
    pid_t pid = go_on_as_child();
    if (pid <= 0) {
        good = call(run, ctx, guarded, crash);
        plugin_page->running = 0;
        return good;
    }
    int status = wait_for(pid, &killed);
    if (!plugin_page->running)
        end_as(status, killed, " while the results were written");
    plugin_page->running = 0;
    terminal_give_back();
    plugin_died(status, killed, crash);
    plugin_now->op = NULL;
    return false;
}
