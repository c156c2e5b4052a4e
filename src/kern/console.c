/* console.c - what a program of the workload reads and prints; its children share it.
 *
 * Output goes into a ring and is announced at once (EV_OUTPUT): a subscriber takes it out
 * before the next piece comes. If nobody does, the oldest is lost.
 */
#include <kern/terminal.h>
#include <kern/virtual.h>

#include <sim/check.h>

struct console *consoles_layout(struct arena *a, uint32_t n)
{
    return arena_array(a, struct console, n);
}

void console_init(struct programs *ps, uint32_t console, const struct program_config *pc)
{
    struct console *con = &ps->console[console];

    memset(con, 0, sizeof *con);
    con->source = pc;
    con->closed = pc->stdin_closed;
    con->wait = WAITQ_EMPTY;
    con->polled_until = -1;
    terminal_init(con);
}

static size_t file_left(const struct console *con)
{
    return con->source->stdin_data ? con->source->stdin_size - con->consumed : 0;
}

static uint32_t bytes_ready(const struct console *con)
{
    size_t left = file_left(con);

    return (left < INT32_MAX ? (uint32_t)left : INT32_MAX) +
           (is_terminal(con) ? terminal_ready(con) : con->in_n);
}

static bool at_end(const struct console *con)
{
    return con->closed && !bytes_ready(con);
}

/* --- reading --- */

/* The next bytes that lie together. */
static const uint8_t *next_run(const struct console *con, uint32_t *n)
{
    size_t left = file_left(con);

    if (left) {
        if (*n > left)
            *n = (uint32_t)left;
        return con->source->stdin_data + con->consumed;
    }
    if (*n > con->in_n)
        *n = con->in_n;
    if (*n > CONSOLE_IN - con->in_head)
        *n = CONSOLE_IN - con->in_head;
    return con->in + con->in_head;
}

static void consume(struct console *con, uint32_t n)
{
    if (file_left(con)) {
        con->consumed += n;
        return;
    }
    CHECK(n <= con->in_n);
    con->in_head = (con->in_head + n) % CONSOLE_IN;
    con->in_n -= n;
}

/* A typed line is read alone, as from a terminal in canonical mode; text that the
 * workload gives is read as from a file. */
static int32_t console_read(struct sysc *c, const struct gfile *f, uint32_t va, uint32_t n)
{
    struct console *con = &c->ps->console[f->object];
    uint32_t *done = &c->r->u.io.done;

    if (is_terminal(con) && !file_left(con))
        return terminal_read(c, con, f, va, n);
    if (!n || (at_end(con) && !*done))
        return 0;
    if (!bytes_ready(con) && !*done) {
        if (f->flags & G_O_NONBLOCK)
            return -G_EAGAIN;
        if (signal_waits(c->ps, c->t))
            return SYS_RESTART;
        return sysc_wait(c, WAIT_TTY, UINT32_MAX, &con->wait, NS_MAX);
    }
    if (!*done && !user_may(c, va, n < bytes_ready(con) ? n : bytes_ready(con),
                          ACCESS_STORE))
        return -G_EFAULT;
    while (*done < n && bytes_ready(con)) {
        uint32_t len = n - *done;
        const uint8_t *from = next_run(con, &len);
        uint8_t *to;
        int32_t err = user_span(c, va + *done, ACCESS_STORE, &to, &len);

        if (err)
            return *done && err != SYS_WAIT ? (int32_t)*done : err;
        memcpy(to, from, len);
        consume(con, len);
        *done += len;
        request_sent(c->r);
    }
    return (int32_t)*done;
}

/* The byte that is `at` bytes ahead. */
static uint8_t byte_ahead(const struct console *con, uint32_t at)
{
    size_t left = file_left(con);

    return at < left ? con->source->stdin_data[con->consumed + at]
                     : con->in[(con->in_head + (at - left)) % CONSOLE_IN];
}

int32_t console_line(struct sysc *c, uint8_t *to, uint32_t size, uint32_t *n)
{
    struct console *con = &c->ps->console[proc_console(c->p)];
    uint32_t ready = bytes_ready(con), len = 0;
    bool whole = false;

    while (!whole && len < ready && len < size) {
        to[len] = byte_ahead(con, len);
        whole = to[len++] == '\n';
    }
    if (!whole && len < size && !con->closed) {
        if (signal_waits(c->ps, c->t))
            return SYS_RESTART;
        return sysc_wait(c, WAIT_TTY, UINT32_MAX, &con->wait, NS_MAX);
    }
    for (uint32_t left = len, run = len; left; left -= run, run = left) {
        (void)next_run(con, &run);
        consume(con, run);
    }
    *n = len;
    return 0;
}

/* Does somebody at this terminal wait for a signal? Its keys and its window may bring one. */
static bool awaits_signal(const struct kern *k, uint32_t console)
{
    for (tid_t t = 0; t < k->ntasks; t++) {
        const struct task *task = &k->task[t];

        if (task->state != TASK_SLEEPING || task->cause != WAIT_SIGNAL)
            continue;
        const struct proc *p = proc_of_task(k, t);

        if (p && !proc_stopped(p) && proc_console(p) == console)
            return true;
    }
    return false;
}

bool programs_await_input(const struct kern *k)
{
    const struct programs *ps = k->programs;

    if (!ps)
        return false;
    for (uint32_t i = 0; i < ps->nborn; i++) {
        const struct console *con = &ps->console[i];

        if (!con->closed &&
            (con->wait.first != TID_NONE || (is_terminal(con) && awaits_signal(k, i))))
            return true;
    }
    return false;
}

bool programs_poll_input(const struct kern *k)
{
    const struct programs *ps = k->programs;

    for (uint32_t i = 0; i < ps->nborn; i++)
        if (!ps->console[i].closed && !ps->console[i].in_n &&
            ps->console[i].polled_until >= k->engine->now)
            return true;
    return false;
}

void console_polled(struct sysc *c, uint32_t console, ns_t until)
{
    struct console *con = &c->ps->console[console];

    con->polled_until = until > con->polled_until ? until : con->polled_until;
}

/* The console of the first task of a process that has arrived. */
static struct console *console_of(const struct kern *k, uint32_t process)
{
    const struct process_config *pc = &k->config->processes[process];
    const struct task *t = &k->task[pc->first];

    if (!k->programs || process >= k->config->nprocesses || !pc->program ||
        !has_process(k, pc->first))
        return NULL;
    return &k->programs->console[t->own];
}

size_t programs_input_room(const struct kern *k, uint32_t process)
{
    const struct console *con = process < k->config->nprocesses ? console_of(k, process) : NULL;

    if (!con || con->closed)
        return 0;
    /* A terminal has an answer to any key, if only a beep. */
    return is_terminal(con) ? CONSOLE_IN : CONSOLE_IN - con->in_n;
}

static void type_keys(struct kern *k, struct console *con, tid_t first, const uint8_t *key, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        terminal_key(k, con, first, key[i]);
        if (con->terminal.echoed)
            kern_say(k, EV_OUTPUT, HART_NONE, first, 1, con->terminal.echoed);
    }
    if (!n)
        con->terminal.edit = 0; /* nobody will end that line */
}

bool programs_input(struct kern *k, uint32_t process, const void *bytes, size_t n)
{
    struct console *con = process < k->config->nprocesses ? console_of(k, process) : NULL;
    tid_t first = con ? k->config->processes[process].first : TID_NONE;
    const uint8_t *from = bytes;

    if (!con || con->closed || n > programs_input_room(k, process))
        return false;
    if (!n)
        con->closed = true;
    kern_say(k, EV_INPUT, HART_NONE, first, (int64_t)n, 0);
    if (is_terminal(con)) {
        type_keys(k, con, first, from, n);
        if (n)
            return true;
    }
    for (size_t i = 0; i < n; i++)
        con->in[(con->in_head + con->in_n + i) % CONSOLE_IN] = from[i];
    con->in_n += (uint32_t)n;
    waitq_wake(k, &con->wait);
    return true;
}

bool programs_resize(struct kern *k, uint32_t process, uint16_t height, uint16_t width)
{
    struct console *con = process < k->config->nprocesses ? console_of(k, process) : NULL;

    if (!con || !is_terminal(con))
        return false;
    terminal_resize(k, con, k->config->processes[process].first,
                    (struct gabi_winsize){ .row = height, .col = width });
    return true;
}

/* --- writing --- */

void console_show(struct console *con, const uint8_t *bytes, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        con->out[(con->out_head + con->out_n) % CONSOLE_OUT] = bytes[i];
        if (con->out_n < CONSOLE_OUT)
            con->out_n++;
        else
            con->out_head = (con->out_head + 1) % CONSOLE_OUT;
    }
}

/* One request of the device, however many bytes. */
static void print_out(struct sysc *c, struct console *con, uint32_t stream, const uint8_t *bytes,
                    uint32_t n)
{
    if (is_terminal(con))
        terminal_print(con, bytes, n);
    else
        console_show(con, bytes, n);
    kern_say(c->k, EV_OUTPUT, c->hart, c->r->tid, stream, n);
    kern_exit(c->k, c->hart, EXIT_IO);
}

/* What is said at once is said together: the writer's pages are looked at first. */
static int32_t console_write(struct sysc *c, const struct gfile *f, uint32_t va, uint32_t n)
{
    struct console *con = &c->ps->console[f->object];
    uint32_t *done = &c->r->u.io.done;
    uint8_t bytes[2048];

    while (*done < n) {
        uint32_t len = n - *done < sizeof bytes ? n - *done : (uint32_t)sizeof bytes;
        int32_t err = copy_in(c, bytes, va + *done, len);

        if (err)
            return *done && err != SYS_WAIT ? (int32_t)*done : err;
        print_out(c, con, f->stream, bytes, len);
        *done += len;
        request_sent(c->r);
    }
    return (int32_t)n;
}

void console_print(struct sysc *c, uint32_t stream, const void *bytes, uint32_t n)
{
    print_out(c, &c->ps->console[proc_console(c->p)], stream, bytes, n);
}

static uint32_t console_ready(const struct programs *ps, const struct gfile *f)
{
    return bytes_ready(&ps->console[f->object]);
}

static unsigned poll_in(const struct programs *ps, const struct gfile *f)
{
    const struct console *con = &ps->console[f->object];

    return bytes_ready(con) || at_end(con) ? G_POLLIN : 0;
}

static unsigned poll_out(const struct programs *ps, const struct gfile *f)
{
    (void)ps, (void)f;
    return G_POLLOUT;
}

const struct file_ops console_in = {
    .service = SERVICE_TTY, .mode = G_S_IFCHR | 0620, .read = console_read,
    .ready = console_ready, .poll = poll_in, .control = terminal_control,
};
const struct file_ops console_out = {
    .service = SERVICE_TTY, .mode = G_S_IFCHR | 0620, .write = console_write,
    .poll = poll_out, .control = terminal_control,
};

void console_standard(uint32_t console, struct gfile standard[3])
{
    standard[0] = (struct gfile){ .ops = &console_in, .object = console };
    for (uint8_t fd = 1; fd <= 2; fd++)
        standard[fd] = (struct gfile){ .ops = &console_out, .stream = fd,
                                       .flags = G_O_WRONLY, .object = console };
}

size_t programs_output(struct kern *k, tid_t tid, void *buf, size_t size)
{
    uint8_t *to = buf;
    const struct proc *p = tid < k->max_tasks ? proc_of_task(k, tid) : NULL;
    struct console *con;
    size_t n = 0;

    if (!p)
        return 0;
    /* The process may have ended: its slot still says which console it had. */
    con = &k->programs->console[proc_console(p)];
    while (n < size && con->out_n) {
        to[n++] = con->out[con->out_head];
        con->out_head = (con->out_head + 1) % CONSOLE_OUT;
        con->out_n--;
    }
    return n;
}
