/* abi.c - the calls of RARS, Venus and Ripes, for programs that were written for them.
 *
 * What such a call prints goes to the console, what it reads comes from there and may have
 * to be waited for. Registers that the simulators leave alone are left alone. Where they
 * stop with an exception (no such call, no number in the line), the process says so on its
 * standard error and ends. Sources: <ossim/abi.def>.
 */
#include <kern/thread.h>
#include <kern/tty.h>

enum { REG_A0 = 10, REG_A1 = 11, REG_A7 = 17, LINE = 4096, FAILED = 1,
       RARS_OPEN = 1024 };

typedef int32_t abi_fn(struct sysc *c);

/* --- answers --- */

/* The call is over, with whatever is in the registers. */
static int32_t done(struct sysc *c)
{
    c->t->body.regs.pc += 4;
    return SYS_KEEP;
}

/* Any word may be an answer, so it does not pass for a handler's result. */
static int32_t give(struct sysc *c, uint32_t value)
{
    c->t->body.regs.x[REG_A0] = value;
    return done(c);
}

/* Linux's answer as these simulators have it: -1 is all that they say of errors. */
static int32_t pass_on(struct sysc *c, int32_t result)
{
    if (result <= SYS_INTR && result >= SYS_WAIT)
        return result;
    return give(c, result < 0 ? UINT32_MAX : (uint32_t)result);
}

static int32_t finish(struct sysc *c, uint32_t status)
{
    proc_done(c->k, c->t, (int)(status & 0xff));
    return SYS_GONE;
}

static int32_t complain(struct sysc *c, const char *text)
{
    console_print(c, 2, text, (uint32_t)strlen(text));
    return finish(c, FAILED);
}

/* An address that is not the program's. */
static int32_t bad_address(struct sysc *c, int32_t err)
{
    if (err == SYS_WAIT)
        return err;
    c->p->note[G_SIGSEGV] = (struct signote){ 0 };
    proc_leave(c->k, c->t, 0, err == -G_ENOMEM ? G_SIGKILL : G_SIGSEGV);
    return SYS_GONE;
}

/* --- printing --- */

/* The digits of v, `width` of them at least. */
static int32_t print_number(struct sysc *c, const char *prefix, uint32_t v, uint32_t base,
                            uint32_t width)
{
    const char *digits = c->p->image->abi == ABI_VENUS ? "0123456789ABCDEF" : "0123456789abcdef";
    char buf[40];
    uint32_t at = sizeof buf, length = (uint32_t)strlen(prefix);

    do {
        buf[--at] = digits[v % base];
        v /= base;
    } while (v || sizeof buf - at < width);
    at -= length;
    memcpy(buf + at, prefix, length);
    console_print(c, 1, buf + at, (uint32_t)sizeof buf - at);
    return done(c);
}

static int32_t abi_print_int(struct sysc *c)
{
    uint32_t v = c->a[0];

    return (int32_t)v < 0 ? print_number(c, "-", 0 - v, 10, 1) : print_number(c, "", v, 10, 1);
}

static int32_t abi_print_unsigned(struct sysc *c)
{
    return print_number(c, "", c->a[0], 10, 1);
}

static int32_t abi_print_hex(struct sysc *c)
{
    return print_number(c, "0x", c->a[0], 16, 8);
}

static int32_t abi_print_binary(struct sysc *c)
{
    return print_number(c, c->p->image->abi == ABI_RIPES ? "0b" : "", c->a[0], 2, 32);
}

static int32_t abi_print_char(struct sysc *c)
{
    uint8_t byte = (uint8_t)c->a[0];

    console_print(c, 1, &byte, 1);
    return done(c);
}

static int32_t abi_print_string(struct sysc *c)
{
    uint32_t *printed = &c->r->u.io.done;
    const uint8_t *end = NULL;

    while (!end) {
        uint32_t len = PAGE_SIZE;
        uint8_t *bytes;
        int32_t err = user_span(c, c->a[0] + *printed, ACCESS_LOAD, &bytes, &len);

        if (err)
            return bad_address(c, err);
        end = memchr(bytes, 0, len);
        if (end)
            len = (uint32_t)(end - bytes);
        if (len)
            console_print(c, 1, bytes, len);
        *printed += len;
        request_sent(c->r);
    }
    return done(c);
}

/* --- reading --- */

/* A number with a sign, alone in its line but for blanks. */
static bool number_of(const uint8_t *s, uint32_t n, uint32_t *out)
{
    uint64_t v = 0;
    uint32_t i = 0, end = n;
    bool minus;

    while (end && (s[end - 1] == '\n' || s[end - 1] == '\r' || s[end - 1] == ' '))
        end--;
    while (i < end && (s[i] == ' ' || s[i] == '\t'))
        i++;
    minus = i < end && s[i] == '-';
    i += i < end && (s[i] == '-' || s[i] == '+');
    if (i == end)
        return false;
    for (; i < end; i++) {
        if (s[i] < '0' || s[i] > '9' || v > INT32_MAX)
            return false;
        v = v * 10 + (s[i] - '0');
    }
    *out = minus ? 0 - (uint32_t)v : (uint32_t)v;
    return v <= (uint64_t)INT32_MAX + minus;
}

static int32_t abi_read_int(struct sysc *c)
{
    uint8_t line[LINE];
    uint32_t n, value;
    int32_t err = console_line(c, line, sizeof line, &n);

    if (err)
        return err;
    if (!number_of(line, n, &value))
        return complain(c, n ? "ReadInt: the line is no integer of 32 bits\n"
                             : "ReadInt: the input has ended\n");
    return give(c, value);
}

/* At most a1 - 1 bytes, through the end of the line, and a NUL; the rest of a long line is
 * left. */
static int32_t abi_read_string(struct sysc *c)
{
    uint32_t va = c->a[0], size = c->a[1], n = 0;
    uint8_t line[LINE + 1];
    int32_t err;

    if ((int32_t)size < 1)
        return done(c);
    if (size > sizeof line)
        size = sizeof line;
    if ((err = user_writable(c, va, size)))
        return bad_address(c, err);
    if (size > 1 && (err = console_line(c, line, size - 1, &n)))
        return err;
    line[n] = 0;
    put_out(c, va, line, n + 1);
    return done(c);
}

static int32_t abi_read_char(struct sysc *c)
{
    uint8_t byte;
    uint32_t n;
    int32_t err = console_line(c, &byte, 1, &n);

    if (err)
        return err;
    return n ? give(c, byte) : complain(c, "ReadChar: the input has ended\n");
}

static int32_t abi_read(struct sysc *c)
{
    return pass_on(c, sys_read(c));
}

static int32_t abi_write(struct sysc *c)
{
    return pass_on(c, sys_write(c));
}

static int32_t abi_close(struct sysc *c)
{
    return pass_on(c, sys_close(c));
}

static int32_t abi_open(struct sysc *c)
{
    return c->a[2] == UINT32_MAX ? give(c, UINT32_MAX) : pass_on(c, sys_openat(c));
}

/* -1: the path is longer than the buffer, the only thing that it says. */
static int32_t abi_getcwd(struct sysc *c)
{
    int32_t n = sys_getcwd(c);

    return n > 0 ? done(c) : pass_on(c, n);
}

static int32_t abi_seek(struct sysc *c)
{
    return pass_on(c, file_seek(c, c->a[0], (int32_t)c->a[1], c->a[2]));
}

/* RARS's way of opening a file as openat's arguments: to read, to write anew, to append. */
static void open_arguments(uint32_t *a)
{
    uint32_t path = a[0], how = a[1], create = G_O_WRONLY | G_O_CREAT;

    a[0] = (uint32_t)G_AT_FDCWD;
    a[1] = path;
    a[2] = how == 0 ? 0 : how == 1 ? create | G_O_TRUNC : how == 9 ? create | G_O_APPEND
                                                                   : UINT32_MAX;
    a[3] = 0644;
}

/* --- memory --- */

/* In whole words, as they round it. -1: there is no more. */
static int32_t abi_sbrk(struct sysc *c)
{
    uint32_t before = mem_heap_end(c->p->as);

    if (!mem_move_heap(c->k, c->p->as, before + ((c->a[0] + 3) & ~3u)))
        return give(c, UINT32_MAX);
    return give(c, before);
}

static int32_t abi_brk(struct sysc *c)
{
    if (c->a[0] && !mem_move_heap(c->k, c->p->as, c->a[0]))
        return give(c, UINT32_MAX);
    return give(c, c->a[0] ? 0 : mem_heap_end(c->p->as));
}

/* --- time --- */

static int32_t abi_time(struct sysc *c)
{
    uint64_t ms = (uint64_t)c->k->engine->now / 1000000;

    c->t->body.regs.x[REG_A1] = (uint32_t)(ms >> 32);
    return give(c, (uint32_t)ms);
}

static int32_t abi_sleep(struct sysc *c)
{
    ns_t now = c->k->engine->now;

    if (c->r->state == REQUEST_NEW) {
        c->r->until = now + (ns_t)c->a[0] * 1000000;
        request_sent(c->r);
    }
    return now >= c->r->until ? done(c)
                              : sysc_wait(c, WAIT_SLEEP, UINT32_MAX, NULL, c->r->until);
}

/* --- random numbers ---
 *
 * RARS draws from java.util.Random, whose algorithm the Java API specification gives: so
 * a seed means the same numbers here. An index that was not seeded takes the run's seed. */

#define JAVA_MULTIPLIER UINT64_C(0x5DEECE66D)
#define JAVA_MASK ((UINT64_C(1) << 48) - 1)

static uint64_t java_seed(uint64_t seed)
{
    return (seed ^ JAVA_MULTIPLIER) & JAVA_MASK;
}

/* The generator with this index; a new one takes the place of the one that was made
 * longest ago, if there is no other place. */
static struct abi_random *generator(struct sysc *c, uint32_t index)
{
    struct abi_random *all = c->p->random, *last = &all[PROG_RANDOMS - 1];

    for (struct abi_random *g = all; g <= last; g++)
        if (g->used && g->index == index)
            return g;
    memmove(all + 1, all, sizeof *all * (PROG_RANDOMS - 1));
    *all = (struct abi_random){ true, index, java_seed(rng_next(&c->ps->random)) };
    return all;
}

static uint32_t java_next(struct abi_random *g, unsigned bits)
{
    g->state = (g->state * JAVA_MULTIPLIER + 0xB) & JAVA_MASK;
    return (uint32_t)(g->state >> (48 - bits));
}

static int32_t abi_rand_seed(struct sysc *c)
{
    generator(c, c->a[0])->state = java_seed((uint64_t)(int64_t)(int32_t)c->a[1]);
    return done(c);
}

static int32_t abi_rand_int(struct sysc *c)
{
    return give(c, java_next(generator(c, c->a[0]), 32));
}

static int32_t abi_rand_range(struct sysc *c)
{
    struct abi_random *g = generator(c, c->a[0]);
    uint32_t bound = c->a[1], bits, value;

    if ((int32_t)bound <= 0)
        return complain(c, "RandIntRange: the upper bound is not positive\n");
    if (!(bound & (bound - 1)))
        return give(c, (uint32_t)((uint64_t)bound * java_next(g, 31) >> 31));
    do {
        bits = java_next(g, 31);
        value = bits % bound;
    } while (bits - value + (bound - 1) > INT32_MAX);
    return give(c, value);
}

/* --- ends --- */

static int32_t abi_exit(struct sysc *c)
{
    return finish(c, 0);
}

static int32_t abi_exit_status(struct sysc *c)
{
    return finish(c, c->a[0]);
}

/* --- which call --- */

static const struct { uint32_t abi, number; abi_fn *fn; } calls[] = {
#define ABI_CALL(id, number, name, handler, args, what) { ABI_##id, number, abi_##handler },
#include <ossim/abi.def>
};

void abi_decode(const struct thread *t, uint32_t abi, struct request *r)
{
    const uint32_t *x = t->body.regs.x;
    bool venus = abi == ABI_VENUS;
    uint32_t number = x[venus ? REG_A0 : REG_A7];

    r->nr = number < ABI_STRIDE ? abi * ABI_STRIDE + number : UINT32_MAX;
    memcpy(r->arg, &x[venus ? REG_A1 : REG_A0], sizeof r->arg);
    if (r->nr == ABI_RARS * ABI_STRIDE + RARS_OPEN)
        open_arguments(r->arg);
}

int32_t abi_call(struct sysc *c)
{
    uint32_t abi = c->p->image->abi;

    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (c->r->nr == abi * ABI_STRIDE + calls[i].number && calls[i].abi == abi)
            return calls[i].fn(c);
    kern_say(c->k, EV_ENOSYS, c->hart, c->t->tid, c->r->nr, 0);
    proc_leave(c->k, c->t, 0, G_SIGSYS);
    return SYS_GONE;
}
