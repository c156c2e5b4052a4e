/* compile.c - see compile.h */
#include <host/compile.h>

#include <host/place.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* -Bsymbolic: a plug-in's functions call each other, never a function of ossim
 * that happens to have the same name. -z defs: a missing function is an error
 * with file and line now, and not a riddle from the loader later. */
static const char *const flags[] = {
    "-std=gnu17", "-Wall", "-Wextra", "-O2", "-g", "-fPIC", "-shared",
    "-Wl,-Bsymbolic", "-Wl,-z,defs",
};

enum { MAX_ARGS = 48, NO_COMPILER = 127 };

struct job {
    const char *source;
    char include[PATH_MAX];             /* folder that has ossim/sched.h */
    char cc[256];                       /* the compiler's words, cut by NULs */
    const char *word[8];
    int nwords;
    char messages[PATH_MAX];            /* file that takes the compiler's stderr */
};

__attribute__((format(printf, 3, 4)))
static enum err wrong(struct diag *diag, enum err err, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(diag->text, sizeof diag->text, format, ap);
    va_end(ap);
    return err;
}

/* --- running the compiler --- */

static void child_exec(const struct job *job, const char *const *extra, int out)
{
    const char *argv[MAX_ARGS];
    int n = 0;
    int err = open(job->messages, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    for (int i = 0; i < job->nwords; i++)
        argv[n++] = job->word[i];
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        argv[n++] = flags[i];
    argv[n++] = "-I";
    argv[n++] = job->include;
    argv[n++] = job->source;
    for (int i = 0; extra[i]; i++)
        argv[n++] = extra[i];
    argv[n] = NULL;
    if (err >= 0)
        dup2(err, STDERR_FILENO);
    if (out >= 0)
        dup2(out, STDOUT_FILENO);
    /* Messages are read by us: the first error's place is looked for in them. */
    setenv("LC_ALL", "C", 1);
    execvp(argv[0], (char *const *)argv);
    _exit(errno == ENOENT || errno == EACCES ? NO_COMPILER : 126);
}

static pid_t spawn(const struct job *job, const char *const *extra, int out)
{
    pid_t pid = fork();

    if (pid == 0)
        child_exec(job, extra, out);
    return pid;
}

/* The exit status, or 126 if it was killed. */
static int wait_for(pid_t pid)
{
    int status;

    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return 126;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 126;
}

/* 64-bit FNV-1a, twice with different starts: 128 bits name the object. */
struct key { uint64_t a, b; };

static void key_add(struct key *k, const void *bytes, size_t n)
{
    const unsigned char *c = bytes;

    for (size_t i = 0; i < n; i++) {
        k->a = (k->a ^ c[i]) * UINT64_C(0x100000001b3);
        k->b = (k->b ^ (c[i] + 0x9eU)) * UINT64_C(0x100000001b3);
    }
}

/* Hash what the compiler will see. */
static int preprocess(const struct job *job, struct key *key)
{
    static const char *const extra[] = { "-E", NULL };
    char buf[65536];
    int fd[2];
    ssize_t n;

    if (pipe2(fd, O_CLOEXEC) != 0)
        return 126;
    pid_t pid = spawn(job, extra, fd[1]);
    close(fd[1]);
    while ((n = read(fd[0], buf, sizeof buf)) > 0 || (n < 0 && errno == EINTR))
        if (n > 0)
            key_add(key, buf, (size_t)n);
    close(fd[0]);
    return pid < 0 ? 126 : wait_for(pid);
}

static int build(const struct job *job, const char *object)
{
    const char *const extra[] = { "-o", object, "-lm", NULL };
    pid_t pid = spawn(job, extra, -1);

    return pid < 0 ? 126 : wait_for(pid);
}

static void split_words(struct job *job, const char *cc)
{
    snprintf(job->cc, sizeof job->cc, "%s", cc);
    job->nwords = 0;
    for (char *word = strtok(job->cc, " \t");
         word && job->nwords < (int)(sizeof job->word / sizeof *job->word);
         word = strtok(NULL, " \t"))
        job->word[job->nwords++] = word;
}

/* Preprocess with the first compiler that exists. */
static int preprocess_with_any(struct job *job, struct key *key)
{
    const char *const candidates[] = { getenv("CC"), "cc", "gcc", "clang" };

    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
        split_words(job, candidates[i] ? candidates[i] : "");
        if (job->nwords == 0)
            continue;
        *key = (struct key){ UINT64_C(0xcbf29ce484222325), 1 };
        key_add(key, candidates[i], strlen(candidates[i]) + 1);
        for (size_t f = 0; f < sizeof flags / sizeof *flags; f++)
            key_add(key, flags[f], strlen(flags[f]) + 1);
        int status = preprocess(job, key);
        if (status != NO_COMPILER)
            return status;
    }
    return NO_COMPILER;
}

/* --- what the compiler says --- */

/* Copy the file of messages to `to`. */
static void pass_on(const char *file, FILE *to)
{
    char buf[4096];
    size_t n;
    FILE *f = to ? fopen(file, "r") : NULL;

    if (!f)
        return;
    while ((n = fread(buf, 1, sizeof buf, f)) > 0)
        fwrite(buf, 1, n, to);
    fflush(to);
    fclose(f);
}

/* The place of the first "FILE:LINE:COL: error: text". */
static void find_first_error(const char *file, struct diag *diag)
{
    char line[1024];
    FILE *f = fopen(file, "r");

    while (f && fgets(line, sizeof line, f)) {
        char *at = strstr(line, "error: ");
        char *colon = strchr(line, ':');
        unsigned row, col;

        if (!at || !colon || colon > at || sscanf(colon, ":%u:%u:", &row, &col) != 2)
            continue;
        *colon = '\0';
        snprintf(diag->file, sizeof diag->file, "%.255s", line);
        diag->line = row;
        diag->col = col;
        at[strcspn(at, "\n")] = '\0';
        wrong(diag, ERR_PLUGIN, "the plug-in does not compile: %.400s",
              at + strlen("error: "));
        break;
    }
    if (f)
        fclose(f);
}

static enum err failed(const struct job *job, int status, FILE *messages,
                       struct diag *diag)
{
    if (status == NO_COMPILER)
        return wrong(diag, ERR_PLUGIN, "there is no C compiler to build it with "
                     "(tried $CC, cc, gcc, clang: install gcc, or give a .so)");
    pass_on(job->messages, messages);
    wrong(diag, ERR_PLUGIN, "the plug-in does not compile (%s says why)", job->word[0]);
    find_first_error(job->messages, diag);
    return ERR_PLUGIN;
}

/* --- */

static enum err prepare(struct job *job, char *cache, size_t size, struct diag *diag)
{
    char header[PATH_MAX];

    snprintf(diag->file, sizeof diag->file, "%.255s", job->source);
    if (access(job->source, R_OK) != 0)
        return wrong(diag, ERR_IO, "cannot read the plug-in: %s", strerror(errno));
    if (!place_find("include/ossim/sched.h", header, sizeof header))
        return wrong(diag, ERR_PLUGIN, "cannot find ossim/sched.h "
                     "(expected in include/ beside the executable)");
    header[strlen(header) - strlen("/ossim/sched.h")] = '\0';
    memcpy(job->include, header, strlen(header) + 1);
    if (!place_cache(cache, size))
        return wrong(diag, ERR_PLUGIN, "no folder to keep the built plug-in in "
                     "(tried build/cache, $XDG_CACHE_HOME, ~/.cache and /tmp)");
    return ERR_OK;
}

/* Build under names of our own, then rename: another ossim may be doing the same. */
static enum err build_into_cache(struct job *job, const char *base, const char *object,
                                 FILE *messages, struct diag *diag)
{
    char made[PATH_MAX + 32], said[PATH_MAX + 32];

    snprintf(made, sizeof made, "%s.%ld.so", base, (long)getpid());
    snprintf(said, sizeof said, "%s.txt", base);
    int status = build(job, made);
    if (status != 0) {
        unlink(made);
        return failed(job, status, messages, diag);
    }
    if (rename(job->messages, said) != 0 || rename(made, object) != 0)
        return wrong(diag, ERR_IO, "cannot keep %s: %s", object, strerror(errno));
    return ERR_OK;
}

enum err compile_shared(const char *source, char *object, size_t size,
                        FILE *messages, struct diag *diag)
{
    struct job job = { .source = source };
    struct key key;
    char cache[PATH_MAX - 128], base[PATH_MAX - 64], said[PATH_MAX];
    enum err err = prepare(&job, cache, sizeof cache, diag);

    if (err)
        return err;
    snprintf(job.messages, sizeof job.messages, "%s/%ld.txt", cache, (long)getpid());
    int status = preprocess_with_any(&job, &key);
    if (status != 0) {
        err = failed(&job, status, messages, diag);
        unlink(job.messages);
        return err;
    }
    snprintf(base, sizeof base, "%s/%016llx%016llx", cache,
             (unsigned long long)key.a, (unsigned long long)key.b);
    if ((size_t)snprintf(object, size, "%s.so", base) >= size)
        return wrong(diag, ERR_LIMIT, "the path of the cache is too long");
    if (access(object, R_OK) != 0)
        err = build_into_cache(&job, base, object, messages, diag);
    unlink(job.messages);
    if (err)
        return err;
    snprintf(said, sizeof said, "%s.txt", base);
    pass_on(said, messages);
    diag->file[0] = '\0';
    return ERR_OK;
}
