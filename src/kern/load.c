/* load.c - from an ELF image to an address space that can run.
 *
 * Segments are copied when the program starts; what has no bytes in the file is zero
 * and comes at the first touch. The stack begins as Linux has it: argc, argv, envp,
 * auxiliary vector, strings above. Source: "RISC-V ELF psABI", "Program Interpreter
 * and Stack"; System V ABI, "Process Initialization".
 */
#include "prog.h"

#include <sim/check.h>

/* --- by which name --- */

static const char *base_of(const char *path)
{
    const char *base = path;

    for (; *path; path++)
        if (*path == '/')
            base = path + 1;
    return base;
}

static size_t stem_length(const char *name)
{
    size_t n = strlen(name);

    for (size_t dot = n; dot-- > 1;)
        if (name[dot] == '.')
            return dot;
    return n;
}

/* The same file name, suffixes aside: one built program has several. */
static bool same_name(const char *asked, const char *have)
{
    size_t n = stem_length(asked);

    return n && n == stem_length(have) && !memcmp(asked, have, n);
}

const struct program_config *program_find(const struct kern *k, const char *path)
{
    const struct config *c = k->config;

    for (uint32_t i = 0; i < c->nprocesses; i++) {
        const struct program_config *pc = c->processes[i].program;

        if (pc && pc->path && strcmp(path, pc->path) == 0)
            return pc;
    }
    for (uint32_t i = 0; i < c->nprocesses; i++) {
        const struct program_config *pc = c->processes[i].program;

        if (!pc)
            continue;
        if ((pc->path && same_name(base_of(path), base_of(pc->path))) ||
            strcmp(base_of(path), c->processes[i].name) == 0 ||
            (pc->argc && same_name(base_of(path), base_of(pc->argv[0]))))
            return pc;
    }
    return NULL;
}

/* --- arguments --- */

static bool pack(struct programs *ps, struct exec_args *args, const char *const *list,
                 uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        size_t len = strlen(list[i]) + 1;

        if (len > PROG_SCRATCH - args->bytes)
            return false;
        memcpy(ps->scratch + args->bytes, list[i], len);
        args->bytes += (uint32_t)len;
    }
    return true;
}

bool exec_pack(struct programs *ps, const struct program_config *pc,
               struct exec_args *args)
{
    *args = (struct exec_args){ .argc = pc->argc, .envc = pc->envc,
                                .strings = ps->scratch };
    return pack(ps, args, pc->argv, pc->argc) && pack(ps, args, pc->envp, pc->envc);
}

/* --- segments --- */

static uint32_t page_down(uint32_t va)
{
    return va & ~(uint32_t)(PAGE_SIZE - 1);
}

static uint32_t segment_flags(const struct elf_segment *s)
{
    return (s->read ? REGION_READ : 0u) | (s->write ? REGION_WRITE : 0u) |
           (s->exec ? REGION_EXEC : 0u);
}

/* Segments may share a page, which then has the rights of both. */
static enum mm_result map_segment(struct mm *mm, struct aspace *as,
                                  const struct elf_segment *s)
{
    uint32_t flags = segment_flags(s);
    uint32_t start = page_down(s->vaddr);
    uint32_t end = page_down(s->vaddr + s->memsz - 1) + PAGE_SIZE;
    const struct region *r = aspace_region(as, start);
    enum mm_result err;

    if (r) {
        err = aspace_protect(mm, as, start, PAGE_SIZE, (r->flags | flags) & REGION_PROT);
        start += PAGE_SIZE;
        if (err)
            return err;
    }
    if (end > start && (err = aspace_map(mm, as, start, end - start, flags)))
        return err;
    return mm_place(mm, as, s->vaddr, s->bytes, s->filesz);
}

static enum mm_result map_segments(struct mm *mm, struct aspace *as, const struct elf *e)
{
    for (unsigned i = 0; i < e->nsegments; i++) {
        struct elf_segment s = elf_segment(e, i);
        enum mm_result err = map_segment(mm, as, &s);

        if (err)
            return err;
    }
    as->heap_start = as->heap_end = page_down(e->end + PAGE_SIZE - 1);
    return MM_OK;
}

/* --- the stack --- */

struct stack { struct mm *mm; struct aspace *as; uint32_t at; enum mm_result err; };

static void put_word(struct stack *s, uint32_t word)
{
    if (!s->err)
        s->err = mm_place(s->mm, s->as, s->at, &word, sizeof word);
    s->at += (uint32_t)sizeof word;
}

/* Pointers to the next n strings, and a NULL. */
static void put_pointers(struct stack *s, const uint8_t **string, uint32_t *va, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t len = (uint32_t)strlen((const char *)*string) + 1;

        put_word(s, *va);
        *string += len;
        *va += len;
    }
    put_word(s, 0);
}

static void put_auxv(struct stack *s, const struct elf *e, uint32_t random, uint32_t name)
{
    const uint32_t v[][2] = {
        { G_AT_PHDR, e->phdr_vaddr }, { G_AT_PHENT, ELF_PHDR_SIZE },
        { G_AT_PHNUM, e->phdr_vaddr ? e->phnum : 0 }, { G_AT_PAGESZ, PAGE_SIZE },
        { G_AT_ENTRY, e->entry }, { G_AT_UID, 0 }, { G_AT_EUID, 0 }, { G_AT_GID, 0 },
        { G_AT_EGID, 0 }, { G_AT_CLKTCK, G_USER_HZ }, { G_AT_SECURE, 0 },
        { G_AT_RANDOM, random }, { G_AT_EXECFN, name }, { G_AT_NULL, 0 },
    };

    for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
        put_word(s, v[i][0]);
        put_word(s, v[i][1]);
    }
}

static enum mm_result make_stack(struct kern *k, struct aspace *as, const struct elf *e,
                                 const struct exec_args *args, uint32_t *sp)
{
    struct programs *ps = k->programs;
    uint32_t random = STACK_TOP - 16, strings = random - args->bytes;
    uint32_t words = 1 + args->argc + 1 + args->envc + 1 + 28, va = strings;
    const uint8_t *string = args->strings;
    struct stack s = { .mm = &ps->mm, .as = as };
    uint64_t seed[2] = { rng_next(&ps->random), rng_next(&ps->random) };

    s.at = *sp = ((strings & ~15u) - words * 4) & ~15u;
    s.err = mm_place(s.mm, as, random, seed, sizeof seed);
    if (!s.err)
        s.err = mm_place(s.mm, as, strings, args->strings, args->bytes);
    put_word(&s, args->argc);
    put_pointers(&s, &string, &va, args->argc);
    put_pointers(&s, &string, &va, args->envc);
    put_auxv(&s, e, random, args->argc ? strings : 0);
    return s.err;
}

int32_t program_load(struct kern *k, const struct program_config *pc,
                     const struct exec_args *args, struct aspace **as, uint32_t *pc_out,
                     uint32_t *sp_out)
{
    struct mm *mm = &k->programs->mm;
    struct elf e;
    struct aspace *new;

    if (elf_open(&e, pc->elf, pc->elf_size))
        return -G_ENOEXEC;
    new = aspace_create(mm);
    if (!new)
        return -G_ENOMEM;
    if (map_segments(mm, new, &e) || make_stack(k, new, &e, args, sp_out)) {
        aspace_drop(mm, new);
        return -G_ENOMEM;
    }
    *as = new;
    *pc_out = e.entry;
    return 0;
}
