/* pager_test.c - pages that come and go by a device whose every transfer the test ends, well or
 * badly: what was written is read back, by whatever way and after whatever failures, or the
 * reader is told; and nobody waits for what cannot come. */
#include "../suite.h"
#include "memory.h"

#include <mm/pager.h>
#include <mm/replace/registry.h>
#include <sim/rng.h>

enum { PAGES = 60, SLOTS_MOST = 120, OWNER = 7, FLYING = 64, SECTORS = PAGE_SIZE / BLK_SECTOR };
enum where { NOWHERE, HERE, OUT };

struct rig {
    struct config config;       /* the pager looks into it as long as it lives */
    struct memory memory;
    struct pager pager;
    struct pager_port port;
    void *mem;
    ns_t now;
    rng_t rng;
    enum where where[PAGES];
    uint32_t at[PAGES];         /* its frame, or its slot */
    uint32_t truth[PAGES];      /* the word that was written to it last */
    bool failed[PAGES];         /* it was told that the page cannot be read */
    struct blk_request *flying[FLYING];
    uint32_t nflying, writes, failures;
    bool bad[SLOTS_MOST];       /* transfers with one of these fail */
    uint8_t medium[SLOTS_MOST][PAGE_SIZE];
};

/* --- an owner of pages --- */

static uint32_t *words(struct rig *g, uint32_t frame)
{
    return (uint32_t *)(void *)cpu_frame(g->memory.mm.cpu, frame);
}

/* Its first word and its last one: halves of pages do not get mixed either. */
static void expect_truth(struct rig *g, uint32_t page)
{
    const uint32_t *w = words(g, g->at[page]);

    ck_assert_msg(w[0] == g->truth[page] && w[1023] == g->truth[page],
                  "page %u has %u and %u, and %u was written", page, w[0], w[1023], g->truth[page]);
}

static void left(void *ctx, uint32_t owner, uint32_t page, uint32_t frame, uint32_t slot, bool dirty)
{
    struct rig *g = ctx;

    ck_assert_uint_eq(owner, OWNER);
    ck_assert(g->where[page] == HERE && g->at[page] == frame);
    ck_assert(slot != SWAP_NONE || (!dirty && !g->truth[page]));
    g->where[page] = slot == SWAP_NONE ? NOWHERE : OUT;
    g->at[page] = slot;
    if (slot != SWAP_NONE)
        pager_slot_hold(&g->pager, slot);
    frame_drop(&g->memory.mm.frames, frame);
}

static void came(void *ctx, uint32_t owner, uint32_t page, uint32_t frame, uint32_t slot,
                 enum came how)
{
    struct rig *g = ctx;

    ck_assert_uint_eq(owner, OWNER);
    ck_assert(g->where[page] == OUT && g->at[page] == slot);
    g->failed[page] = how == CAME_FAILED;
    if (how == CAME_FAILED)
        return;
    g->where[page] = HERE;
    g->at[page] = frame;
    frame_hold(&g->memory.mm.frames, frame);
    pager_slot_drop(&g->pager, slot);
    expect_truth(g, page);
}

static void ready(void *ctx)
{
    (void)ctx;
}

static void submit(void *ctx, struct blk_request *r)
{
    struct rig *g = ctx;

    ck_assert_uint_lt(g->nflying, FLYING);
    g->flying[g->nflying++] = r;
}

/* --- a device --- */

static bool fails(struct rig *g, uint32_t slot, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (g->bad[slot + i])
            return true;
    return false;
}

/* Any of the transfers is over. What is under a write that failed is nobody's knowledge. */
static void complete(struct rig *g)
{
    uint32_t i = (uint32_t)rng_below(&g->rng, g->nflying);
    struct blk_request *r = g->flying[i];
    uint32_t slot = (uint32_t)(r->sector / SECTORS), n = r->nsectors / SECTORS;
    bool bad = fails(g, slot, n);

    g->flying[i] = g->flying[--g->nflying];
    g->writes += r->op == BLK_WRITE;
    g->failures += bad;
    if (r->op == BLK_WRITE && bad)
        memset(g->medium[slot], 0xee, (size_t)n * PAGE_SIZE);
    else if (r->op == BLK_WRITE)
        memcpy(g->medium[slot], r->data, (size_t)n * PAGE_SIZE);
    else if (bad)
        memset(r->data, 0xdd, (size_t)n * PAGE_SIZE);
    else
        memcpy(r->data, g->medium[slot], (size_t)n * PAGE_SIZE);
    r->status = bad ? BLK_IO_ERROR : BLK_OK;
    r->sink->done(r->sink->self, r);
    ck_assert(pager_check(&g->pager));
}

/* --- the two together --- */

static void lay(struct rig *g, struct arena *a)
{
    const struct pager_setup setup = { .frames = &g->memory.mm.frames, .port = &g->port,
                                       .now = &g->now, .npools = 1, .contents = true };

    pager_init(&g->pager, a, &g->config, &setup);
}

static struct rig *rig_open(uint32_t frames, uint32_t slots, uint32_t cluster, uint32_t readahead)
{
    struct rig *g = calloc(1, sizeof *g);
    struct diag d;
    struct arena a;

    ck_assert_ptr_nonnull(g);
    g->config = (struct config){
        .time_unit = 1, .memory = { .frames = frames },
        .swap = { .frames = slots, .cluster = cluster, .readahead = readahead } };
    ck_assert_int_eq(replace_parse(&g->config.replacement, replace_find("clock", 5), "", 1, &d), ERR_OK);
    memory_open(&g->memory, frames);
    g->rng = rng_stream(cluster * 100 + readahead, "pager", frames);
    g->port = (struct pager_port){ .left = left, .came = came, .ready = ready, .submit = submit,
                                   .ctx = g };
    arena_init(&a, NULL, 0);
    lay(g, &a);
    size_t size = (a.used + 4095) & ~(size_t)4095;
    ck_assert_ptr_nonnull(g->mem = aligned_alloc(4096, size));
    memset(g->mem, 0, size);
    arena_init(&a, g->mem, size);
    lay(g, &a);
    return g;
}

static void rig_close(struct rig *g)
{
    memory_close(&g->memory);
    free(g->mem);
    free(g);
}

/* Have the page here, whatever it takes. PAGER_FULL, PAGER_IO_ERROR: it cannot be had. */
static enum pager_result fetch(struct rig *g, uint32_t page, bool write)
{
    for (unsigned tries = 0; g->where[page] != HERE; tries++) {
        uint32_t slot = g->where[page] == OUT ? g->at[page] : SWAP_NONE, frame = FRAME_NONE;
        enum pager_result r = pager_get(&g->pager, OWNER, page, slot, 0, write, &frame);

        ck_assert(pager_check(&g->pager));
        ck_assert_uint_lt(tries, 1000);
        if (r == PAGER_OK) {
            g->where[page] = HERE;
            g->at[page] = frame;
            if (slot != SWAP_NONE)
                pager_slot_drop(&g->pager, slot);
        } else if (r == PAGER_WAIT || r == PAGER_COMING) {
            ck_assert_uint_gt(g->nflying, 0);   /* else it would wait for ever */
            complete(g);
        } else if (r != PAGER_BACK) {
            return r;
        }
    }
    return PAGER_OK;
}

static enum pager_result use(struct rig *g, uint32_t page, uint32_t word)
{
    enum pager_result r = fetch(g, page, word != 0);

    g->now++;
    if (r)
        return r;
    expect_truth(g, page);
    pager_touch(&g->pager, g->at[page], word != 0);
    if (word) {
        uint32_t *w = words(g, g->at[page]);

        g->truth[page] = w[0] = w[1023] = word;
    }
    return PAGER_OK;
}

/* A write to a slot that has gone bad: the page has its frame still, and the slot is nobody's any
 * more. One slot of three fails, and what is asked for is always there. */
START_TEST(failed_writes_lose_nothing)
{
    for (uint32_t cluster = 1; cluster <= 8; cluster += 7)
        for (uint32_t ahead = 0; ahead <= 3; ahead += 3) {
            struct rig *g = rig_open(14, SLOTS_MOST, cluster, ahead);

            for (uint32_t s = 0; s < SLOTS_MOST; s += 3)
                g->bad[s] = true;
            for (uint32_t i = 1; i <= 6000; i++)
                ck_assert_int_eq(use(g, (uint32_t)rng_below(&g->rng, PAGES),
                                     rng_below(&g->rng, 2) ? i : 0), PAGER_OK);
            ck_assert_uint_gt(g->writes, 1000);
            /* Alone, each of them is tried once; good ones are not given up for their sake. */
            ck_assert_uint_gt(g->failures, 5);
            ck_assert_uint_gt(g->pager.nbad, 5);
            ck_assert_uint_le(g->pager.nbad, SLOTS_MOST / 3);
            for (uint32_t p = 0; p < PAGES; p++)
                ck_assert_int_eq(use(g, p, 0), PAGER_OK);
            rig_close(g);
        }
}
END_TEST

/* Frames and slots are all that there is. Ten slots hold ten pages that were written; the next
 * page is refused at once, nothing is lost by that, and a page that is given up makes room. */
START_TEST(full_swap_refuses)
{
    struct rig *g = rig_open(14, 10, 1, 0);
    uint32_t frames = g->memory.mm.frames.nfree, most = frames + 10;

    for (uint32_t p = 0; p < most; p++)
        ck_assert_int_eq(use(g, p, p + 1), PAGER_OK);
    while (g->nflying)
        complete(g);
    ck_assert_uint_eq(pager_free_slots(&g->pager), 0);
    ck_assert_int_eq(use(g, most, 1), PAGER_FULL);
    ck_assert_uint_eq(g->nflying, 0);
    uint32_t here = 0, out = 0;
    for (uint32_t p = 0; p < most; p++) {
        here += g->where[p] == HERE;
        out += g->where[p] == OUT;
        if (g->where[p] == HERE)
            expect_truth(g, p);
    }
    ck_assert_uint_eq(here, frames);
    ck_assert_uint_eq(out, 10);
    for (uint32_t p = 0; p < most; p++)
        if (g->where[p] == HERE) {
            pager_forget(&g->pager, g->at[p]);
            g->where[p] = NOWHERE;
            g->truth[p] = 0;
            break;
        }
    for (uint32_t p = 0; p < most; p++)         /* there is one frame to turn round in */
        if (g->where[p] == OUT) {
            ck_assert_int_eq(use(g, p, 0), PAGER_OK);
            break;
        }
    ck_assert(pager_check(&g->pager));
    rig_close(g);
}
END_TEST

/* All slots go bad at once: no page can leave any more, those that are here stay and are good,
 * and a page that is asked for is refused as soon as every slot was tried. */
START_TEST(a_dead_drive_is_a_full_one)
{
    struct rig *g = rig_open(14, 20, 4, 0);
    uint32_t frames = g->memory.mm.frames.nfree;

    memset(g->bad, true, sizeof g->bad);
    for (uint32_t p = 0; p < frames; p++)
        ck_assert_int_eq(use(g, p, p + 1), PAGER_OK);
    ck_assert_int_eq(use(g, frames, 1), PAGER_FULL);
    ck_assert_uint_eq(g->pager.nbad, 20);
    for (uint32_t p = 0; p < frames; p++) {
        ck_assert_int_eq(g->where[p], HERE);
        expect_truth(g, p);
    }
    rig_close(g);
}
END_TEST

/* A slot that cannot be read: who asks for that page is told, each time. Those who would have
 * come along with it are not concerned. */
START_TEST(failed_reads_concern_their_page)
{
    for (uint32_t ahead = 0; ahead <= 7; ahead += 7) {
        struct rig *g = rig_open(20, SLOTS_MOST, ahead + 1, ahead);
        bool lost[PAGES] = { false };
        uint32_t nlost = 0;

        for (uint32_t p = 0; p < PAGES; p++)
            ck_assert_int_eq(use(g, p, p + 1), PAGER_OK);
        while (g->nflying)
            complete(g);
        for (uint32_t p = 0; p < PAGES; p++)
            if (g->where[p] == OUT && nlost < 8 && rng_below(&g->rng, 4) == 0) {
                lost[p] = g->bad[g->at[p]] = true;
                nlost++;
            }
        ck_assert_uint_gt(nlost, 2);
        for (unsigned round = 0; round < 3; round++)
            for (uint32_t p = 0; p < PAGES; p++) {
                if (lost[p])
                    ck_assert(use(g, p, 0) == PAGER_IO_ERROR || g->failed[p]);
                else
                    ck_assert_int_eq(use(g, p, round ? 0 : 100 + p), PAGER_OK);
            }
        rig_close(g);
    }
}
END_TEST

SUITE(pager, 20, failed_writes_lose_nothing, full_swap_refuses, a_dead_drive_is_a_full_one,
      failed_reads_concern_their_page)
