/* guest_box_test.c - functions called in a box: what they return, and how they fail. */
#include "../asm/asm_help.h"
#include "../suite.h"

#include <cpu/mmu.h>
#include <machine/guest_box.h>
#include <stdlib.h>

static const char program[] =
    ".globl _start\n_start: ebreak\n"
    "add64: add t0, a0, a2\nsltu t1, t0, a0\nadd a1, a1, a3\nadd a1, a1, t1\nmv a0, t0\nret\n"
    "spin: j spin\n"
    "null: lw a0, 8(zero)\nret\n"
    "code: la t0, _start\nsw zero, 0(t0)\nret\n"
    "jump: la t0, counter\njr t0\n"
    "call: li a7, 93\necall\nret\n"
    "stop: ebreak\nret\n"
    "cycle: csrr a0, cycle\nret\n"
    "count: la t0, counter\nlw a0, 0(t0)\naddi a0, a0, 1\nsw a0, 0(t0)\nret\n"
    "deep: addi sp, sp, -1024\nsw ra, 0(sp)\nj deep\n"
    ".data\ncounter: .word 41\n";

static struct memory_config memory = { .frames = 64, .tlb_entries = 64, .tlb_ways = 4 };
static struct elf elf;
static struct guest_box box;
static void *block;

static void setup(void)
{
    struct arena a;

    ck_assert_int_eq(assemble(program), ERR_OK);
    ck_assert_ptr_null(elf_open(&elf, asm_result.elf, asm_result.size));
    arena_init(&a, NULL, 0);
    box_init(&box, &a, &memory);
    free(block);
    block = aligned_alloc(4096, (a.used + 4095) & ~(size_t)4095);
    memset(block, 0, (a.used + 4095) & ~(size_t)4095);
    arena_init(&a, block, a.used);
    box_init(&box, &a, &memory);
    ck_assert(box_load(&box, &elf));
}

static enum box_stop call(const char *name, uint64_t *result)
{
    static const uint32_t args[] = { 0xffffffff, 1, 2, 3 };
    uint32_t fn;

    ck_assert_msg(elf_find(&elf, name, &fn), "%s", name);
    return box_call(&box, fn, args, 4, 10000, result);
}

START_TEST(functions_return)
{
    uint64_t r;

    setup();
    ck_assert_int_eq(call("add64", &r), BOX_RETURNED);
    ck_assert_uint_eq(r, UINT64_C(0x1ffffffff) + UINT64_C(0x300000002));
    for (uint32_t n = 42; n < 50; n++) {        /* memory stays, the stack does not */
        ck_assert_int_eq(call("count", &r), BOX_RETURNED);
        ck_assert_uint_eq((uint32_t)r, n);
    }
}
END_TEST

static const struct { const char *fn; enum box_stop why; unsigned cause; uint32_t tval; }
failures[] = {
    { "spin", BOX_BUDGET, 0, 0 },
    { "null", BOX_FAULT, CAUSE_LOAD_PAGE, 8 },
    { "code", BOX_FAULT, CAUSE_STORE_PAGE, 0 },
    { "jump", BOX_FAULT, CAUSE_FETCH_PAGE, 0 },
    { "call", BOX_CALLS_SYSTEM, CAUSE_ECALL, 0 },
    { "stop", BOX_BREAK, CAUSE_BREAKPOINT, 0 },
    { "cycle", BOX_FAULT, CAUSE_ILLEGAL, 0 },
    { "deep", BOX_FAULT, CAUSE_STORE_PAGE, 0 },
};

START_TEST(functions_fail_in_their_own_way)
{
    uint64_t r;

    setup();
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
        ck_assert_msg(call(failures[i].fn, &r) == failures[i].why, "%s", failures[i].fn);
        if (failures[i].cause)
            ck_assert_msg(box.trap.cause == failures[i].cause, "%s: cause %u",
                          failures[i].fn, box.trap.cause);
        if (failures[i].tval)
            ck_assert_uint_eq(box.trap.tval, failures[i].tval);
        ck_assert_int_eq(call("count", &r), BOX_RETURNED);      /* the box still works */
        ck_assert_uint_eq((uint32_t)r, 42 + i);
    }
}
END_TEST

START_TEST(a_budget_is_one_of_instructions)
{
    uint64_t r, before;
    uint32_t fn;

    setup();
    ck_assert(elf_find(&elf, "add64", &fn));    /* six instructions, then the return */
    ck_assert_int_eq(box_call(&box, fn, NULL, 0, 6, &r), BOX_BUDGET);
    ck_assert_int_eq(box_call(&box, fn, NULL, 0, 7, &r), BOX_RETURNED);
    before = box.counts.instructions;
    ck_assert_int_eq(call("spin", &r), BOX_BUDGET);
    ck_assert_uint_eq(box.counts.instructions - before, 10000);
}
END_TEST

START_TEST(memory_is_bounded_and_guarded)
{
    uint8_t bytes[5000], back[5000];
    unsigned maps = 0;

    setup();
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7);
    ck_assert(box_map(&box, 0x40000000, 2 * 4096, BOX_READ));
    ck_assert(box_write(&box, 0x40000100, bytes, sizeof bytes));
    ck_assert(box_read(&box, 0x40000100, back, sizeof back));
    ck_assert_mem_eq(bytes, back, sizeof bytes);
    ck_assert(!box_write(&box, 0x40001000, bytes, 4097));       /* one byte too far */
    ck_assert(!box_read(&box, 0x3fffffff, back, 2));
    ck_assert(!box_read(&box, 0xffffffff, back, 2));
    while (box_map(&box, 0x50000000 + maps * 4096, 4096, BOX_WRITE))
        maps++;
    ck_assert_uint_lt(maps, memory.frames);
    ck_assert_uint_gt(maps, 20);
    ck_assert(!box_map(&box, 0x60000000, UINT64_C(1) << 40, BOX_WRITE));
}
END_TEST

SUITE(guest_box, 10, functions_return, functions_fail_in_their_own_way,
      a_budget_is_one_of_instructions, memory_is_bounded_and_guarded)
