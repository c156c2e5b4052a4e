/* compile.c - see compile.h */
#include <host/compile.h>

#include <host/cc.h>
#include <host/child.h>
#include <host/diag.h>
#include <host/file.h>
#include <host/place.h>

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What is no pointer of the contract's type is an error with file and line, not a jump to
 * nowhere later. -Bsymbolic: a plug-in's functions call each other, never a function of ossim
 * that happens to have the same name. -z defs: a missing function is an error
 * with file and line now, and not a riddle from the loader later. */
static const char *const flags[] = {
    "-std=gnu17", "-Wall", "-Wextra", "-Werror=int-conversion",
    "-Werror=incompatible-pointer-types", "-O2", "-g", "-fPIC", "-shared",
    "-Wl,-Bsymbolic", "-Wl,-z,defs",
};

enum { MAX_ARGS = 48 };

struct job {
    const char *source;
    char include[PATH_MAX];             /* folder that has ossim/sched.h */
    char cc[256];                       /* the compiler's words, cut by NULs */
    const char *word[8];
    int nwords;
    char messages[PATH_MAX];            /* file that takes the compiler's stderr */
};

/* --- running the compiler --- */

/* Its words, flags and source, and then `extra`, into argv. */
static struct cc_call call_of(const struct job *job, const char *const *extra,
                              const char **argv)
{
    int n = 0;

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
    return (struct cc_call){ .argv = argv, .messages = job->messages };
}

/* Hash what the compiler will see. */
static int preprocess(const struct job *job, struct cc_key *key)
{
    static const char *const extra[] = { "-E", NULL };
    const char *argv[MAX_ARGS];
    struct cc_call c = call_of(job, extra, argv);

    return cc_run_into(&c, key, NULL, 0);
}

static int build(const struct job *job, const char *object)
{
    const char *const extra[] = { "-o", object, "-lm", NULL };
    const char *argv[MAX_ARGS];
    struct cc_call c = call_of(job, extra, argv);

    return cc_run(&c);
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
static int preprocess_with_any(struct job *job, struct cc_key *key)
{
    const char *const candidates[] = { getenv("CC"), "cc", "gcc", "clang" };

    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
        split_words(job, candidates[i] ? candidates[i] : "");
        if (job->nwords == 0)
            continue;
        *key = (struct cc_key)CC_KEY_START;
        cc_key_add(key, candidates[i], strlen(candidates[i]) + 1);
        cc_key_add_words(key, flags, sizeof flags / sizeof *flags);
        int status = preprocess(job, key);
        if (status != CC_MISSING)
            return status;
    }
    return CC_MISSING;
}

/* --- what the compiler says --- */

static enum err failed(const struct job *job, int status, FILE *messages,
                       struct diag *diag)
{
    char text[512];

    if (status == CC_MISSING)
        return diag_fail(diag, ERR_PLUGIN, "there is no C compiler to build it with "
                     "(tried $CC, cc, gcc, clang: install gcc, or give a .so)");
    if (child_trouble())
        return diag_fail(diag, ERR_PLUGIN, "%s", child_trouble());
    cc_pass_on(job->messages, messages);
    diag_fail(diag, ERR_PLUGIN, "the plug-in does not compile (%s says why)", job->word[0]);
    if (cc_first_error(job->messages, diag, text, sizeof text))
        diag_fail(diag, ERR_PLUGIN, "the plug-in does not compile: %.400s", text);
    return ERR_PLUGIN;
}

/* --- */

static enum err prepare(struct job *job, char *cache, size_t size, struct diag *diag)
{
    char header[PATH_MAX];

    snprintf(diag->file, sizeof diag->file, "%.255s", job->source);
    if (access(job->source, R_OK) != 0)
        return diag_fail(diag, ERR_IO, "cannot read the plug-in: %s", strerror(errno));
    if (!place_find("include/ossim/sched.h", header, sizeof header))
        return diag_fail(diag, ERR_PLUGIN, "cannot find ossim/sched.h "
                     "(expected in include/ beside the executable)");
    header[strlen(header) - strlen("/ossim/sched.h")] = '\0';
    memcpy(job->include, header, strlen(header) + 1);
    if (!place_cache(cache, size))
        return diag_fail(diag, ERR_PLUGIN, "no folder to keep the built plug-in in "
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
        return diag_fail(diag, ERR_IO, "cannot keep %s: %s", object, strerror(errno));
    return ERR_OK;
}

enum err compile_shared(const char *source, char *object, size_t size,
                        FILE *messages, struct diag *diag)
{
    char file[PATH_MAX];
    struct job job = { .source = file };
    struct cc_key key;
    char cache[PATH_MAX - 128], base[PATH_MAX - 64], said[PATH_MAX];

    /* A name that begins with a dash is a file all the same, not a compiler's option. */
    snprintf(file, sizeof file, "%s%s", source[0] == '-' ? "./" : "", source);
    enum err err = prepare(&job, cache, sizeof cache, diag);

    if (err)
        return err;
    file_note_input(file);
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
        return diag_fail(diag, ERR_LIMIT, "the path of the cache is too long");
    if (access(object, R_OK) != 0)
        err = build_into_cache(&job, base, object, messages, diag);
    unlink(job.messages);
    if (err)
        return err;
    snprintf(said, sizeof said, "%s.txt", base);
    cc_pass_on(said, messages);
    diag->file[0] = '\0';
    return ERR_OK;
}
