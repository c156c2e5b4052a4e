/* guest_cc.c - see guest_cc.h
 *
 * Two steps, each kept in the cache: the library becomes one relocatable object per
 * compiler (and another for policies), and a program is linked with it, unused functions left
 * out.
 */
#include <host/guest_cc.h>

#include <host/cc.h>
#include <host/child.h>
#include <host/diag.h>
#include <host/elf_weaken.h>
#include <host/file.h>
#include <host/place.h>
#include <host/sandbox.h>
#include <host/scratch.h>

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_ARGS = 1024, PATH_SIZE = 1024 };

/* A compiler and what makes it build for a machine of ours. */
struct toolchain {
    const char *cc;
    const char *flags[8];       /* of every step */
    const char *link[4];        /* of linking */
    bool libgcc;                /* it has one: 64-bit division, floating point */
};

/* gcc looks for a similar name at each unknown one, in time that grows with the file:
 * twenty errors say enough (clang stops there of itself). */
#define GCC_FLAGS "-march=rv32ima_zicsr_zifencei", "-mabi=ilp32", "-fmax-errors=20"

static const struct toolchain known[] = {
    { "riscv64-unknown-elf-gcc", { GCC_FLAGS }, { "-no-pie" }, true },
    { "riscv32-unknown-elf-gcc", { GCC_FLAGS }, { "-no-pie" }, true },
    { "clang", { "--target=riscv32-unknown-elf", "-march=rv32ima", "-mabi=ilp32", "-mno-relax",
                 "-nostdlibinc" }, { "-fuse-ld=lld" }, false },
};
static const char no_compiler[] =
    "there is no C compiler for RISC-V here: apt-get install gcc-riscv64-unknown-elf (or "
    "clang and lld); assembly (.s) needs none";

/* -fno-builtin is not for programs: the library has what the compiler may call. */
static const char *const common_flags[] = {
    "-std=gnu17", "-fno-pic", "-ffunction-sections", "-fdata-sections",
    "-fno-stack-protector", "-fno-asynchronous-unwind-tables", "-D__linux__", "-D__linux",
    "-D__gnu_linux__", "-D__unix__", "-D__unix",
};
static const char *const library_flags[] = {
    "-Wall", "-Wextra", "-Os", "-fno-builtin", "-ffreestanding", "-r", "-nostdlib",
    "-Wl,--unique",             /* two files' functions of one name are not one section */
};
static const char *const program_flags[] = {
    "-Wall", "-Wextra", "-O2", "-g", "-nostdlib", "-static", "-Wl,--gc-sections",
    "-Wl,--build-id=none", "-Wl,-z,max-page-size=4096",
};

/* A policy has no start-up code; its ops are called from outside. What is no pointer of the
 * contract's type is an error with its line, not a jump to nowhere later. */
static const char *const policy_flags[] = {
    "-Werror=int-conversion", "-Werror=incompatible-pointer-types",
    "-Wl,-e,ossim_policy_start", "-Wl,-u,ossim_policy",
};

struct job {
    const struct guest_sources *s;
    bool policy;                /* a scheduling policy, not a program */
    char contract[PATH_SIZE];   /* folder that has ossim/sched.h, for a policy */
    char start[PATH_SIZE + 64]; /* what is linked with a policy */
    char cc[256];               /* the compiler */
    const struct toolchain *tools;
    char libc[PATH_SIZE];       /* our library's folder */
    char include[PATH_SIZE + 16], script[PATH_SIZE + 16];
    char cache[PATH_SIZE];
    char messages[PATH_SIZE + 64];  /* takes the compiler's stderr */
    const struct sandbox_view *view;    /* what the compiler may see; NULL: it is not boxed */
    char prefix[PATH_SIZE + 32];    /* a flag, of what is boxed: where it lies is not told */
    char libgcc[PATH_SIZE];
    glob_t sources;             /* of the library */
};

struct args {
    const char *v[MAX_ARGS];
    int n;
};

/* ---- running the compiler ---- */

static void add(struct args *a, const char *word)
{
    if (a->n < MAX_ARGS - 1)
        a->v[a->n++] = word;
    a->v[a->n] = NULL;
}

static void add_all(struct args *a, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n && words[i]; i++)
        add(a, words[i]);
}

#define ADD_ALL(a, words) add_all((a), (words), sizeof(words) / sizeof *(words))

/* The words that every call begins with. */
static void begin(struct args *a, const struct job *job)
{
    a->n = 0;
    add(a, job->cc);
    ADD_ALL(a, job->tools->flags);
    ADD_ALL(a, common_flags);
    add(a, "-isystem");
    add(a, job->include);
    if (job->policy) {
        add(a, "-I");
        add(a, job->contract);
    }
    if (job->view)
        add(a, job->prefix);
}

/* Only what the compiler needs of our environment, and only the box to see. */
static void enter_box(const void *ctx)
{
    const struct job *job = ctx;
    char path[PATH_SIZE];

    snprintf(path, sizeof path, "%s", getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin");
    clearenv();
    setenv("PATH", path, 1);
    setenv("TMPDIR", job->view->write, 1);
    setenv("HOME", job->view->write, 1);        /* where the compiler is ccache in disguise, */
    setenv("CCACHE_DISABLE", "1", 1);           /* it asks for one, and must keep nothing */
    if (!sandbox_enter(job->view))
        _exit(126);
}

static struct cc_call call_of(const struct job *job, const struct args *a)
{
    return (struct cc_call){ .argv = a->v, .messages = job->messages,
                             .enter = job->view ? enter_box : NULL, .ctx = job };
}

/* What `cc --version` or the preprocessor prints, into the key and the first of it into
 * `line` (may be NULL); its exit status. */
static int key_add_output(struct cc_key *k, const struct job *job, const struct args *a,
                          char *line, size_t size)
{
    struct cc_call c = call_of(job, a);

    return cc_run_into(&c, k, line, size);
}

/* ---- names for results ---- */

static enum err key_add_file(struct cc_key *k, const char *path, struct diag *diag)
{
    uint8_t *data;
    size_t n;
    enum err err = file_read(path, &data, &n, diag);

    if (err)
        return err;
    cc_key_add(k, path, strlen(path) + 1);     /* debug information names it */
    cc_key_add(k, data, n);
    free(data);
    return ERR_OK;
}

static void key_path(char *path, size_t size, const struct job *job, struct cc_key k,
                     const char *suffix)
{
    snprintf(path, size, "%s/guest-%016llx%016llx%s", job->cache, (unsigned long long)k.a,
             (unsigned long long)k.b, suffix);
}

/* ---- messages ---- */

static void find_first_error(const char *file, struct diag *diag)
{
    char text[512];

    switch (cc_first_error(file, diag, text, sizeof text)) {
    case CC_UNRESOLVED:
        diag_fail(diag, ERR_INPUT, "the program does not link: %.400s", text);
        break;
    case CC_ERROR:
        diag_fail(diag, ERR_INPUT, "the program does not compile: %.400s%s", text,
              strstr(text, "symbol: __") && strstr(text, "tf") ? " (long double, and with it the "
              "elementary functions of math.h, need GCC for RISC-V)" : "");
        break;
    case CC_NO_ERROR:
        break;
    }
}

static enum err failed(const struct job *job, FILE *messages, struct diag *diag)
{
    if (child_trouble())
        return diag_fail(diag, ERR_INPUT, "%s", child_trouble());
    cc_pass_on(job->messages, messages);
    diag_fail(diag, ERR_INPUT,
              job->view ? "it does not compile (too long, too large, or %s says why)"
                                     : "the program does not compile (%s says why)", job->cc);
    find_first_error(job->messages, diag);
    return ERR_INPUT;
}

/* ---- the steps ---- */

/* Does the program run and say its version? Into the key, too. */
static bool works(struct job *job, const char *cc, const struct toolchain *tools,
                  struct cc_key *key)
{
    struct args a = { .n = 0 };

    job->tools = tools;
    snprintf(job->cc, sizeof job->cc, "%s", cc);
    add(&a, job->cc);
    ADD_ALL(&a, tools->flags);
    add(&a, "--version");
    return key_add_output(key, job, &a, NULL, 0) == 0;
}

/* GCC chooses among its libraries by what -march says; the best it has for us it only
 * finds if asked for less. */
static bool find_libgcc(struct job *job, struct cc_key *key)
{
    struct args a = { .n = 0 };

    job->libgcc[0] = '\0';
    if (!job->tools->libgcc)
        return true;
    add(&a, job->cc);
    add(&a, "-march=rv32im");
    add(&a, "-mabi=ilp32");
    add(&a, "-print-libgcc-file-name");
    if (key_add_output(key, job, &a, job->libgcc, sizeof job->libgcc) != 0)
        return false;
    job->libgcc[strcspn(job->libgcc, "\n")] = '\0';
    return true;
}

static bool is_clang(const struct toolchain *tools)
{
    return strcmp(tools->cc, "clang") == 0;
}

/* clang is on many machines without a linker that knows RISC-V. */
static bool links(const struct toolchain *tools)
{
    const char *path = getenv("PATH");
    char file[PATH_SIZE];

    if (!is_clang(tools))
        return true;
    while (path && *path) {
        size_t n = strcspn(path, ":");

        if (n + 16 < sizeof file) {
            snprintf(file, sizeof file, "%.*s/ld.lld", (int)n, path);
            if (access(file, X_OK) == 0)
                return true;
        }
        path += n + (path[n] == ':');
    }
    return false;
}

static bool find_compiler(struct job *job, struct cc_key *key)
{
    const char *wish = getenv("OSSIM_RISCV_CC");

    if (wish && *wish)
        return works(job, wish, &known[strstr(wish, "clang") ? 2 : 0], key);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (links(&known[i]) && works(job, known[i].cc, &known[i], key))
            return true;
    return false;
}

static enum err find_library(struct job *job, struct diag *diag)
{
    char pattern[PATH_SIZE + 16];

    if (!place_find("workloads/libc", job->libc, sizeof job->libc) &&
        !place_find("libc", job->libc, sizeof job->libc))
        return diag_fail(diag, ERR_UNSUPPORTED, "the C library for programs is not there "
                     "(workloads/libc, beside the executable)");
    snprintf(job->include, sizeof job->include, "%s/include", job->libc);
    snprintf(job->script, sizeof job->script, "%s/guest.ld", job->libc);
    snprintf(pattern, sizeof pattern, "%s/*.[cs]", job->libc);
    if (glob(pattern, 0, NULL, &job->sources) != 0)
        return diag_fail(diag, ERR_UNSUPPORTED,
                         "the C library in %s has no sources", job->libc);
    return ERR_OK;
}

/* Every file that matches goes into the key. */
static enum err key_add_files(struct cc_key *k, const char *folder, const char *pattern,
                              struct diag *diag)
{
    char path[PATH_SIZE + 32];
    glob_t found;
    enum err err = ERR_OK;

    snprintf(path, sizeof path, "%s/%s", folder, pattern);
    if (glob(path, 0, NULL, &found) != 0)
        return ERR_OK;
    for (size_t i = 0; i < found.gl_pathc && !err; i++)
        err = key_add_file(k, found.gl_pathv[i], diag);
    globfree(&found);
    return err;
}

/* The key of everything but the program: library and flags. */
static enum err library_key(const struct job *job, struct cc_key *key, struct diag *diag)
{
    static const char *const files[] = { "*.[chs]", "*.def", "*.ld", "include/*.h", "include/*/*.h" };
    enum err err = ERR_OK;

    for (size_t i = 0; i < sizeof files / sizeof *files && !err; i++)
        err = key_add_files(key, job->libc, files[i], diag);
    cc_key_add_words(key, common_flags, sizeof common_flags / sizeof *common_flags);
    cc_key_add_words(key, library_flags, sizeof library_flags / sizeof *library_flags);
    cc_key_add_words(key, program_flags, sizeof program_flags / sizeof *program_flags);
    return err;
}

/* Run the compiler with -o to a name of our own, then rename: another ossim may be
 * doing the same. */
static int make(const struct job *job, struct args *a, int (*finish)(const char *),
                const char *result)
{
    char made[PATH_SIZE + 128];
    int status;

    snprintf(made, sizeof made, "%s.%ld", result, (long)getpid());
    add(a, "-o");
    add(a, made);
    struct cc_call c = call_of(job, a);
    status = cc_run(&c);
    if (status == 0 && finish)
        status = finish(made);
    if (status == 0 && rename(made, result) != 0)
        status = 126;
    if (status != 0)
        unlink(made);
    return status;
}

static int make_library(const struct job *job, const char *object)
{
    struct args a;

    begin(&a, job);
    ADD_ALL(&a, library_flags);
    if (is_clang(job->tools))
        ADD_ALL(&a, job->tools->link);
    for (size_t i = 0; i < job->sources.gl_pathc; i++)
        add(&a, job->sources.gl_pathv[i]);
    return make(job, &a, elf_weaken, object);
}

static bool is_c(const char *path)
{
    size_t n = strlen(path);

    return n > 2 && path[n - 2] == '.' && path[n - 1] == 'c';
}

/* Those of the user, without the libraries that ours already is. */
static void add_flags(struct args *a, const struct job *job)
{
    static const char *const ours[] = { "-lm", "-lc", "-lpthread", "-lrt", "-ldl", "-lutil", "-pthread" };

    for (unsigned i = 0; i < job->s->nflags; i++) {
        bool skip = false;

        for (size_t k = 0; k < sizeof ours / sizeof *ours; k++)
            skip |= strcmp(job->s->flag[i], ours[k]) == 0;
        if (!skip)
            add(a, job->s->flag[i]);
    }
}

static int make_program(const struct job *job, const char *library, const char *program)
{
    struct args a;

    begin(&a, job);
    ADD_ALL(&a, program_flags);
    ADD_ALL(&a, job->tools->link);
    add(&a, "-T");
    add(&a, job->script);
    add_flags(&a, job);
    for (unsigned i = 0; i < job->s->npaths; i++)
        add(&a, job->s->path[i]);
    if (job->policy) {
        ADD_ALL(&a, policy_flags);
        add(&a, job->start);
    }
    add(&a, library);
    if (job->libgcc[0])
        add(&a, job->libgcc);
    return make(job, &a, NULL, program);
}

/* What the program is made of, includes and all. */
static enum err program_key(const struct job *job, struct cc_key *key, int *status, struct diag *diag)
{
    const struct guest_sources *s = job->s;
    enum err err = ERR_OK;
    struct args a;

    begin(&a, job);
    add_flags(&a, job);
    add(&a, "-E");
    cc_key_add_words(key, s->flag, s->nflags);
    for (unsigned i = 0; i < s->npaths && !err; i++) {
        if (is_c(s->path[i])) {
            cc_key_add(key, s->path[i], strlen(s->path[i]) + 1);
            add(&a, s->path[i]);
        } else {
            err = key_add_file(key, s->path[i], diag);
        }
    }
    *status = err ? 0 : key_add_output(key, job, &a, NULL, 0);
    return err;
}

/* The compiler and the library; their key is found once in a process, since a class of
 * submissions is built with the same. */
static enum err find_tools(struct job *job, struct cc_key *key, struct diag *diag)
{
    static struct job found;
    static struct cc_key found_key;
    enum err err;

    if (found.tools) {
        job->tools = found.tools;
        memcpy(job->cc, found.cc, sizeof job->cc);
        memcpy(job->libgcc, found.libgcc, sizeof job->libgcc);
        *key = found_key;
        return ERR_OK;
    }
    if (!find_compiler(job, key) || !find_libgcc(job, key))
        return diag_fail(diag, ERR_UNSUPPORTED, "%s",
                     child_trouble() ? child_trouble() : no_compiler);
    err = library_key(job, key, diag);
    if (!err) {
        found.tools = job->tools;
        memcpy(found.cc, job->cc, sizeof job->cc);
        memcpy(found.libgcc, job->libgcc, sizeof job->libgcc);
        found_key = *key;
    }
    return err;
}

static int make_start(const struct job *job, const char *object)
{
    char source[PATH_SIZE + 32];
    struct args a;

    snprintf(source, sizeof source, "%s/policy/start.c", job->libc);
    begin(&a, job);
    add(&a, "-Os");
    add(&a, "-c");
    add(&a, source);
    return make(job, &a, NULL, object);
}

/* job->start, and into the key what it is made of; found once, as the tools are. */
static enum err find_start(struct job *job, struct cc_key *key, struct diag *diag)
{
    static struct cc_key found;
    static bool is_found;
    enum err err = ERR_OK;

    if (!is_found) {
        found = *key;
        err = key_add_files(&found, job->libc, "policy/*.c", diag);
        if (!err)
            err = key_add_files(&found, job->contract, "ossim/*", diag);
        is_found = !err;
    }
    *key = found;
    key_path(job->start, sizeof job->start, job, found, ".start.o");
    return err;
}

/* The library, and for a policy its start. */
static enum err have_library(const struct job *job, const char *library, FILE *messages,
                             struct diag *diag)
{
    if ((access(library, R_OK) == 0 || make_library(job, library) == 0) &&
        (!job->policy || access(job->start, R_OK) == 0 || make_start(job, job->start) == 0))
        return ERR_OK;
    cc_pass_on(job->messages, messages);
    return diag_fail(diag, ERR_UNSUPPORTED, "%s cannot build the C library in %s", job->cc,
                 job->libc);
}

/* ---- in a box ---- */

static void absolute(char *buf, size_t size, const char *path)
{
    char cwd[PATH_SIZE];

    if (path[0] == '/' || !getcwd(cwd, sizeof cwd))
        snprintf(buf, size, "%s", path);
    else
        snprintf(buf, size, "%s/%s", cwd, path);
}

/* A stranger's source. The compiler sees its folder, the headers and the library; what it
 * makes is not kept in the cache, where it could be another's. */
static enum err build_boxed(struct job *job, const char *library, uint8_t **elf, size_t *size,
                            FILE *messages, struct diag *diag)
{
    char work[PATH_SIZE + 32], program[PATH_SIZE + 64], folder[PATH_SIZE], contract[PATH_SIZE + 8];
    char libc[PATH_SIZE], object[PATH_SIZE + 64], start[PATH_SIZE + 64];
    enum err err;

    if (!scratch_make(job->cache, "box", work, sizeof work))
        return diag_fail(diag, ERR_IO, "no folder to build it in: %s", strerror(errno));
    absolute(folder, sizeof folder, job->s->path[0]);
    *strrchr(folder, '/') = '\0';
    absolute(contract, sizeof contract, job->contract);
    absolute(libc, sizeof libc, job->libc);
    absolute(object, sizeof object, library);
    absolute(start, sizeof start, job->start);
    const struct sandbox_view view = { { folder, contract, libc, object, start }, work };
    job->view = &view;
    snprintf(job->prefix, sizeof job->prefix, "-ffile-prefix-map=%.*s=",
             (int)(strrchr(job->s->path[0], '/') ? strrchr(job->s->path[0], '/') + 1 - job->s->path[0]
                                                 : 0), job->s->path[0]);
    if (job->prefix[strlen("-ffile-prefix-map=")] == '=')
        snprintf(job->prefix, sizeof job->prefix, "-g");
    snprintf(job->messages, sizeof job->messages, "%s/messages.txt", work);
    snprintf(program, sizeof program, "%s/policy", work);
    err = make_program(job, library, program) == 0 ? file_read(program, elf, size, diag)
                                                   : failed(job, messages, diag);
    scratch_remove(work);
    job->view = NULL;
    return err;
}

static enum err build(struct job *job, uint8_t **elf, size_t *size, FILE *messages,
                      struct diag *diag)
{
    struct cc_key key = CC_KEY_START;
    char library[PATH_SIZE + 64], program[PATH_SIZE + 64];
    enum err err;
    int status;

    err = find_tools(job, &key, diag);
    if (err)
        return err;
    key_path(library, sizeof library, job, key, ".o");
    if (job->policy)
        err = find_start(job, &key, diag);
    if (err)
        return err;
    if (job->policy && sandbox_layers()) {
        err = have_library(job, library, messages, diag);
        return err ? err : build_boxed(job, library, elf, size, messages, diag);
    }
    err = program_key(job, &key, &status, diag);
    if (err)
        return err;
    if (status != 0)
        return failed(job, messages, diag);
    key_path(program, sizeof program, job, key, job->policy ? ".policy" : ".elf");
    if (access(program, R_OK) != 0) {
        err = have_library(job, library, messages, diag);
        if (err)
            return err;
        if (make_program(job, library, program) != 0)
            return failed(job, messages, diag);
    }
    return file_read(program, elf, size, diag);
}

/* The contract's header, and the file that is linked with every policy. */
static enum err find_contract(struct job *job, struct diag *diag)
{
    char header[PATH_SIZE];

    if (!place_find("include/ossim/sched.h", header, sizeof header))
        return diag_fail(diag, ERR_UNSUPPORTED, "cannot find ossim/sched.h "
                     "(expected in include/ beside the executable)");
    header[strlen(header) - strlen("/ossim/sched.h")] = '\0';
    strcpy(job->contract, header);
    return ERR_OK;
}

static enum err guest_cc_any(struct job *job, uint8_t **elf, size_t *size, FILE *messages,
                             struct diag *diag)
{
    const struct guest_sources *s = job->s;
    enum err err;

    *elf = NULL;
    for (unsigned i = 0; i < s->npaths; i++) {
        snprintf(diag->file, sizeof diag->file, "%.255s", s->path[i]);
        if (access(s->path[i], R_OK) != 0)
            return diag_fail(diag, ERR_IO, "cannot read it: %s", strerror(errno));
    }
    snprintf(diag->file, sizeof diag->file, "%.255s", s->path[0]);
    if (!place_cache(job->cache, sizeof job->cache))
        return diag_fail(diag, ERR_IO,
                         "no folder to keep the built program in (tried build/cache, "
                     "$XDG_CACHE_HOME, ~/.cache and /tmp)");
    err = find_library(job, diag);
    if (!err && job->policy)
        err = find_contract(job, diag);
    if (err)
        return err;
    if (s->npaths + s->nflags + job->sources.gl_pathc + 64 > MAX_ARGS)
        err = diag_fail(diag, ERR_LIMIT, "too many sources and flags for one program");
    snprintf(job->messages, sizeof job->messages, "%s/guest-%ld.txt", job->cache, (long)getpid());
    if (!err)
        err = build(job, elf, size, messages, diag);
    unlink(job->messages);
    globfree(&job->sources);
    return err;
}

enum err guest_cc(const struct guest_sources *s, uint8_t **elf, size_t *size, FILE *messages,
                  struct diag *diag)
{
    struct job job = { .s = s };

    return guest_cc_any(&job, elf, size, messages, diag);
}

void guest_cc_prepare(void)
{
    const struct guest_sources none = { .npaths = 0 };
    struct job job = { .s = &none, .policy = true };
    struct cc_key key = CC_KEY_START;
    char library[PATH_SIZE + 64];
    struct diag diag;

    if (!place_cache(job.cache, sizeof job.cache) || find_library(&job, &diag))
        return;
    snprintf(job.messages, sizeof job.messages, "%s/guest-%ld.txt", job.cache, (long)getpid());
    if (!find_contract(&job, &diag) && !find_tools(&job, &key, &diag)) {
        key_path(library, sizeof library, &job, key, ".o");
        if (!find_start(&job, &key, &diag))
            have_library(&job, library, NULL, &diag);
    }
    unlink(job.messages);
    globfree(&job.sources);
}

enum err guest_cc_policy(const char *source, uint8_t **elf, size_t *size, FILE *messages,
                         struct diag *diag)
{
    const struct guest_sources s = { .path = &source, .npaths = 1 };
    struct job job = { .s = &s, .policy = true };

    return guest_cc_any(&job, elf, size, messages, diag);
}
