/* refs.c - `ossim refs`: faults of a page-reference string. */
#include <cmd/refs.h>

#include <cmd/cmd.h>
#include <cmd/options.h>
#include <host/file.h>
#include <host/plugin.h>
#include <lab/refs_plot.h>
#include <mm/replace/registry.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* From so many sizes on, LRU by stack distances is quicker than run by run. */
enum { ONE_PASS = 6 };

/* "7,0,1,w2,3..5" and no file's name. */
static bool is_list(const char *text)
{
    return *text >= '0' && *text <= '9' ? strspn(text, "0123456789,.wW \t") == strlen(text)
                                        : (*text == 'w' || *text == 'W') &&
                                          strspn(text + 1, "0123456789,.wW ") ==
                                          strlen(text + 1);
}

static enum err read_string(const struct refs_options *o, const struct refs_form *form,
                            struct refs *r, struct diag *diag)
{
    uint8_t *bytes;
    size_t size;

    if (is_list(o->file) && !file_exists(o->file)) {
        enum err err = refs_read(r, "", (const uint8_t *)o->file, strlen(o->file), form,
                                 diag);

        diag->line = 0;
        return err;
    }
    enum err err = file_read(o->file, &bytes, &size, diag);
    if (err)
        return err;
    err = refs_read(r, o->file, bytes, size, form, diag);
    free(bytes);
    return err;
}

static bool one_pass(const struct refs_options *o, const struct replace_config *c)
{
    return !strcmp(c->ops->name, "lru") && o->nframes >= ONE_PASS && !o->victims;
}

static bool run_policy(const struct refs_options *o, struct refs *r, unsigned k,
                       struct refs_run *out)
{
    const struct replace_config *c = &o->policy[k];
    bool ok = !(c->ops->flags & REPLACE_FORESIGHT) || refs_next(r);

    if (one_pass(o, c)) {
        for (size_t i = 0; i < o->nframes; i++)
            out[i].frames = o->frames[i];
        ok = ok && refs_lru_sizes(r, out, o->nframes);
    } else {
        for (size_t i = 0; i < o->nframes && ok; i++)
            ok = refs_simulate(r, c, o->frames[i], o->seed, o->victims, &out[i]);
    }
    for (size_t i = 0; i < o->nframes; i++)
        out[i].policy = o->spec[k];
    return ok;
}

/* What is run under guard: of a plug-in that crashes the runs are left out. */
struct attempt {
    const struct refs_options *o;
    struct refs *r;
    unsigned policy;
    struct refs_run *out;
    bool ok;
};

static void attempt(void *ctx)
{
    struct attempt *a = ctx;

    a->ok = run_policy(a->o, a->r, a->policy, a->out);
}

static void leave_out(struct refs_options *o, unsigned k)
{
    free(o->spec[k]);
    o->npolicies--;
    memmove(&o->spec[k], &o->spec[k + 1], (o->npolicies - k) * sizeof *o->spec);
    memmove(&o->policy[k], &o->policy[k + 1], (o->npolicies - k) * sizeof *o->policy);
}

/* False: no memory. *crashed: a plug-in did, and it is said. */
static bool run_policies(struct refs_options *o, struct refs *r, struct refs_run *out,
                         bool *crashed)
{
    struct plugin_crash crash;

    for (unsigned k = 0; k < o->npolicies;) {
        struct attempt a = { o, r, k, out + k * o->nframes, false };

        if (!plugin_guard_run(attempt, &a, &crash)) {
            fprintf(stderr, "ossim refs: error: %s: %s\n", o->spec[k], crash.text);
            for (size_t i = 0; i < o->nframes; i++)
                a.out[i] = (struct refs_run){ .refs = 0 };
            *crashed = true;
            leave_out(o, k);
        } else if (!a.ok) {
            return false;
        } else {
            k++;
        }
    }
    return true;
}

/* Impossible answers were replaced: the figures are not the policy's own. */
static bool say_bad_answers(const struct refs_answer *a)
{
    bool any = false;

    for (unsigned k = 0; k < a->o->npolicies; k++) {
        uint64_t bad = 0;

        for (size_t i = 0; i < a->o->nframes; i++)
            bad += a->run[k * a->o->nframes + i].bad;
        if (bad)
            fprintf(stderr, "ossim refs: error: %s: %" PRIu64 " impossible answers (a slot "
                    "that it does not have, or bits that are not its own)\n", a->o->spec[k],
                    bad);
        any |= bad > 0;
    }
    return any;
}

static bool draw(const struct refs_answer *a)
{
    struct diag diag = { .line = 0 };

    if (a->nruns == 0)
        return true;
    if (refs_plot(a->o->plot_dir, a->name, a->run, a->o->npolicies, a->o->nframes, &diag)) {
        diag_print(&diag);
        return false;
    }
    return true;
}

static int answer(struct refs_options *o, struct refs *r, const struct refs *addresses)
{
    struct refs_answer a = { .o = o, .refs = r, .addresses = addresses, .name = is_list(o->file) ? "" : o->file,
                             .nruns = o->npolicies * o->nframes };
    bool to_stdout = (o->json && !strcmp(o->json, "-")) || (o->csv && !strcmp(o->csv, "-"));
    int status = EXIT_DONE;

    a.run = calloc(a.nruns + 1, sizeof *a.run);
    bool crashed = false, ok = a.run && run_policies(o, r, a.run, &crashed);
    a.nruns = o->npolicies * o->nframes;
    if (crashed || (ok && say_bad_answers(&a)))
        status = EXIT_RUN_FAILED;
    if (!ok) {
        fprintf(stderr, "ossim refs: error: no memory\n");
        status = EXIT_RUN_FAILED;
    } else {
        if ((o->json && !refs_write_json(&a, o->json)) ||
            (o->csv && !refs_write_csv(&a, o->csv)) || (o->plot_dir && !draw(&a)))
            status = EXIT_RUN_FAILED;
        if (!o->quiet && !to_stdout)
            refs_print(&a);
    }
    for (size_t i = 0; a.run && i < a.nruns; i++)
        free(a.run[i].victims);
    free(a.run);
    return status;
}

int cmd_refs(int argc, char **argv)
{
    struct refs_options o;
    struct refs r, addresses = { .n = 0 };
    struct diag diag = { .line = 0 };
    int status;

    if (!refs_options_parse(&o, argc, argv, &status))
        return status;
    if (read_string(&o, &o.form, &r, &diag) ||
        (o.table.n && read_string(&o, &(struct refs_form){ 0 }, &addresses, &diag))) {
        diag_print(&diag);
        status = EXIT_BAD_INPUT;
    } else {
        status = answer(&o, &r, o.table.n ? &addresses : NULL);
    }
    refs_free(&r);
    refs_free(&addresses);
    refs_options_free(&o);
    return status;
}
