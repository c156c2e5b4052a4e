/* aspace_test.c - frames, page tables, regions and faults, with the MMU as the judge. */
#include "../suite.h"
#include "memory.h"

#define RW (REGION_READ | REGION_WRITE)

START_TEST(frames_come_and_go)
{
    struct memory m;
    uint32_t pfn[40];

    memory_open(&m, 32);
    struct frames *f = &m.mm.frames;
    uint32_t before = f->nfree;
    for (uint32_t i = 0; i < before; i++) {
        pfn[i] = frame_alloc(f);
        ck_assert_uint_lt(pfn[i], 32);
        cpu_frame(m.mm.cpu, pfn[i])[5] = 1;
    }
    ck_assert_uint_eq(frame_alloc(f), FRAME_NONE);
    frame_hold(f, pfn[3]);
    frame_drop(f, pfn[3]);
    ck_assert_uint_eq(f->nfree, 0);
    frame_drop(f, pfn[3]);
    ck_assert(frames_check(f));
    ck_assert_uint_eq(frame_alloc(f), pfn[3]);
    ck_assert_uint_eq(cpu_frame(m.mm.cpu, pfn[3])[5], 0);
    for (uint32_t i = 0; i < before; i++)
        frame_drop(f, pfn[i]);
    ck_assert_uint_eq(f->nfree, before);
    memory_close(&m);
}
END_TEST

/* Every right, as the walker sees it after the fault that a first touch raises. */
START_TEST(rights_are_what_the_walker_sees)
{
    struct memory m;

    memory_open(&m, 64);
    struct aspace *as = memory_space(&m);
    for (uint32_t prot = 0; prot < 8; prot++) {
        uint32_t va = 0x100000 + prot * 0x1000;
        bool brought;

        ck_assert_int_eq(aspace_map(&m.mm, as, va, PAGE_SIZE, prot), MM_OK);
        for (int access = ACCESS_FETCH; access <= ACCESS_STORE; access++) {
            bool may = access == ACCESS_FETCH ? prot & REGION_EXEC :
                       access == ACCESS_LOAD ? prot & RW : prot & REGION_WRITE;

            ck_assert_int_eq(mm_fault(&m.mm, as, va, (enum mmu_access)access, &brought),
                             may ? MM_OK : MM_NOT_ALLOWED);
            ck_assert_int_eq(memory_look(&m, as, va, (enum mmu_access)access),
                             may ? 0 : -1);
        }
        memory_check(&m);
    }
    ck_assert_int_eq(memory_look(&m, as, 0x200000, ACCESS_LOAD), -1);
    ck_assert_int_ge(memory_look(&m, as, TRAMPOLINE_VA, ACCESS_FETCH), 0);
    ck_assert_int_eq(memory_look(&m, as, TRAMPOLINE_VA, ACCESS_STORE), -1);
    aspace_drop(&m.mm, as);
    memory_check(&m);
    memory_close(&m);
}
END_TEST

START_TEST(protect_follows_pages)
{
    struct memory m;

    memory_open(&m, 64);
    struct aspace *as = memory_space(&m);
    aspace_map(&m.mm, as, 0x100000, 4 * PAGE_SIZE, RW);
    for (uint32_t i = 0; i < 4; i++)
        ck_assert(memory_poke(&m, as, 0x100000 + i * PAGE_SIZE, (uint8_t)(i + 1)));
    ck_assert_int_eq(aspace_protect(&m.mm, as, 0x101000, PAGE_SIZE, REGION_READ), MM_OK);
    ck_assert_int_eq(memory_look(&m, as, 0x101000, ACCESS_LOAD), 2);
    ck_assert(!memory_poke(&m, as, 0x101000, 9));
    ck_assert_int_eq(aspace_protect(&m.mm, as, 0x101000, PAGE_SIZE, 0), MM_OK);
    ck_assert_int_eq(memory_look(&m, as, 0x101000, ACCESS_LOAD), -1);
    memory_check(&m);
    ck_assert_int_eq(aspace_protect(&m.mm, as, 0x100000, 2 * PAGE_SIZE, RW), MM_OK);
    ck_assert_int_eq(memory_look(&m, as, 0x101000, ACCESS_LOAD), 2);
    ck_assert_int_eq(aspace_unmap(&m.mm, as, 0x102000, PAGE_SIZE), MM_OK);
    ck_assert_int_eq(memory_look(&m, as, 0x102000, ACCESS_LOAD), -1);
    ck_assert_int_eq(memory_look(&m, as, 0x103000, ACCESS_LOAD), 4);
    ck_assert_int_eq(aspace_protect(&m.mm, as, 0x101000, 3 * PAGE_SIZE, RW),
                     MM_NOT_MAPPED);
    memory_check(&m);
    aspace_drop(&m.mm, as);
    memory_close(&m);
}
END_TEST

START_TEST(forks_share_until_they_write)
{
    struct memory m;

    memory_open(&m, 64);
    uint32_t free_at_first = m.mm.frames.nfree;
    struct aspace *a = memory_space(&m);
    aspace_map(&m.mm, a, 0x100000, 4 * PAGE_SIZE, RW);
    aspace_map(&m.mm, a, 0x200000, 2 * PAGE_SIZE, RW | REGION_SHARED);
    memory_poke(&m, a, 0x100000, 7);
    memory_poke(&m, a, 0x101000, 8);
    memory_poke(&m, a, 0x200000, 9);
    uint32_t before = m.mm.frames.nfree;
    struct aspace *b = memory_fork(&m, a);
    /* Root, one table for both ranges, one for the trampoline; the untouched shared page. */
    ck_assert_uint_eq(before - m.mm.frames.nfree, 4);
    memory_check(&m);
    ck_assert_int_eq(memory_look(&m, a, 0x100000, ACCESS_STORE), -1);
    ck_assert(memory_poke(&m, b, 0x100000, 70));
    ck_assert_int_eq(memory_look(&m, a, 0x100000, ACCESS_LOAD), 7);
    ck_assert_int_eq(memory_look(&m, b, 0x100000, ACCESS_LOAD), 70);
    before = m.mm.frames.nfree;
    ck_assert(memory_poke(&m, a, 0x100000, 71));       /* the last sharer copies nothing */
    ck_assert_uint_eq(m.mm.frames.nfree, before);
    ck_assert(memory_poke(&m, b, 0x200000, 90));
    ck_assert_int_eq(memory_look(&m, a, 0x200000, ACCESS_LOAD), 90);
    ck_assert(memory_poke(&m, a, 0x201000, 91));
    ck_assert_int_eq(memory_look(&m, b, 0x201000, ACCESS_LOAD), 91);
    memory_check(&m);
    aspace_drop(&m.mm, a);
    memory_check(&m);
    ck_assert_int_eq(memory_look(&m, b, 0x101000, ACCESS_LOAD), 8);
    aspace_drop(&m.mm, b);
    ck_assert_uint_eq(m.mm.frames.nfree, free_at_first);
    memory_close(&m);
}
END_TEST

/* Wherever memory runs out, nothing is lost and nothing half done stays. */
/* Whoever is left alone with a page needs no other one for it, even if there is none; and
 * only a store makes a page dirty. */
START_TEST(the_last_sharer_takes_the_page)
{
    struct memory m;
    bool brought;

    memory_open(&m, 64);
    struct frames *f = &m.mm.frames;
    struct aspace *as = memory_space(&m);
    aspace_map(&m.mm, as, 0x100000, PAGE_SIZE, RW);
    ck_assert_int_eq(mm_fault(&m.mm, as, 0x100000, ACCESS_LOAD, &brought), MM_OK);
    ck_assert(!(pt_get(f, as->root, 0x100000) & PTE_D));
    ck_assert_int_eq(mm_fault(&m.mm, as, 0x100000, ACCESS_STORE, &brought), MM_OK);
    ck_assert(pt_get(f, as->root, 0x100000) & PTE_D);
    uint32_t pfn = pte_pfn(pt_get(f, as->root, 0x100000));
    pt_set(f, as->root, 0x100000, pte_make(pfn, PTE_V | PTE_U | PTE_R | PTE_W));
    ck_assert_int_eq(mm_fault(&m.mm, as, 0x100000, ACCESS_LOAD, &brought), MM_OK);
    ck_assert_uint_eq(pt_get(f, as->root, 0x100000) & (PTE_A | PTE_D), PTE_A);
    /* As a fork leaves it, when the child has ended. */
    pt_set(f, as->root, 0x100000, pte_make(pfn, PTE_V | PTE_U | PTE_R | PTE_A));
    while (frame_alloc(f) != FRAME_NONE)
        ;
    ck_assert_int_eq(mm_fault(&m.mm, as, 0x100000, ACCESS_STORE, &brought), MM_OK);
    ck_assert_uint_eq(pte_pfn(pt_get(f, as->root, 0x100000)), pfn);
    memory_close(&m);
}
END_TEST

START_TEST(running_out_leaves_no_trace)
{
    for (uint32_t frames = 1; frames < 30; frames++) {
        struct memory m;

        memory_open(&m, frames);
        uint32_t before = m.mm.frames.nfree;
        struct aspace *a = memory_space(&m);
        if (a) {
            aspace_map(&m.mm, a, 0x100000, 8 * PAGE_SIZE, RW);
            for (uint32_t i = 0; i < 8; i++)
                memory_poke(&m, a, 0x100000 + i * PAGE_SIZE, 1);
            uint32_t mid = m.mm.frames.nfree;
            struct aspace *b = memory_fork(&m, a);
            memory_check(&m);
            if (b)
                aspace_drop(&m.mm, b);
            ck_assert_uint_eq(m.mm.frames.nfree, mid);
            aspace_drop(&m.mm, a);
        }
        ck_assert_uint_eq(m.mm.frames.nfree, before);
        memory_check(&m);
        memory_close(&m);
    }
}
END_TEST

START_TEST(heap_and_free_ranges)
{
    struct memory m;

    memory_open(&m, 64);
    struct aspace *as = memory_space(&m);
    as->heap_start = as->heap_end = 0x20000;
    ck_assert(aspace_brk(&m.mm, as, 0x21234));
    ck_assert(memory_poke(&m, as, 0x21fff, 1));
    ck_assert(!memory_poke(&m, as, 0x22000, 1));
    ck_assert(!aspace_brk(&m.mm, as, 0x1ffff));
    ck_assert(!aspace_brk(&m.mm, as, 0x20000 + 100 * PAGE_SIZE));       /* > memory */
    ck_assert(aspace_brk(&m.mm, as, 0x20000));
    ck_assert(!memory_poke(&m, as, 0x20000, 1));
    uint32_t a = aspace_find(as, 0x3000);
    ck_assert_uint_eq(a, MMAP_TOP - 0x3000);
    aspace_map(&m.mm, as, a, 0x3000, RW);
    ck_assert_uint_eq(aspace_find(as, 0x1000), a - 0x1000);
    aspace_unmap(&m.mm, as, a + 0x1000, 0x1000);
    ck_assert_uint_eq(aspace_find(as, 0x1000), a + 0x1000);
    ck_assert_uint_eq(aspace_find(as, 0xc0000000), 0);
    memory_check(&m);
    aspace_drop(&m.mm, as);
    memory_close(&m);
}
END_TEST

/* Random calls, against a table of bytes that says what every page should be. */
START_TEST(random_calls)
{
    enum { PAGES = 24, BASE = 0x400000 };
    struct { bool mapped; uint32_t prot; uint8_t byte; } page[PAGES] = { 0 };
    struct memory m;
    uint32_t x = 12345;

    memory_open(&m, 128);
    struct aspace *as = memory_space(&m), *other = NULL;
    for (int round = 0; round < 20000; round++) {
        x = x * 1664525 + 1013904223;
        uint32_t first = (x >> 8) % PAGES, n = 1 + (x >> 16) % (PAGES - first);
        uint32_t va = BASE + first * PAGE_SIZE, prot = (x >> 24) & 7;
        bool all = true;

        switch ((x >> 27) % 6) {
        case 0:
            ck_assert_int_eq(aspace_map(&m.mm, as, va, n * PAGE_SIZE, prot), MM_OK);
            for (uint32_t i = first; i < first + n; i++)
                page[i].mapped = true, page[i].prot = prot, page[i].byte = 0;
            break;
        case 1:
            ck_assert_int_eq(aspace_unmap(&m.mm, as, va, n * PAGE_SIZE), MM_OK);
            for (uint32_t i = first; i < first + n; i++)
                page[i].mapped = false;
            break;
        case 2:
            for (uint32_t i = first; i < first + n; i++)
                all &= page[i].mapped;
            ck_assert_int_eq(aspace_protect(&m.mm, as, va, n * PAGE_SIZE, prot),
                             all ? MM_OK : MM_NOT_MAPPED);
            for (uint32_t i = first; all && i < first + n; i++)
                page[i].prot = prot;
            break;
        case 3:
            if (other)
                aspace_drop(&m.mm, other);
            other = round % 3 ? memory_fork(&m, as) : NULL;
            break;
        default:
            ck_assert_int_eq(memory_poke(&m, as, va, (uint8_t)round),
                             page[first].mapped && page[first].prot & REGION_WRITE);
            if (page[first].mapped && page[first].prot & REGION_WRITE)
                page[first].byte = (uint8_t)round;
        }
        uint32_t pfn;
        bool brought, seen = !mm_user(&m.mm, as, va, ACCESS_LOAD, &pfn, &brought);
        ck_assert_int_eq(seen, page[first].mapped && page[first].prot & RW);
        if (seen)
            ck_assert_uint_eq(mm_bytes(&m.mm, pfn)[va & (PAGE_SIZE - 1)], page[first].byte);
        if (round % 64 == 0)
            memory_check(&m);
    }
    memory_check(&m);
    memory_close(&m);
}
END_TEST

SUITE(aspace, 10, frames_come_and_go, rights_are_what_the_walker_sees,
      protect_follows_pages, forks_share_until_they_write, the_last_sharer_takes_the_page,
      running_out_leaves_no_trace, heap_and_free_ranges, random_calls)
