/* screen.c - ncurses: colours for paints, cells that changed, keys. */
#include <tui/screen.h>

#include <curses.h>
#include <host/terminal.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <tui/app.h>
#include <tui/keys.h>
#include <unistd.h>
#include <wchar.h>

static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
enum { SIGNALS = sizeof signals / sizeof *signals };

/* One terminal per process, hence one screen. */
static struct {
    SCREEN *terminal;           /* NULL: closed */
    bool raw;                   /* Ctrl-C is a key */
    bool colour;
    struct canvas shown;        /* what the terminal shows now */
    bool forget;
    attr_t attr[PAINTS];        /* with the colour pair in it */
    struct sigaction before[SIGNALS];
} screen;

static volatile sig_atomic_t killed;

static void on_signal(int signo)
{
    killed = signo;
}

bool screen_killed(void)
{
    return killed != 0;
}

/* --- colours --- */

struct ink { short fg, bg; attr_t attr; };

/* Of 256 colours: black text on clear backgrounds for tasks, easy to tell apart for
 * the colour-blind too as far as twelve can be. */
static const struct ink rich[PAINT_TASK] = {
    [PAINT_PLAIN] = { -1, -1, 0 },      [PAINT_BAR] = { 255, 24, 0 },
    [PAINT_KEY] = { 16, 73, 0 },        [PAINT_TITLE] = { 110, -1, 0 },
    [PAINT_ACTIVE] = { 16, 73, 0 },     [PAINT_FAINT] = { 245, -1, 0 },
    [PAINT_HEAD] = { 73, -1, 0 },       [PAINT_GOOD] = { 114, -1, 0 },
    [PAINT_WARN] = { 214, -1, 0 },      [PAINT_BAD] = { 203, -1, 0 },
    [PAINT_SELECT] = { 255, 239, 0 },
};
static const short rich_tasks[PAINT_TASKS] = {
    74, 214, 114, 211, 227, 141, 44, 180, 209, 154, 175, 110
};

static const struct ink eight[PAINT_TASK] = {
    [PAINT_PLAIN] = { -1, -1, 0 },
    [PAINT_BAR] = { COLOR_WHITE, COLOR_BLUE, 0 },
    [PAINT_KEY] = { COLOR_BLACK, COLOR_CYAN, 0 },
    [PAINT_TITLE] = { COLOR_CYAN, -1, 0 },
    [PAINT_ACTIVE] = { COLOR_BLACK, COLOR_CYAN, 0 },
    [PAINT_FAINT] = { -1, -1, A_DIM },
    [PAINT_HEAD] = { COLOR_CYAN, -1, 0 },
    [PAINT_GOOD] = { COLOR_GREEN, -1, 0 },
    [PAINT_WARN] = { COLOR_YELLOW, -1, 0 },
    [PAINT_BAD] = { COLOR_RED, -1, 0 },
    [PAINT_SELECT] = { -1, -1, A_REVERSE },
};
static const struct ink eight_tasks[6] = {
    { COLOR_BLACK, COLOR_CYAN, 0 },     { COLOR_BLACK, COLOR_YELLOW, 0 },
    { COLOR_BLACK, COLOR_GREEN, 0 },    { COLOR_BLACK, COLOR_MAGENTA, 0 },
    { COLOR_WHITE, COLOR_BLUE, 0 },     { COLOR_BLACK, COLOR_WHITE, 0 },
};

static struct ink task_ink(unsigned i)
{
    if (COLORS >= 256)
        return (struct ink){ 16, rich_tasks[i], 0 };
    return eight_tasks[i % 6];
}

static void choose_colours(void)
{
    use_default_colors();
    for (unsigned i = 0; i < PAINTS; i++) {
        struct ink ink = i >= PAINT_TASK ? task_ink(i - PAINT_TASK)
                       : COLORS >= 256 ? rich[i] : eight[i];

        init_pair((short)(i + 1), ink.fg, ink.bg);
        screen.attr[i] = ink.attr | COLOR_PAIR(i + 1);
    }
}

/* Without colour a task's stretches are told apart by their letters; reverse and
 * bold take turns, so that the edges are seen, too. */
static void choose_attributes(void)
{
    static const attr_t plain[PAINT_TASK] = {
        [PAINT_BAR] = A_REVERSE, [PAINT_KEY] = A_REVERSE, [PAINT_TITLE] = A_BOLD,
        [PAINT_ACTIVE] = A_REVERSE, [PAINT_BAD] = A_BOLD, [PAINT_SELECT] = A_REVERSE,
    };

    for (unsigned i = 0; i < PAINTS; i++)
        screen.attr[i] = i < PAINT_TASK ? plain[i] : i % 2 ? A_BOLD : A_REVERSE;
}

/* --- opening and closing --- */

static void catch_signals(void)
{
    struct sigaction sa = { .sa_handler = on_signal };  /* no SA_RESTART: end waits */

    killed = 0;
    sigemptyset(&sa.sa_mask);
    for (int i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &sa, &screen.before[i]);
}

bool tui_possible(void)
{
    const char *term = getenv("TERM");

    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && term && *term
        && strcmp(term, "dumb") != 0;
}

/* What endwin would write, in case that there is no time for it: out of the keypad's
 * and the mouse's mode and off the other screen, plain attributes, a cursor. */
static void hold_terminal(const struct termios *before)
{
    static const char *const names[] = { "rmkx", "sgr0", "op", "rmcup", "cnorm" };
    char undo[512] = "\033[?1000l\033[?1002l\033[?1006l";
    size_t n = strlen(undo);

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *text = tigetstr((char *)names[i]);
        size_t size = text && text != (char *)-1 ? strlen(text) : 0;

        if (size && n + size < sizeof undo) {
            memcpy(undo + n, text, size);
            n += size;
        }
    }
    terminal_hold(STDOUT_FILENO, before, undo, n);
}

bool screen_open(bool colour)
{
    struct termios before;

    if (screen.terminal || !tui_possible() || tcgetattr(STDOUT_FILENO, &before))
        return false;
    screen.terminal = newterm(NULL, stdout, stdin);
    if (!screen.terminal)
        return false;
    catch_signals();
    hold_terminal(&before);
    cbreak();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    set_escdelay(25);
    curs_set(0);
    mousemask(BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON4_PRESSED | BUTTON5_PRESSED,
              NULL);
    mouseinterval(0);
    /* How many pairs there are is not known before start_color. */
    screen.colour = colour && has_colors() && start_color() == OK && COLOR_PAIRS > PAINTS;
    if (screen.colour)
        choose_colours();
    else
        choose_attributes();
    screen.forget = true;
    return true;
}

void screen_close(void)
{
    if (!screen.terminal)
        return;
    endwin();
    terminal_let_go();
    delscreen(screen.terminal);
    screen.terminal = NULL;
    screen.raw = false;
    canvas_free(&screen.shown);
    for (int i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &screen.before[i], NULL);
}

void screen_signals(bool on)
{
    if (on != screen.raw)
        return;
    screen.raw = !on;
    if (on)
        noraw();
    else
        raw();
    if (on)
        cbreak();
}

/* --- out --- */

void screen_size(int *w, int *h)
{
    getmaxyx(stdscr, *h, *w);
}

void screen_forget(void)
{
    screen.forget = true;
}

static void show_cell(int x, int y, const struct cell *cell)
{
    wchar_t text[2] = { (wchar_t)cell->ch, L'\0' };
    attr_t attr = screen.attr[cell->style & STYLE_PAINT];
    cchar_t cc;

    if (cell->style & STYLE_BOLD)
        attr |= A_BOLD;
    if (cell->style & STYLE_UNDERLINE)
        attr |= A_UNDERLINE;
    if (cell->style & STYLE_REVERSE)
        attr ^= A_REVERSE;
    if (setcchar(&cc, text, attr & ~A_COLOR, (short)PAIR_NUMBER(attr), NULL) == OK)
        mvadd_wch(y, x, &cc);
}

void screen_show(const struct canvas *c)
{
    size_t n = (size_t)c->w * (size_t)c->h;

    if (screen.shown.w != c->w || screen.shown.h != c->h) {
        if (!canvas_resize(&screen.shown, c->w, c->h))
            return;
        screen.forget = true;
    }
    if (screen.forget)
        clearok(stdscr, TRUE);
    for (int y = 0; y < c->h; y++)
        for (int x = 0; x < c->w; x++) {
            const struct cell *cell = &c->cells[y * c->w + x];
            const struct cell *old = &screen.shown.cells[y * c->w + x];

            if (cell->ch && (screen.forget || cell->ch != old->ch
                             || cell->style != old->style))
                show_cell(x, y, cell);
        }
    memcpy(screen.shown.cells, c->cells, n * sizeof *c->cells);
    screen.forget = false;
    wnoutrefresh(stdscr);
    doupdate();
}

/* --- in --- */

static unsigned mouse_key(struct mouse *mouse)
{
    MEVENT e;

    if (getmouse(&e) != OK)
        return KEYS_NONE;
    mouse->x = e.x;
    mouse->y = e.y;
    mouse->wheel = e.bstate & BUTTON4_PRESSED ? -1 : e.bstate & BUTTON5_PRESSED ? 1 : 0;
    return KEYS_MOUSE;
}

static unsigned special_key(wint_t key, struct mouse *mouse)
{
    if (key > KEY_F0 && key <= KEY_F(12))
        return KEYS_FUNCTION + (unsigned)(key - KEY_F0);
    switch (key) {
    case KEY_UP:        return KEYS_UP;
    case KEY_DOWN:      return KEYS_DOWN;
    case KEY_LEFT:      return KEYS_LEFT;
    case KEY_RIGHT:     return KEYS_RIGHT;
    case KEY_PPAGE:     return KEYS_PAGE_UP;
    case KEY_NPAGE:     return KEYS_PAGE_DOWN;
    case KEY_HOME:      return KEYS_HOME;
    case KEY_END:       return KEYS_END;
    case KEY_BTAB:      return KEYS_BACKTAB;
    case KEY_SLEFT:     return KEYS_SHIFT_LEFT;
    case KEY_SRIGHT:    return KEYS_SHIFT_RIGHT;
    case KEY_BACKSPACE: return KEYS_BACKSPACE;
    case KEY_ENTER:     return KEYS_ENTER;
    case KEY_RESIZE:    return KEYS_RESIZED;
    case KEY_MOUSE:     return mouse_key(mouse);
    default:            return KEYS_NONE;
    }
}

/* A terminal that is gone says no key for ever, and its SIGHUP may have gone to somebody
 * who waits for us, as make does. */
static bool hung_up(void)
{
    struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };

    return poll(&in, 1, 0) > 0 && in.revents & (POLLHUP | POLLERR | POLLNVAL);
}

unsigned screen_key(int ms, struct mouse *mouse)
{
    wint_t key;
    int got;

    wtimeout(stdscr, ms);
    got = wget_wch(stdscr, &key);
    if (got == KEY_CODE_YES)
        return special_key(key, mouse);
    if (got != OK) {
        if (hung_up())
            killed = SIGHUP;
        return KEYS_NONE;
    }
    if (key == 127 || key == '\b')
        return KEYS_BACKSPACE;
    return key == '\n' ? (unsigned)KEYS_ENTER : (unsigned)key;
}
