/* console.c - see console.h */
#include <cmd/console.h>

#include <cmd/typist.h>
#include <host/stop.h>
#include <host/terminal.h>
#include <machine/peek.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

struct session {
    struct machine *machine;
    struct typist typist;
    uint32_t standby;           /* which policy the next key brings */
    tid_t first;                /* the process's own task */
    bool ended;                 /* ...has */
};

/* --- whose console --- */

static bool is_program(const struct process_config *p)
{
    return p->program && p->count == 1;
}

static bool refuse(const struct process_config *p, const char *path)
{
    fprintf(stderr, "%s: error: --console %s: this process %s\n", path, p->name,
            p->program ? "has several copies, and a terminal is one console"
                       : "runs no program, so it has no console");
    return false;
}

static bool nobody(const struct config *c, const char *path, const char *name)
{
    if (*name)
        fprintf(stderr, "%s: error: --console %s: there is no process of this name\n", path, name);
    else
        fprintf(stderr, "%s: error: --console: no process of this workload runs a program%s\n",
                path, c->vm ? " (guests' processes have none here)" : "");
    return false;
}

bool console_choose(const struct config *c, const char *path, const char *name,
                    uint32_t *process)
{
    uint32_t found = c->nprocesses;

    for (uint32_t i = 0; i < c->nprocesses; i++) {
        const struct process_config *p = &c->processes[i];

        if (*name && !strcmp(p->name, name)) {
            *process = i;
            return is_program(p) || refuse(p, path);
        }
        if (!*name && is_program(p) &&
            (found == c->nprocesses ||
             (!p->program->stdin_closed && c->processes[found].program->stdin_closed)))
            found = i;
    }
    *process = found;
    return found < c->nprocesses || nobody(c, path, name);
}

void console_take(struct config *c, uint32_t process)
{
    struct program_config *p = c->processes[process].program;
    struct winsize size;

    p->stdin_data = NULL;
    p->stdin_size = 0;
    p->stdin_closed = false;
    p->terminal = typist_has_terminal();
    if (p->terminal && !ioctl(STDIN_FILENO, TIOCGWINSZ, &size) && size.ws_row && size.ws_col) {
        p->height = size.ws_row;
        p->width = size.ws_col;
    }
}

/* --- the terminal --- */

static struct termios before;
static bool raw;

static bool make_raw(void)
{
    struct termios t;

    if (tcgetattr(STDIN_FILENO, &before))
        return false;
    t = before;
    cfmakeraw(&t);
    terminal_hold(STDIN_FILENO, &before, "", 0);
    raw = !tcsetattr(STDIN_FILENO, TCSANOW, &t);
    return raw;
}

static void restore(void)
{
    if (!raw)
        return;
    raw = false;
    tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
    terminal_let_go();
}

/* --- the session --- */

static void next_policy(void *session)
{
    struct session *s = session;
    const struct config *c = machine_config(s->machine);

    if (!c->nstandby)
        return;
    s->standby = (s->standby + 1) % c->nstandby;
    machine_switch_policy(s->machine, s->standby);
    fprintf(stderr, "\r\n[scheduler: %s]\r\n", c->standby[s->standby].spec);
}

/* The process ends; or it is started anew, at a boot, and has the console again. */
static void on_process(void *session, const struct event *e)
{
    struct session *s = session;
    const struct config *c = machine_config(s->machine);

    if (e->kind == EV_EXIT) {
        s->ended |= e->tid == s->first;
    } else if (e->tid < c->ntasks && c->processes[e->a].program ==
                                         c->processes[s->typist.process].program) {
        s->typist.process = (uint32_t)e->a;
        s->first = e->tid;
        s->ended = false;
    }
}

/* --- the window --- */

static volatile sig_atomic_t resized;

static void on_resize(int signo)
{
    (void)signo;
    resized = true;
}

/* The shell inside learns of it as one outside would. */
static void resize(struct session *s)
{
    struct winsize size;

    resized = false;
    if (!ioctl(STDIN_FILENO, TIOCGWINSZ, &size) && size.ws_row && size.ws_col)
        machine_resize(s->machine, s->typist.process, size.ws_row, size.ws_col);
}

static void converse(struct session *s, const bool *lost)
{
    struct typist *t = &s->typist;

    while (!t->left && !stop_asked() && !*lost &&
           !((t->over || s->ended) && machine_needs_input(s->machine))) {
        if (resized)
            resize(s);
        if (!typist_turn(t, s->ended))
            break;
    }
}

bool console_run(struct machine *m, uint32_t process, const bool *lost)
{
    struct sigaction ignore = { .sa_handler = SIG_IGN }, pipe, stop;
    struct sigaction window = { .sa_handler = on_resize }, window_before;
    struct session s = { .machine = m, .first = machine_config(m)->processes[process].first };

    s.typist = (struct typist){ .machine = m, .process = process, .next = next_policy, .ctx = &s,
                                .called = &resized, .terminal = typist_has_terminal() };
    stream_subscribe(machine_stream(m), EVENT_BIT(EV_EXIT) | EVENT_BIT(EV_ARRIVE),
                     on_process, &s);
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGPIPE, &ignore, &pipe);
    sigaction(SIGTSTP, &ignore, &stop);
    sigemptyset(&window.sa_mask);
    if (s.typist.terminal)
        sigaction(SIGWINCH, &window, &window_before);
    if (s.typist.terminal && (s.typist.raw = make_raw()))
        fputs("[Ctrl-] leaves, Ctrl-^ brings the next scheduler]\r\n", stderr);
    converse(&s, lost);
    restore();
    sigaction(SIGPIPE, &pipe, NULL);
    sigaction(SIGTSTP, &stop, NULL);
    if (s.typist.terminal)
        sigaction(SIGWINCH, &window_before, NULL);
    if (s.typist.left)
        fputs("\n", stderr);
    return s.typist.left;
}
