/* swap.c - a program that knows what is in its memory, and looks, while it does at random
 * whatever moves pages: writes, forks, maps, unmaps, grows and shrinks its heap, reads and
 * writes files by way of the kernel, calls itself deeply. What it prints depends on the
 * seed alone, not on how much memory there is.
 *
 * usage: swap [SEED [ROUNDS [PAGES]]] */
#include "sys.h"

enum { PAGE = 4096, WORDS = PAGE / 4, MOST = 64, SHARED = 3 };

static uint32_t state;

static uint32_t roll(uint32_t n)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % n;
}

/* What word i of a page of that colour is. Colour 0: a page that was never written. */
static uint32_t word(uint32_t colour, uint32_t i)
{
    return colour ? colour * 2654435761u + i * 40503u : 0;
}

static volatile uint32_t *page[MOST];   /* NULL: not mapped */
static uint32_t colour[MOST];
static volatile uint32_t *shared;       /* SHARED pages that children write too */
static uint32_t painted[SHARED];
static volatile uint32_t fixed[3 * WORDS] = { 7, 8, 9 };        /* of the program's file */
static uint32_t npages = 20, sum;

static void *map(long size, int prot, int flags)
{
    long at = SYS(NR_mmap, 0, size, prot, flags, -1, 0);

    WANT(at > 0 || at < -4096, 1);
    return (void *)at;
}

static void paint(volatile uint32_t *p, uint32_t c)
{
    for (uint32_t i = 0; i < WORDS; i++)
        p[i] = word(c, i);
}

/* A few words, or all. */
static void look(const volatile uint32_t *p, uint32_t c, int all)
{
    for (uint32_t i = all ? 0 : roll(WORDS); i < WORDS; i += all ? 1 : 1 + roll(300)) {
        WANT(p[i], word(c, i));
        sum = sum * 31 + p[i];
    }
}

static void look_at_all(int all)
{
    for (uint32_t i = 0; i < npages; i++)
        if (page[i])
            look(page[i], colour[i], all);
    for (uint32_t i = 0; i < SHARED; i++)
        look(shared + i * WORDS, painted[i], all);
    WANT(fixed[0], 7);
    WANT(fixed[2], 9);
}

static void change(void)
{
    uint32_t i = roll(npages);

    if (!page[i]) {
        page[i] = map(PAGE, 3, 0x22);
        colour[i] = 0;
    }
    look(page[i], colour[i], 0);
    if (roll(3)) {
        colour[i] = 1 + roll(1000000);
        paint(page[i], colour[i]);
    }
}

static void unmap(void)
{
    uint32_t i = roll(npages);

    if (page[i])
        WANT(SYS(NR_munmap, page[i], PAGE), 0);
    page[i] = 0;
}

/* Something else, so that the page may have left meanwhile. */
static void look_at_text(void)
{
    for (uint32_t i = 0; i < SHARED; i++)
        look(shared + i * WORDS, painted[i], 0);
    WANT(fixed[1], 8);
}

static void protect(void)
{
    uint32_t i = roll(npages);

    if (!page[i])
        return;
    WANT(SYS(NR_mprotect, page[i], PAGE, roll(2)), 0);  /* none, or read only */
    look_at_text();
    WANT(SYS(NR_mprotect, page[i], PAGE, 3), 0);
    look(page[i], colour[i], 1);
}

/* A child sees what its parent had, and what it does to that the parent does not see;
 * shared pages they both see. */
static void fork_one(int depth)
{
    uint32_t i = roll(SHARED), c = 1 + roll(1000000), seed = state;
    long pid = fork_();
    int status = -1;

    WANT(pid < 0, 0);
    if (pid == 0) {
        look_at_all(roll(2));
        for (unsigned n = roll(5); n--;)
            change();
        paint(shared + i * WORDS, c);
        painted[i] = c;
        if (depth)
            fork_one(depth - 1);
        look_at_all(0);
        exit_(5);
    }
    for (unsigned n = roll(4); n--;)
        change();
    WANT(wait_for(pid, &status), pid);
    WANT(status, 5 << 8);
    painted[i] = c;
    if (depth) {                /* what the grandchildren painted is not known */
        for (i = 0; i < SHARED; i++) {
            painted[i] = 1 + roll(1000000);
            paint(shared + i * WORDS, painted[i]);
        }
    }
    state = seed + 1;
    look_at_all(0);
}

static void heap(void)
{
    long start = SYS(NR_brk, 0), size = (1 + roll(4)) * PAGE;

    WANT(SYS(NR_brk, start + size), start + size);
    volatile uint32_t *p = (volatile uint32_t *)((start + PAGE - 1) & -PAGE);
    if (size >= 2 * PAGE) {
        look(p, 0, 1);
        paint(p, size + 1);
        change();
        look(p, size + 1, 1);
    }
    WANT(SYS(NR_brk, start), start);
}

/* Bytes by way of the kernel, from one page and into another. */
static void pipe_through(void)
{
    uint32_t i = roll(npages), j = roll(npages), n = 1 + roll(PAGE);
    int fd[2];

    if (!page[i] || !page[j] || i == j)
        return;
    WANT(SYS(NR_pipe2, fd, 0), 0);
    WANT(SYS(NR_write, fd[1], page[i], n), n);
    WANT(SYS(NR_read, fd[0], page[j], n), n);
    SYS(NR_close, fd[0]);
    SYS(NR_close, fd[1]);
    for (uint32_t w = 0; w < n / 4; w++)
        WANT(page[j][w], word(colour[i], w));
    colour[j] = 1 + roll(1000000);
    paint(page[j], colour[j]);
}

static uint32_t deep(uint32_t depth, uint32_t salt)
{
    volatile uint32_t here[400];
    uint32_t got;

    for (uint32_t i = 0; i < 400; i += 7)
        here[i] = salt + i;
    got = depth ? deep(depth - 1, salt * 3 + 1) : 0;
    if (depth == 3)
        change();
    for (uint32_t i = 0; i < 400; i += 7)
        WANT(here[i], salt + i);
    return got + here[7];
}

static uint32_t number(const char *s)
{
    uint32_t n = 0;

    while (*s)
        n = n * 10 + (uint32_t)(*s++ - '0');
    return n;
}

int main(int argc, char **argv)
{
    uint32_t rounds = 120;

    state = 88172645u + (argc > 1 ? number(argv[1]) : 0) * 7919u;
    if (argc > 2)
        rounds = number(argv[2]);
    if (argc > 3)
        npages = number(argv[3]);
    shared = map(SHARED * PAGE, 3, 0x21);
    while (rounds--) {
        switch (roll(12)) {
        case 0: unmap(); break;
        case 1: protect(); break;
        case 2: fork_one((int)roll(2)); break;
        case 3: heap(); break;
        case 4: pipe_through(); break;
        case 5: sum += deep(2 + roll(12), rounds); break;
        case 6: look_at_all(0); break;
        default: change();
        }
    }
    look_at_all(1);
    char line[12] = "0000000000\n";
    for (unsigned i = 10; i-- > 0; sum /= 10)
        line[i] = (char)('0' + sum % 10);
    print(line);                /* in one go: others print too */
    return 0;
}
