/* containment_test.c - what a fault may change.
 *
 * Corruption is held against a model of its own: every byte of simulated memory and of the
 * disk has an owner here, found from the page tables and the caches, and models.h says
 * again which owners code of a place can touch. A hundred faults of every model strike
 * while nothing else happens, so that whatever differs is their doing.
 */
#include "../suite.h"
#include "models.h"
#include "simulate.h"

#include <cpu/cpu.h>
#include <fs/bcache.h>
#include "../../src/fs/inside.h"
#include "../../src/kern/pages.h"
#include <kern/fault.h>
#include "../../src/kern/pages.h"
#include <kern/proc.h>
#include <kern/vfs.h>
#include <machine/inside.h>
#include <sim/rng.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MS = 1000000, FAULTS = 100, STRIKE = 5 * MS };

static rng_t dice;

static unsigned draw(unsigned n)
{
    return (unsigned)rng_below(&dice, n);
}

/* --- whose each byte is --- */

enum { NOBODY = 63, PROCESS = 32 };     /* PROCESS + i: of the i-th process */

struct piece { uint8_t *bytes, *before; size_t size; unsigned owner; };

struct census {
    struct machine *m;
    struct piece *piece;
    size_t n, room;
    uint8_t *disk, *disk_before;
    size_t disk_size;
};

static void add(struct census *c, uint8_t *bytes, size_t size, unsigned owner)
{
    if (c->n == c->room) {
        c->room = c->room ? 2 * c->room : 256;
        c->piece = realloc(c->piece, c->room * sizeof *c->piece);
        ck_assert_ptr_nonnull(c->piece);
    }
    struct piece *p = &c->piece[c->n++];
    *p = (struct piece){ bytes, malloc(size), size, owner };
    memcpy(p->before, bytes, size);
}

/* Frames that a process has mapped, and where no wall is, those of the services. */
static void own_frames(struct kern *k, uint8_t *owner)
{
    const struct mm *mm = mm_of(k);

    memset(owner, NOBODY, mm->frames.nframes);
    for (tid_t tid = 0; tid < k->ntasks; tid++) {
        if (!fault_may_hit(k, tid) || !has_process(k, tid))
            continue;
        const struct aspace *as = proc_space(proc_of_task(k, tid));
        uint64_t va = USER_BOTTOM;

        while ((va = pt_next(&mm->frames, as->root, va, TRAMPOLINE_VA)) < TRAMPOLINE_VA) {
            owner[pt_get(&mm->frames, as->root, (uint32_t)va) >> PTE_PPN_SHIFT] =
                (uint8_t)(PROCESS + tid);
            va += PAGE_SIZE;
        }
    }
    for (unsigned s = SERVICE_PROC; mm->open && s < SERVICES; s++)
        owner[mm->common[s]] = (uint8_t)s;
}

static void take_census(struct census *c, struct machine *m)
{
    struct kern *k = &m->kern;
    struct fs *fs = k->vfs->fs;
    uint32_t nframes = mm_of(k)->frames.nframes;
    uint8_t owner[4096], *base = cpu_frame(k->programs->cpu, 0);
    const struct blkdev *d = block_medium(k);

    *c = (struct census){ .m = m, .disk_size = (size_t)d->nsectors * BLK_SECTOR };
    ck_assert_uint_le(nframes, sizeof owner);
    own_frames(k, owner);
    for (uint32_t pfn = 0; pfn < nframes; pfn++)
        add(c, base + (size_t)pfn * PAGE_SIZE, PAGE_SIZE, owner[pfn]);
    for (unsigned s = SERVICE_PROC; !mm_of(k)->open && s < SERVICES; s++)
        add(c, service_bytes(k, (enum service)s), SERVICE_BYTES, s);
    for (uint32_t i = 0; i < fs->cache.nbufs; i++)
        add(c, fs->cache.bufs[i].data, fs->block_size,
            fs->cache.bufs[i].block == BUF_NONE ? NOBODY : SERVICE_BLOCK);
    add(c, (uint8_t *)k->programs->pipe, 1 << 17, SERVICE_IPC);        /* what two have in them */
    c->disk = malloc(c->disk_size);
    c->disk_before = malloc(c->disk_size);
    ck_assert(blk_peek(d, 0, (uint32_t)d->nsectors, c->disk_before));
}

static void end_census(struct census *c)
{
    for (size_t i = 0; i < c->n; i++)
        free(c->piece[i].before);
    free(c->piece);
    free(c->disk);
    free(c->disk_before);
}

static uint32_t differing(const uint8_t *a, const uint8_t *b, size_t size)
{
    uint32_t n = 0;

    for (size_t at = 0, step; at < size; at += step) {
        step = size - at < 256 ? size - at : 256;
        if (memcmp(a + at, b + at, step) != 0)
            for (size_t i = at; i < at + step; i++)
                n += a[i] != b[i];
    }
    return n;
}

/* Bytes that differ now, by owner: services, NOBODY, PROCESS + i. */
static uint32_t differences(struct census *c, uint32_t changed[64])
{
    const struct blkdev *d = block_medium(&c->m->kern);
    uint32_t all = 0;

    memset(changed, 0, 64 * sizeof *changed);
    for (size_t i = 0; i < c->n; i++)
        changed[c->piece[i].owner] += differing(c->piece[i].bytes, c->piece[i].before,
                                                c->piece[i].size);
    ck_assert(blk_peek(d, 0, (uint32_t)d->nsectors, c->disk));
    changed[SERVICE_DRIVER_DISK] += differing(c->disk, c->disk_before, c->disk_size);
    for (unsigned i = 0; i < 64; i++)
        all += changed[i];
    return all;
}

/* --- a world with something to lose --- */

/* Fills a page, a pipe and a file with a pattern, sleeps until 10 ms, and looks what has
 * become of them: 1 its memory, 2 the pipe, 4 the file is wrong. */
#define KEEPER \
    "_start: la s0, data\\nli s1, 1024\\n1: addi s1, s1, -1\\nadd t0, s0, s1\\nandi t1, s1, 127\\n" \
    "sb t1, 0(t0)\\nbnez s1, 1b\\nla a0, fds\\nli a1, 0\\nli a7, 59\\necall\\n" \
    "la t0, fds\\nlw a0, 4(t0)\\nla a1, data\\nli a2, 512\\nli a7, 64\\necall\\n" \
    "li a0, -100\\nla a1, name\\nli a2, 2\\nli a3, 0\\nli a7, 56\\necall\\nmv s2, a0\\n" \
    "la a1, data\\nli a2, 1024\\nli a7, 64\\necall\\n" \
    "li a0, 1\\nli a1, 1\\nla a2, until\\nli a3, 0\\nli a7, 407\\necall\\nli s3, 0\\n" \
    "la a0, data\\nli a1, 1024\\nli a2, 1\\ncall look\\n" \
    "la t0, fds\\nlw a0, 0(t0)\\nla a1, back\\nli a2, 512\\nli a7, 63\\necall\\n" \
    "la a0, back\\nli a1, 512\\nli a2, 2\\ncall look\\n" \
    "mv a0, s2\\nli a1, 0\\nli a2, 0\\nla a3, where\\nli a4, 0\\nli a7, 62\\necall\\n" \
    "mv a0, s2\\nla a1, back\\nli a2, 1024\\nli a7, 63\\necall\\n" \
    "la a0, back\\nli a1, 1024\\nli a2, 4\\ncall look\\nmv a0, s3\\nli a7, 93\\necall\\n" \
    "look: addi a1, a1, -1\\nadd t0, a0, a1\\nlbu t0, 0(t0)\\nandi t1, a1, 127\\n" \
    "beq t0, t1, 2f\\nor s3, s3, a2\\n2: bnez a1, look\\nret\\n" \
    ".data\\nname: .asciz \\\"/kept\\\"\\n.align 3\\nuntil: .word 0, 0, 10000000, 0\\n" \
    ".bss\\n.align 3\\nfds: .space 8\\nwhere: .space 8\\ndata: .space 1024\\nback: .space 1024\\n"

static char text[1 << 14];

static const char *keepers(const struct model *m, bool iommu, const char *fault)
{
    char structure[400];
    size_t n = (size_t)snprintf(structure, sizeof structure, "%s", m->json);

    if (!iommu && structure[n - 1] == '}')
        snprintf(structure + n - 1, sizeof structure - n + 1, ", \"iommu\": false}");
    else if (!iommu)
        snprintf(structure, sizeof structure, "{\"model\": %s, \"iommu\": false}", m->json);
    snprintf(text, sizeof text,
             "{\"ossim\": 1, \"seed\": %u, \"machine\": {\"memory\": {\"frames\": 96}, \"disk\": "
             "{\"model\": \"fixed\", \"latency\": 0.01, \"size\": \"128KiB\"}},"
             "\"kernel\": {\"structure\": %s, \"files\": {\"/kept\": \"\"}},"
             "\"events\": [{\"at\": 5, \"fault\": %s}],"
             "\"processes\": [{\"name\": \"a\", \"asm\": \"" KEEPER "\"},"
             "{\"name\": \"b\", \"asm\": \"" KEEPER "\"}]}",
             draw(1000000), structure, fault);
    return text;
}

/* --- corruption stays within reach --- */

static const char *const names[] = {
#define SERVICE(id, name, what) name,
#include <ossim/service.def>
#undef SERVICE
};

/* Of the owners that changed, none is beyond `reach`; of processes, only `victim` unless it
 * is TID_NONE. Returns the services, and USER, that changed. */
static uint32_t check_reach(const uint32_t changed[64], uint32_t reach, tid_t victim,
                            const char *what)
{
    uint32_t hit = 0;

    ck_assert_msg(!changed[NOBODY], "%s: %u bytes of nobody's", what, changed[NOBODY]);
    for (unsigned s = SERVICE_PROC; s < SERVICES; s++) {
        ck_assert_msg(!changed[s] || reach >> s & 1, "%s: %s is beyond reach", what, names[s]);
        hit |= changed[s] ? 1u << s : 0;
    }
    for (unsigned p = PROCESS; p < NOBODY; p++) {
        ck_assert_msg(!changed[p] || (reach & 1 && (victim == TID_NONE || p == PROCESS + victim)),
                      "%s: process %u is beyond reach", what, p - PROCESS);
        hit |= changed[p] ? 1 : 0;
    }
    return hit;
}

/* Up to the strike; it alone; and on to the end. */
static void one_corruption(const struct model *m, enum service at, bool attack)
{
    bool iommu = draw(3) > 0;
    unsigned bytes = 1 + draw(draw(2) ? 300 : 4);
    uint32_t changed[64], all, hit;
    uint32_t reach = attack ? may_hold(m, at, iommu) : may_touch(m, at, iommu);
    tid_t victim = TID_NONE;
    char fault[200], what[100];
    struct peek_fault f;
    struct simulation s;
    struct census c;

    if (at == SERVICE_USER)
        victim = draw(2);
    snprintf(what, sizeof what, "%s, %s of %s", m->name, attack ? "attack" : "corruption", names[at]);
    snprintf(fault, sizeof fault, "{\"%s\": \"%s\", \"kind\": \"%s\", \"bytes\": %u}",
             at ? "service" : "process", at ? names[at] : victim ? "b" : "a",
             attack ? "attack" : "corrupt", bytes);
    simulate_open(&s, keepers(m, iommu, fault));
    ck_assert_int_eq(machine_run(s.machine, STRIKE - 1, 0), MACHINE_RUNNING);
    take_census(&c, s.machine);
    ck_assert_int_eq(machine_run(s.machine, STRIKE, 0), MACHINE_RUNNING);
    ck_assert(peek_fault(s.machine, 0, &f));
    all = differences(&c, changed);
    ck_assert_msg(f.reachable == reach, "%s: it says it can touch %x, not %x", what,
                  f.reachable, reach);
    hit = check_reach(changed, reach, touches_others(m, reach, iommu) ? TID_NONE : victim, what);
    /* Twice the same byte is once, or not at all. */
    ck_assert_msg(all <= f.bytes && f.bytes <= bytes, "%s: %u changed, %u said", what, all,
                  (unsigned)f.bytes);
    ck_assert_msg((hit & ~f.corrupted) == 0, "%s: %x changed, %x said", what, hit, f.corrupted);
    ck_assert(bytes > 1 || all == f.bytes);
    ck_assert_uint_eq(simulation_count(&s, EV_CORRUPT) > 0, all > 0);
    end_census(&c);
    simulate_close(&s);
}

START_TEST(corruption_stays_within_reach)
{
    dice = rng_stream(1, "containment", 0);
    for (unsigned m = 0; m < MODELS; m++)
        for (unsigned i = 0; i < FAULTS; i++)
            one_corruption(&models[m], (enum service)(i % SERVICES), i / SERVICES % 2);
}
END_TEST

/* What was hit is wrong for those who use it, and only that. */
static unsigned status_of(const struct simulation *s, tid_t tid)
{
    for (size_t i = 0; i < s->nevents; i++)
        if (s->events[i].kind == EV_EXIT && s->events[i].tid == tid)
            return s->events[i].b ? 99 : (unsigned)s->events[i].a;
    return 100;
}

START_TEST(what_is_hit_is_wrong)
{
    static const struct { const char *service; unsigned wrong; } hit[] = {
        { "tty", 0 }, { "driver:net", 0 }, { "block", 4 },
    };
    struct simulation s;
    char fault[120];

    dice = rng_stream(77, "containment", 0);
    for (unsigned i = 0; i < sizeof hit / sizeof *hit; i++) {
        snprintf(fault, sizeof fault, "{\"service\": \"%s\", \"kind\": \"corrupt\", "
                 "\"bytes\": 20000}", hit[i].service);
        simulate(&s, keepers(&models[5], true, fault));
        ck_assert_int_eq(s.end, MACHINE_DONE);
        ck_assert_uint_eq(status_of(&s, 0) | status_of(&s, 1), hit[i].wrong);
        simulate_close(&s);
    }
    simulate(&s, keepers(&models[0], true, "{\"process\": \"a\", \"kind\": \"corrupt\", \"bytes\": 9000}"));
    ck_assert_uint_ne(status_of(&s, 0), 0);
    ck_assert_uint_eq(status_of(&s, 1), 0);
    simulate_close(&s);
}
END_TEST

/* --- a leak takes what nobody has, and changes nothing of what somebody has --- */

/* Frames that leaked; each was nobody's, and still is. */
static uint32_t leaked(const struct census *c, const char *what)
{
    struct kern *k = &c->m->kern;
    uint32_t n = 0, nframes = mm_of(k)->frames.nframes;
    uint8_t owner[4096];

    own_frames(k, owner);
    for (uint32_t pfn = 0; pfn < nframes; pfn++) {
        if (!k->door.faults->leaked[pfn])
            continue;
        n++;
        ck_assert_msg(c->piece[pfn].owner == NOBODY && owner[pfn] == NOBODY,
                      "%s: frame %u is %u's, was %u's", what, pfn, owner[pfn], c->piece[pfn].owner);
    }
    return n;
}

/* What changed in memory is what leaked, or was given back. */
static void nobody_is_touched(struct census *c, const char *what)
{
    uint32_t changed[64];

    differences(c, changed);
    changed[NOBODY] = 0;        /* frames are made empty when they are taken */
    (void)check_reach(changed, 0, TID_NONE, what);
}

/* 2 ms of leaking, in which a server that takes more than 64 frames is ended and made anew. */
static void one_leak(const struct model *m, enum service at)
{
    uint32_t frames = 1 + draw(draw(2) ? 50 : 5), every = 1 + draw(3), freed = 0, last = 0;
    char fault[200], what[100];
    struct peek_fault f;
    struct simulation s;
    struct census c;

    snprintf(what, sizeof what, "%s, leak of %s", m->name, names[at]);
    snprintf(fault, sizeof fault, "{\"service\": \"%s\", \"kind\": \"leak\", \"frames\": %u, "
             "\"every\": 0.%u}", names[at], frames, every);
    simulate_open(&s, keepers(m, true, fault));
    struct frames *all = &mm_of(&s.machine->kern)->frames;

    ck_assert_int_eq(machine_run(s.machine, STRIKE - 1, 0), MACHINE_RUNNING);
    take_census(&c, s.machine);
    uint32_t before = all->nfree;
    for (ns_t now = STRIKE; now < STRIKE + 2 * MS; now += 3 * MS / 10) {
        ck_assert_int_eq(machine_run(s.machine, now, 0), MACHINE_RUNNING);
        uint32_t n = leaked(&c, what);

        ck_assert(peek_fault(s.machine, 0, &f));
        ck_assert_msg(n == f.frames && n + all->nfree == before, "%s: %u leaked, %u said, %u free "
                      "of %u", what, n, f.frames, all->nfree, before);
        nobody_is_touched(&c, what);
        freed += n < last;
        last = n;
    }
    ck_assert_uint_gt(last + freed, 0);
    ck_assert_msg(!freed || (m->servers >> at & 1), "%s: it gave something back", what);
    end_census(&c);
    /* Who finds no frame any more may be killed; nobody has wrong data. */
    machine_run(s.machine, 100 * MS, 0);
    for (tid_t tid = 0; tid < 2; tid++)
        ck_assert_msg(status_of(&s, tid) == 0 || status_of(&s, tid) >= 99, "%s: wrong data", what);
    simulate_close(&s);
}

START_TEST(a_leak_touches_nobody)
{
    dice = rng_stream(5, "containment", 0);
    for (unsigned m = 0; m < MODELS; m++)
        for (unsigned i = 0; i < 2 * (SERVICES - 1); i++)
            one_leak(&models[m], (enum service)(1 + i % (SERVICES - 1)));
}
END_TEST

SUITE(containment, 240, corruption_stays_within_reach, what_is_hit_is_wrong,
      a_leak_touches_nobody)
