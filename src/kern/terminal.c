/* terminal.c - the line discipline of a console that is a terminal.
 *
 * POSIX, "General Terminal Interface"; numbers and defaults are Linux's. Lines are edited
 * here (erase, word, line), Ctrl-D ends what was typed, Ctrl-C, Ctrl-\ and Ctrl-Z are
 * signals to the foreground group.
 *
 * Differs from Linux: there is one session a console and no hang-up; no Ctrl-S, Ctrl-Q,
 * Ctrl-V, Ctrl-R; characters of several bytes are erased byte by byte on the screen as far
 * as they are UTF-8; TOSTOP is kept and does nothing.
 */
#include <kern/terminal.h>

#include <sim/check.h>

enum { TENTH_NS = 100000000, DEL = 0x7f };

void terminal_init(struct console *con)
{
    const struct program_config *pc = con->source;
    struct terminal *t = &con->terminal;

    t->mode = (struct gabi_termios){
        .iflag = G_ICRNL, .oflag = G_OPOST | G_ONLCR, .cflag = 0277,
        .lflag = G_ISIG | G_ICANON | G_ECHO | G_ECHOE | G_ECHOK | G_ECHOCTL | G_ECHOKE |
                 G_IEXTEN,
        .cc = { [G_VINTR] = 'C' & 31, [G_VQUIT] = '\\' & 31, [G_VERASE] = DEL,
                [G_VKILL] = 'U' & 31, [G_VEOF] = 'D' & 31, [G_VMIN] = 1,
                [G_VSTART] = 'Q' & 31, [G_VSTOP] = 'S' & 31, [G_VSUSP] = 'Z' & 31,
                [G_VREPRINT] = 'R' & 31, [G_VDISCARD] = 'O' & 31,
                [G_VWERASE] = 'W' & 31, [G_VLNEXT] = 'V' & 31 },
    };
    t->size = (struct gabi_winsize){ .row = pc->height, .col = pc->width };
}

static bool has(const struct console *con, uint32_t lflag)
{
    return con->terminal.mode.lflag & lflag;
}

static bool is_key(const struct console *con, unsigned which, uint8_t key)
{
    return key && con->terminal.mode.cc[which] == key;
}

/* --- out --- */

void terminal_print(struct console *con, const uint8_t *bytes, uint32_t n)
{
    uint32_t both = G_OPOST | G_ONLCR, from = 0;

    if ((con->terminal.mode.oflag & both) != both) {
        console_show(con, bytes, n);
        return;
    }
    for (uint32_t i = 0; i < n; i++)
        if (bytes[i] == '\n') {
            console_show(con, bytes + from, i - from);
            console_show(con, (const uint8_t *)"\r", 1);
            from = i;
        }
    console_show(con, bytes + from, n - from);
}

static void echo_bytes(struct console *con, const uint8_t *bytes, uint32_t n)
{
    terminal_print(con, bytes, n);
    con->terminal.echoed += n;
}

static void echo_text(struct console *con, const char *text)
{
    uint32_t n = 0;

    while (text[n])
        n++;
    echo_bytes(con, (const uint8_t *)text, n);
}

/* Control characters as ^C, but for those that move. */
static void echo(struct console *con, uint8_t key)
{
    uint8_t caret[2] = { '^', key ^ 0x40 };

    if (key == '\n' ? !has(con, G_ECHO) && !has(con, G_ECHONL) : !has(con, G_ECHO))
        return;
    if (has(con, G_ECHOCTL) && (key < ' ' || key == DEL) && key != '\t' && key != '\n')
        echo_bytes(con, caret, 2);
    else
        echo_bytes(con, &key, 1);
}

/* --- the ring of what was typed --- */

static uint32_t place(const struct console *con, uint32_t i)
{
    return (con->in_head + i) % CONSOLE_IN;
}

static bool ends_at(const struct console *con, uint32_t at)
{
    return con->terminal.ends[at / 8] >> at % 8 & 1;
}

static void append(struct console *con, uint8_t byte, bool end)
{
    uint32_t at = place(con, con->in_n);
    uint8_t bit = (uint8_t)(1u << at % 8);

    CHECK(con->in_n < CONSOLE_IN);
    con->in[at] = byte;
    con->terminal.ends[at / 8] = (uint8_t)((con->terminal.ends[at / 8] & ~bit) | (end ? bit : 0));
    con->in_n++;
}

static void line_is_whole(struct kern *k, struct console *con)
{
    con->terminal.edit = 0;
    waitq_wake(k, &con->wait);
}

uint32_t terminal_ready(const struct console *con)
{
    return con->in_n - con->terminal.edit;
}

static void flush(struct console *con)
{
    con->in_n = con->terminal.edit = 0;
}

/* --- keys --- */

/* A byte that follows another of the same character. */
static bool continues(uint8_t byte)
{
    return (byte & 0xc0) == 0x80;
}

/* The last character of the line is taken back. */
static void erase(struct console *con)
{
    struct terminal *t = &con->terminal;
    uint8_t byte = 0;

    if (!t->edit)
        return;
    do {
        byte = con->in[place(con, --con->in_n)];
        t->edit--;
    } while (t->edit && continues(byte));
    if (has(con, G_ECHO))
        echo_text(con, byte < ' ' && byte != '\t' && has(con, G_ECHOCTL) ? "\b\b  \b\b"
                                                                        : "\b \b");
}

static bool before_is_blank(const struct console *con)
{
    uint8_t byte = con->in[place(con, con->in_n - 1)];

    return byte == ' ' || byte == '\t';
}

static void erase_word(struct console *con)
{
    while (con->terminal.edit && before_is_blank(con))
        erase(con);
    while (con->terminal.edit && !before_is_blank(con))
        erase(con);
}

/* True: the key edits the line. */
static bool edits(struct console *con, uint8_t key)
{
    if (is_key(con, G_VERASE, key) || key == '\b') {
        erase(con);
    } else if (is_key(con, G_VKILL, key)) {
        while (con->terminal.edit)
            erase(con);
    } else if (has(con, G_IEXTEN) && is_key(con, G_VWERASE, key)) {
        erase_word(con);
    } else {
        return false;
    }
    return true;
}

/* 0: nobody. */
static int32_t foreground(const struct kern *k, const struct console *con, tid_t first)
{
    const struct proc *p = proc_led_by(k, first);

    return con->terminal.foreground ? con->terminal.foreground : p ? proc_group(p) : 0;
}

static uint32_t number(const struct programs *ps, const struct console *con)
{
    return (uint32_t)(con - ps->console);
}

/* True: the key is a signal. */
static bool signals(struct kern *k, struct console *con, tid_t first, uint8_t key)
{
    unsigned signo = is_key(con, G_VINTR, key) ? G_SIGINT
                   : is_key(con, G_VQUIT, key) ? G_SIGQUIT
                   : is_key(con, G_VSUSP, key) ? G_SIGTSTP : 0;

    if (!signo || !has(con, G_ISIG))
        return false;
    echo(con, key);
    if (!has(con, G_NOFLSH))
        flush(con);
    signal_group(k, number(k->programs, con), foreground(k, con, first), signo);
    return true;
}

/* One place is kept for the end of the line. */
static void add(struct kern *k, struct console *con, uint8_t key)
{
    bool eof = is_key(con, G_VEOF, key), whole = eof || key == '\n' || is_key(con, G_VEOL, key);

    if (con->in_n >= CONSOLE_IN - (whole ? 0u : 1u)) {
        echo_text(con, "\a");
        return;
    }
    if (!eof)
        echo(con, key);
    append(con, key, eof);
    con->terminal.edit++;
    if (whole)
        line_is_whole(k, con);
}

static bool translate(const struct console *con, uint8_t *key)
{
    uint32_t iflag = con->terminal.mode.iflag;

    if (*key == '\r' && iflag & G_IGNCR)
        return false;
    if (*key == '\r' && iflag & G_ICRNL)
        *key = '\n';
    else if (*key == '\n' && iflag & G_INLCR)
        *key = '\r';
    return true;
}

void terminal_key(struct kern *k, struct console *con, tid_t first, uint8_t key)
{
    con->terminal.echoed = 0;
    if (!translate(con, &key) || signals(k, con, first, key))
        return;
    if (has(con, G_ICANON)) {
        if (!edits(con, key))
            add(k, con, key);
        return;
    }
    if (con->in_n == CONSOLE_IN)
        return;
    echo(con, key);
    append(con, key, false);
    waitq_wake(k, &con->wait);
}

/* Linux, "drivers/tty/tty_io.c", tty_do_resize. */
void terminal_resize(struct kern *k, struct console *con, tid_t first, struct gabi_winsize size)
{
    struct gabi_winsize *now = &con->terminal.size;

    if (now->row == size.row && now->col == size.col)
        return;
    *now = size;
    kern_say(k, EV_WINDOW, HART_NONE, first, size.row, size.col);
    signal_group(k, number(k->programs, con), foreground(k, con, first), G_SIGWINCH);
}

/* --- reading --- */

/* May the caller have the terminal, which belongs to the foreground? Else a signal, or EIO:
 * POSIX, "Terminal Access Control". */
static int32_t hold_back(struct sysc *c, struct console *con, unsigned signo)
{
    int32_t group = con->terminal.foreground;

    if (!group || proc_group(c->p) == group)
        return 0;
    if (signal_unheard(c, signo))
        return signo == G_SIGTTIN ? -G_EIO : 0;
    signal_group(c->k, number(c->ps, con), proc_group(c->p), signo);
    return SYS_RESTART;
}

/* Is there what a read in the present mode waits for? */
static bool enough(const struct console *con, uint32_t n)
{
    uint32_t min = con->terminal.mode.cc[G_VMIN];

    if (has(con, G_ICANON))
        return terminal_ready(con);
    return terminal_ready(con) >= (min < n ? min : n);
}

static int32_t await(struct sysc *c, struct console *con, const struct gfile *f)
{
    const struct gabi_termios *m = &con->terminal.mode;

    if (f->flags & G_O_NONBLOCK)
        return -G_EAGAIN;
    if (signal_waits(c->ps, c->t))
        return SYS_RESTART;
    return sysc_wait(c, WAIT_TTY, UINT32_MAX, &con->wait,
                     m->lflag & G_ICANON ? NS_MAX : c->r->until);
}

/* Bytes up to the end of the line that lie together, and whether that end is among them. */
static uint32_t next_bytes(const struct console *con, uint32_t most, bool *last)
{
    uint32_t n = 0, ready = terminal_ready(con);

    *last = false;
    while (n < most && n < ready && con->in_head + n < CONSOLE_IN && !*last) {
        if (ends_at(con, con->in_head + n)) {
            *last = true;
            return n;
        }
        *last = has(con, G_ICANON) && con->in[con->in_head + n] == '\n';
        n++;
    }
    return n;
}

static void drop(struct console *con, uint32_t n)
{
    con->in_head = place(con, n);
    con->in_n -= n;
}

static bool at_mark(const struct console *con)
{
    return terminal_ready(con) && ends_at(con, con->in_head);
}

static int32_t take(struct sysc *c, struct console *con, uint32_t va, uint32_t n)
{
    uint32_t *done = &c->r->u.io.done;
    bool last = false, newline = false;

    while (*done < n && terminal_ready(con) && !last) {
        uint32_t len = next_bytes(con, n - *done, &last), room = len;
        uint8_t *to;
        int32_t err = len ? user_span(c, va + *done, ACCESS_STORE, &to, &room) : 0;

        if (err)
            return *done && err != SYS_WAIT ? (int32_t)*done : err;
        last &= room == len;
        if (len)
            memcpy(to, con->in + con->in_head, room);
        newline = last && len && con->in[con->in_head + len - 1] == '\n';
        drop(con, room);
        *done += room;
        request_sent(c->r);
    }
    /* A mark ends what is before it, and no more than that; behind a newline it is an end
     * of its own. */
    if (at_mark(con) && !newline && (last || *done))
        drop(con, 1);
    return (int32_t)*done;
}

int32_t terminal_read(struct sysc *c, struct console *con, const struct gfile *f, uint32_t va,
                      uint32_t n)
{
    const struct gabi_termios *m = &con->terminal.mode;
    int32_t err;

    if (!n)
        return 0;
    if (c->r->u.io.done)
        return take(c, con, va, n);
    if ((err = hold_back(c, con, G_SIGTTIN)))
        return err;
    if (!(m->lflag & G_ICANON) && !m->cc[G_VMIN] && c->r->state == REQUEST_NEW)
        c->r->until = c->k->engine->now + m->cc[G_VTIME] * (ns_t)TENTH_NS;
    bool late = !(m->lflag & G_ICANON) && !m->cc[G_VMIN] &&
                c->k->engine->now >= c->r->until;

    if (late && !terminal_ready(con))
        return 0;
    if (!enough(con, n) || (!late && !terminal_ready(con)))
        return con->closed ? take(c, con, va, n) : await(c, con, f);
    if (!user_may(c, va, n < terminal_ready(con) ? n : terminal_ready(con), ACCESS_STORE))
        return -G_EFAULT;
    return take(c, con, va, n);
}

/* --- modes --- */

static int32_t set_mode(struct sysc *c, struct console *con, uint32_t what, uint32_t arg)
{
    struct terminal *t = &con->terminal;
    struct gabi_termios mode;
    int32_t err = copy_in(c, &mode, arg, sizeof mode);

    if (err || (err = hold_back(c, con, G_SIGTTOU)))
        return err;
    if (what == G_TCSETSF)
        flush(con);
    t->mode = mode;
    if (!(mode.lflag & G_ICANON))
        t->edit = 0;            /* what was typed can be read as it is */
    if (terminal_ready(con))
        waitq_wake(c->k, &con->wait);
    return 0;
}

static int32_t set_foreground(struct sysc *c, struct console *con, uint32_t arg)
{
    int32_t group, err = copy_in(c, &group, arg, sizeof group);

    if (err || (err = hold_back(c, con, G_SIGTTOU)))
        return err;
    if (group <= 0)
        return -G_EINVAL;
    if (!proc_group_exists(c->ps, group))
        return -G_EPERM;
    con->terminal.foreground = group;
    return 0;
}

static int32_t get_foreground(struct sysc *c, const struct console *con, uint32_t arg)
{
    int32_t group = con->terminal.foreground ? con->terminal.foreground
                                            : proc_session(c->p);

    return copy_out(c, arg, &group, sizeof group);
}

int32_t terminal_control(struct sysc *c, const struct gfile *f, uint32_t what, uint32_t arg)
{
    struct console *con = &c->ps->console[f->object];
    struct terminal *t = &con->terminal;
    struct gabi_winsize size;
    int32_t err;

    /* One outside, which is not ours to set. */
    if (!is_terminal(con) && (!(con->source->tty >> f->stream & 1) ||
                              (what != G_TCGETS && what != G_TIOCGWINSZ)))
        return -G_ENOTTY;
    switch (what) {
    case G_TCGETS:      return copy_out(c, arg, &t->mode, sizeof t->mode);
    case G_TCSETS: case G_TCSETSW: case G_TCSETSF:
                        return set_mode(c, con, what, arg);
    case G_TCFLSH:      if (arg != 1)
                            flush(con);
                        return arg > 2 ? -G_EINVAL : 0;
    case G_TIOCGPGRP:   return get_foreground(c, con, arg);
    case G_TIOCSPGRP:   return set_foreground(c, con, arg);
    case G_TIOCGWINSZ:  return copy_out(c, arg, &t->size, sizeof t->size);
    case G_TIOCSWINSZ:  if (!(err = copy_in(c, &size, arg, sizeof size)))
                            terminal_resize(c->k, con, c->r->tid, size);
                        return err;
    default:            return -G_ENOTTY;
    }
}
