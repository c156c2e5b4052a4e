/* load.c - from an ELF image to an address space that can run.
 *
 * Segments are copied when the program starts, unless it has a boot image (image.c), or is a
 * file of the disk, whose pages are mapped (filemap.h): then a page comes at the first touch,
 * and those who run the same file share it. What has no bytes in the file is zero and comes so
 * too. A file whose segments do not lie on pages as they do in memory is read as a whole. The stack begins as Linux has it: argc, argv, envp,
 * auxiliary vector, strings above. Source: "RISC-V ELF psABI", "Program Interpreter
 * and Stack"; System V ABI, "Process Initialization".
 */
#include <kern/mem.h>
#include <kern/load.h>

#include <cpu/elf.h>
#include <kern/filemap.h>
#include <kern/tty.h>
#include <kern/vfs.h>

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
    for (uint32_t i = 0; i < c->nprograms; i++)
        if (same_name(base_of(path), base_of(c->programs[i].path)))
            return &c->programs[i];
    return NULL;
}

/* --- arguments --- */

/* Arguments and environment, one string after another: those that an execve took, or the
 * workload's own. */
struct strings {
    const uint8_t *taken;       /* NULL: the workload's */
    const struct program_config *pc;
    uint32_t argc, envc, bytes, next;
};

static const char *string_next(struct strings *s)
{
    const char *string;

    if (s->taken) {
        string = (const char *)s->taken;
        s->taken += strlen(string) + 1;
    } else {
        string = s->next < s->argc ? s->pc->argv[s->next] : s->pc->envp[s->next - s->argc];
        s->next++;
    }
    return string;
}

static struct strings strings_of(const struct programs *ps, const struct load_progress *x)
{
    if (x->buffer)
        return (struct strings){ .taken = ps->exec[x->buffer - 1].bytes, .pc = x->pc,
                                 .argc = x->argc, .envc = x->envc, .bytes = x->bytes };
    struct strings s = { .pc = x->pc, .argc = x->pc->argc, .envc = x->pc->envc };
    for (uint32_t i = 0; i < s.argc + s.envc; i++)
        s.bytes += (uint32_t)strlen(string_next(&s)) + 1;
    s.next = 0;
    return s;
}

/* --- segments --- */

static uint32_t page_down(uint32_t va)
{
    return va & ~(uint32_t)(PAGE_SIZE - 1);
}

static uint32_t segment_rights(const struct elf_segment *s)
{
    return (s->read ? REGION_READ : 0u) | (s->write ? REGION_WRITE : 0u) |
           (s->exec ? REGION_EXEC : 0u);
}

/* Segments may share a page, which then has the rights of both. */
static enum mm_result map_segments(struct kern *k, struct aspace *as, const struct elf *e)
{
    for (unsigned i = 0; i < e->nsegments; i++) {
        struct elf_segment s = elf_segment(e, i);
        enum mm_result err = mem_segment(k, as, page_down(s.vaddr),
                                         page_down(s.vaddr + s.memsz - 1) + PAGE_SIZE,
                                         segment_rights(&s));
        if (err)
            return err;
    }
    mem_set_heap(as, page_down(e->end + PAGE_SIZE - 1));
    return MM_OK;
}

/* --- segments of a file of the disk, that stay there --- */

static uint32_t page_up(uint32_t va)
{
    return page_down(va + PAGE_SIZE - 1);
}

/* Where the segment begins in the file. */
static uint32_t file_offset(const struct elf *e, const struct elf_segment *s)
{
    return (uint32_t)(s->bytes - e->data);
}

/* Can its pages be those of the file? None has two segments, each stands in its page as in the
 * file's, and what is zero behind the file's bytes can be written. */
static bool can_map(const struct elf *e)
{
    for (unsigned i = 0; i < e->nsegments; i++) {
        struct elf_segment s = elf_segment(e, i), before = elf_segment(e, i ? i - 1 : 0);

        if ((s.filesz && (file_offset(e, &s) ^ s.vaddr) & (PAGE_SIZE - 1)) ||
            (s.memsz > s.filesz && !s.write) ||
            (i && page_up(before.vaddr + before.memsz) > page_down(s.vaddr)))
            return false;
    }
    return true;
}

static enum mm_result map_file(struct kern *k, struct load_progress *x, const struct elf *e)
{
    for (unsigned i = 0; i < e->nsegments; i++) {
        struct elf_segment s = elf_segment(e, i);
        uint32_t start = page_down(s.vaddr), end = page_up(s.vaddr + s.memsz);
        uint32_t zero = s.filesz ? page_up(s.vaddr + s.filesz) : start;
        enum mm_result why = MM_OK;

        if (zero > start)
            why = mem_map_file(k, x->as, start, zero, segment_rights(&s),
                               filemap_object(x->vnode), file_offset(e, &s) / PAGE_SIZE);
        if (!why && end > zero)
            why = mem_segment(k, x->as, zero, end, segment_rights(&s));
        if (why)
            return why;
    }
    mem_set_heap(x->as, page_up(e->end));
    return MM_OK;
}

/* The rest of the last page with bytes of the file is zero. */
static enum mm_result clear_ends(struct kern *k, struct load_progress *x, const struct elf *e)
{
    for (; x->segment < e->nsegments; x->segment++) {
        struct elf_segment s = elf_segment(e, x->segment);
        uint32_t end = s.vaddr + s.filesz;
        enum mm_result why = s.filesz && s.memsz > s.filesz && end & (PAGE_SIZE - 1)
                                 ? mem_clear(k, x->as, end, page_up(end) - end) : MM_OK;

        if (why)
            return why;
    }
    return MM_OK;
}

static enum mm_result place_segments(struct kern *k, struct load_progress *x,
                                     const struct elf *e)
{
    for (; x->segment < e->nsegments; x->segment++, x->placed = 0) {
        struct elf_segment s = elf_segment(e, x->segment);
        uint32_t placed;
        enum mm_result why = mem_place(k, x->as, s.vaddr + x->placed, s.bytes + x->placed,
                                       s.filesz - x->placed, &placed);

        x->placed += placed;
        if (why)
            return why;
    }
    return MM_OK;
}

/* --- the stack --- */

/* What is put is numbered in the order in which it comes; what an earlier attempt has put
 * is passed over. */
struct stack { struct kern *k; struct load_progress *x; uint32_t at, sent;
               enum mm_result why; };

static void put(struct stack *s, uint32_t va, const void *bytes, uint32_t n)
{
    const uint8_t *from = bytes;
    uint32_t placed, skip;

    s->sent += n;
    if (s->why || s->sent <= s->x->placed)
        return;
    skip = n - (s->sent - s->x->placed);
    s->why = mem_place(s->k, s->x->as, va + skip, from + skip, n - skip, &placed);
    s->x->placed += placed;
}

static void put_word(struct stack *s, uint32_t word)
{
    put(s, s->at, &word, sizeof word);
    s->at += (uint32_t)sizeof word;
}

static void put_strings(struct stack *s, struct strings strings, uint32_t va)
{
    for (uint32_t i = 0; i < strings.argc + strings.envc; i++) {
        const char *string = string_next(&strings);
        uint32_t len = (uint32_t)strlen(string) + 1;

        put(s, va, string, len);
        va += len;
    }
}

/* Pointers to the next n strings, and a NULL. */
static void put_pointers(struct stack *s, struct strings *strings, uint32_t *va, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        put_word(s, *va);
        *va += (uint32_t)strlen(string_next(strings)) + 1;
    }
    put_word(s, 0);
}

static void put_auxv(struct stack *s, const struct elf *e, const struct ids *w,
                     uint32_t random, uint32_t name)
{
    bool changed = w->user.real != w->user.effective || w->group.real != w->group.effective;
    const uint32_t v[][2] = {
        { G_AT_PHDR, e->phdr_vaddr }, { G_AT_PHENT, ELF_PHDR_SIZE },
        { G_AT_PHNUM, e->phdr_vaddr ? e->phnum : 0 }, { G_AT_PAGESZ, PAGE_SIZE },
        { G_AT_ENTRY, e->entry }, { G_AT_UID, w->user.real }, { G_AT_EUID, w->user.effective },
        { G_AT_GID, w->group.real }, { G_AT_EGID, w->group.effective },
        { G_AT_CLKTCK, G_USER_HZ }, { G_AT_SECURE, changed },
        { G_AT_RANDOM, random }, { G_AT_EXECFN, name }, { G_AT_NULL, 0 },
    };

    for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
        put_word(s, v[i][0]);
        put_word(s, v[i][1]);
    }
}

static enum mm_result make_stack(struct kern *k, struct request *r, const struct elf *e)
{
    struct load_progress *x = &r->u.load;
    const struct ids w = ids_after_exec(*proc_ids(proc_of_task(k, r->tid)), &x->owner);
    struct strings strings = strings_of(k->programs, x);
    uint32_t random = STACK_TOP - 16, first = random - strings.bytes, va = first;
    uint32_t words = 1 + strings.argc + 1 + strings.envc + 1 + 28;
    struct stack s = { .k = k, .x = x };

    s.at = x->sp = ((first & ~15u) - words * 4) & ~15u;
    put(&s, random, x->seed, sizeof x->seed);
    put_strings(&s, strings, first);
    put_word(&s, strings.argc);
    put_pointers(&s, &strings, &va, strings.argc);
    put_pointers(&s, &strings, &va, strings.envc);
    put_auxv(&s, e, &w, random, strings.argc ? first : 0);
    return s.why;
}

/* --- step by step --- */

enum load_stage { LOAD_ARGUMENTS, LOAD_ENVIRONMENT, LOAD_SPACE, LOAD_SEGMENTS, LOAD_STACK };

void load_undo(struct kern *k, struct request *r)
{
    struct load_progress *x = &r->u.load;
    struct programs *ps = k->programs;

    if (r->filed)
        fcall_undo(k, r);
    if (x->as)
        mem_drop(k, x->as);
    x->as = NULL;
    if (x->vnode)
        vnode_put(k, x->vnode);
    x->vnode = 0;
    if (!x->buffer)
        return;
    ps->exec[x->buffer - 1].used = false;
    x->buffer = 0;
    waitq_wake(k, &ps->exec_wait);
}

static enum mm_result load_on(struct kern *k, struct request *r, const struct elf *e)
{
    struct load_progress *x = &r->u.load;
    struct programs *ps = k->programs;
    enum mm_result why;
    bool image;

    mem_work_for(ps->mem, MM_BY_LOADER);
    if (x->stage == LOAD_SPACE) {
        if ((why = mem_create(k, &x->as, thread_of(k, r->tid)->root)) ||
            (why = x->vnode ? map_file(k, x, e) : map_segments(k, x->as, e)))
            return why;
        mem_limit_stack(k, x->as, proc_limit(proc_of_task(k, r->tid), G_RLIMIT_STACK));
        x->stage = LOAD_SEGMENTS;
    }
    if (x->stage == LOAD_SEGMENTS) {
        if (x->vnode ? (why = clear_ends(k, x, e))
                     : ((why = image_map(k, x, e, &image)) ||
                        (!image && (why = place_segments(k, x, e)))))
            return why;
        x->seed[0] = rng_next(&ps->random);
        x->seed[1] = rng_next(&ps->random);
        x->placed = 0;
        x->stage = LOAD_STACK;
    }
    return make_stack(k, r, e);
}

int32_t program_load(struct kern *k, struct request *r)
{
    struct load_progress *x = &r->u.load;
    enum mm_result why;
    struct elf e;

    r->undo = load_undo;
    if (x->elf ? elf_open(&e, x->elf, x->elf_size)
               : elf_open(&e, x->pc->elf, x->pc->elf_size)) {
        load_undo(k, r);
        return -G_ENOEXEC;
    }
    if ((why = load_on(k, r, &e)) == MM_WAIT)
        return SYS_WAIT;
    if (why) {
        load_undo(k, r);
        return -G_ENOMEM;
    }
    x->start = e.entry;
    return 0;
}

/* --- the first program of a process --- */

static void install(struct kern *k, struct thread *t, struct proc *p)
{
    struct load_progress *x = &t->request.u.load;
    struct cpu_counts used = t->body.counts;

    program_init(&t->body, 0, x->start, x->sp);
    t->body.counts = used;
    p->as = x->as;
    x->as = NULL;
    request_end(k, t->tid, &t->request);
}

/* Not even its first pages can be had. */
static void say_no_room(struct kern *k, const struct thread *t, int32_t err)
{
    if (err == -G_ENOMEM)
        kern_say(k, EV_OOM_KILL, HART_NONE, t->tid, 0, 0);
}

static void doom(struct kern *k, struct thread *t)
{
    request_end(k, t->tid, &t->request);
    t->doomed = G_SIGKILL;
    t->attention = ATTEND_SIGNAL;
}

/* What it cannot have (memory, mostly) ends it with a signal when it is dispatched. */
void load_first(struct kern *k, struct thread *t, struct proc *p)
{
    struct programs *ps = k->programs;
    struct load_progress *x = &t->request.u.load;
    struct gfile standard[3];
    int32_t err;

    request_begin(&t->request, REQUEST_LOAD);
    console_standard(p->console, standard);
    x->pc = p->image;
    x->stage = LOAD_SPACE;
    p->fds = fds_create(ps, standard);
    memset(&p->place.ids, 0, sizeof p->place.ids);
    p->place.umask = 022;
    if (!p->fds || strings_of(ps, x).bytes > EXEC_BYTES) {
        doom(k, t);
        return;
    }
    (void)request_pass(k, &t->request, SERVICE_PROC, SERVICE_MEM);
    err = program_load(k, &t->request);
    if (!err)
        install(k, t, p);
    else if (err != SYS_WAIT) {
        say_no_room(k, t, err);
        doom(k, t);
    }
}

bool load_continue(struct kern *k, struct thread *t)
{
    struct proc *p = proc_of(k->programs, t);
    int32_t err = program_load(k, &t->request);

    if (err == SYS_WAIT) {
        (void)request_wait_memory(k, t->tid, &t->request);
        return false;
    }
    if (err) {
        say_no_room(k, t, err);
        proc_leave(k, t, 0, G_SIGKILL);
        return false;
    }
    install(k, t, p);
    t->body.satp = mem_enter(k, p->as, k->task[t->tid].hart);
    return true;
}

/* --- execve: what is to be loaded --- */

/* One of the buffers for what an execve passes on; it may have to wait for one. */
static int32_t take_buffer(struct sysc *c, struct load_progress *x)
{
    for (unsigned i = 0; i < EXEC_BUFFERS && !x->buffer; i++)
        if (!c->ps->exec[i].used) {
            c->ps->exec[i].used = true;
            x->buffer = (uint8_t)(i + 1);
            c->r->undo = load_undo;
        }
    return x->buffer ? 0 : sysc_wait(c, WAIT_MEMORY, UINT32_MAX, &c->ps->exec_wait, NS_MAX);
}

/* The string at va, behind those that are there. */
static int32_t take_string(struct sysc *c, struct load_progress *x, uint32_t va)
{
    uint8_t *to = c->ps->exec[x->buffer - 1].bytes, *from;
    const uint8_t *end = NULL;

    while (!end) {
        uint32_t len = EXEC_BYTES - x->bytes;
        int32_t err = len ? user_span(c, va + (x->bytes - x->from), ACCESS_LOAD, &from, &len)
                          : -G_E2BIG;

        if (err)
            return err;
        end = memchr(from, 0, len);
        if (end)
            len = (uint32_t)(end - from) + 1;
        memcpy(to + x->bytes, from, len);
        x->bytes += len;
    }
    x->from = x->bytes;
    return 0;
}

/* Strings of a NULL-ended array of pointers. */
static int32_t take_strings(struct sysc *c, struct load_progress *x, uint32_t array,
                            uint32_t *count)
{
    for (; array; (*count)++) {
        uint32_t at;
        int32_t err = copy_in(c, &at, array + *count * 4, sizeof at);

        if (err || !at)
            return err;
        if ((err = take_string(c, x, at)))
            return err;
    }
    return 0;
}

int32_t exec_take(struct sysc *c, char *path, uint32_t size)
{
    struct load_progress *x = &c->r->u.load;
    int32_t err = copy_string(c, path, size, c->a[0]);

    if (err < 0 || (err = take_buffer(c, x)))
        return err;
    if (x->stage == LOAD_ARGUMENTS) {
        if ((err = take_strings(c, x, c->a[1], &x->argc)))
            return err;
        x->stage = LOAD_ENVIRONMENT;
    }
    if (x->stage == LOAD_ENVIRONMENT) {
        if ((err = take_strings(c, x, c->a[2], &x->envc)))
            return err;
        x->stage = LOAD_SPACE;
    }
    return 0;
}

/* --- execve: a program of the disk --- */

enum { SCRIPT_LINE = 256, SCRIPT_DEPTH = 4, IMAGE_HEAD = 4096 };

/* Are the first bytes of the file, which are in the buffer, all that is needed now? */
static bool is_enough(const struct kern *k, uint8_t *head, uint32_t size)
{
    enum { SECTIONS = 32, COUNT = 48 };         /* where the file's header speaks of those */
    struct elf e;

    if (!k->filemap || size <= IMAGE_HEAD)
        return false;
    memset(head + SECTIONS, 0, 4);              /* symbols are not there */
    memset(head + COUNT, 0, 2);
    return !elf_open(&e, head, size) && e.phoff + e.phnum * ELF_PHDR_SIZE <= IMAGE_HEAD &&
           can_map(&e);
}

static int32_t read_image(struct sysc *c, struct load_progress *x, struct fcall *y)
{
    uint8_t *to = c->ps->exec[x->buffer - 1].image;
    uint32_t ino = y->walk[0].ino, size, head;
    int32_t err;

    if (!y->vnode && !(y->vnode = vnode_get(c->k, ino)))
        return -G_ENFILE;
    if ((err = FS_DO(c, y, fs_stat, ino, &y->st)))
        return err;
    if ((y->st.mode & FS_IFMT) != FS_IFREG || fs_access(&y->op, &y->st, 1))
        return -G_EACCES;
    if (y->st.size > EXEC_IMAGE)
        return -G_ENOMEM;
    x->owner = (struct ids_file){ y->st.mode, y->st.uid, y->st.gid };
    size = (uint32_t)y->st.size;
    head = size < IMAGE_HEAD ? size : IMAGE_HEAD;
    if ((err = FS_DO(c, y, fs_read, ino, 0, to, head)))
        return err;
    if (is_enough(c->k, to, size)) {
        x->vnode = y->vnode;
        vnode_of(c->k, x->vnode)->refs++;
    } else if (size > head && (err = FS_DO(c, y, fs_read, ino, 0, to, size))) {
        return err;
    }
    x->elf = to;
    x->elf_size = size;
    return 0;
}

/* The first line of a script, "#! INTERPRETER [ARGUMENT]": both in `line`, each ended by a
 * NUL, *n bytes in all. False: it has none. Source: execve(2) of the Linux man-pages,
 * "Interpreter scripts": what stands behind the first blank is one argument. */
static bool script_line(const struct load_progress *x, char *line, uint32_t *n)
{
    const uint8_t *at = x->elf + 2, *end = x->elf + x->elf_size, *stop = at;

    if (x->elf_size < 3 || x->elf[0] != '#' || x->elf[1] != '!')
        return false;
    while (stop < end && *stop != '\n' && stop - at < SCRIPT_LINE - 2)
        stop++;
    while (stop > at && (stop[-1] == ' ' || stop[-1] == '\t'))
        stop--;
    while (at < stop && (*at == ' ' || *at == '\t'))
        at++;
    *n = 0;
    for (bool blank = false, second = false; at < stop; at++) {
        blank = !second && (*at == ' ' || *at == '\t');
        if (blank && line[*n - 1])
            line[(*n)++] = '\0';
        second = second || (!blank && *n && !line[*n - 1]);
        if (!blank)
            line[(*n)++] = (char)*at;
    }
    line[(*n)++] = '\0';
    return *n > 1;
}

/* A script's interpreter runs in its place: its name, perhaps an argument and the script's
 * path stand where argv[0] stood, and the interpreter is what is looked for next. */
static int32_t run_script(struct sysc *c, struct load_progress *x, struct fcall *y)
{
    uint8_t *to = c->ps->exec[x->buffer - 1].bytes;
    uint32_t path = y->len[0] + 1, old = x->argc ? (uint32_t)strlen((char *)to) + 1 : 0, n;
    char line[SCRIPT_LINE];

    if (!script_line(x, line, &n))
        return -G_ENOEXEC;
    if (++y->cursor > SCRIPT_DEPTH)
        return -G_ELOOP;
    if (x->bytes - old + n + path > EXEC_BYTES)
        return -G_E2BIG;
    memmove(to + n + path, to + old, x->bytes - old);
    memcpy(to, line, n);
    memcpy(to + n, y->path[0], path);
    x->bytes += n + path - old;
    x->argc += (x->argc ? 1u : 2u) + (strlen(line) + 1 < n);
    y->len[0] = (uint32_t)strlen(line);
    memcpy(y->path[0], line, y->len[0] + 1);
    y->base[0] = line[0] == '/' ? FS_ROOT : cwd_ino(c->k, proc_place(c->p));
    vnode_put(c->k, y->vnode);
    y->vnode = 0;
    x->elf = NULL;
    fcall_again(y, 0);
    request_sent(c->r);
    return 0;
}

static int32_t find_on_disk(struct sysc *c, struct load_progress *x, struct fcall *y)
{
    int32_t err;

    do {
        err = path_find(c, y, 0, (uint32_t)G_AT_FDCWD, c->a[0], true);
        if (!err)
            err = read_image(c, x, y);
        if (!err && x->elf_size >= 2 && x->elf[0] == '#' && x->elf[1] == '!')
            err = run_script(c, x, y);
    } while (!err && !x->elf);
    return err;
}

int32_t exec_find(struct sysc *c, const char *path)
{
    struct load_progress *x = &c->r->u.load;
    struct fcall *y;
    int32_t err = -G_ENOENT;

    if (x->elf || x->pc)
        return 0;
    if ((y = fcall_of(c))) {
        err = fcall_end(c, y, find_on_disk(c, x, y));
        if (y->cursor)          /* a script's interpreter */
            path = y->path[0];
    }
    if (err == -G_ENOENT)
        return (x->pc = program_find(c->k, path)) ? 0 : err;
    if (!err)
        x->pc = c->p->image;    /* for those who ask where it began */
    return err;
}
