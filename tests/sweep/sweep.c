/* sweep.c - fsck against e2fsck over many damaged images (`make sweep`).
 *
 *     sweep [--share N] [--random N] [--seed N] [--only NAME] IMAGE...
 *
 * Of all values of all fields of each image, N of 10,000; and so many cases of 1 to 8 bytes at
 * random. One process an image, as many at a time as there are processors. With one seed a tree
 * has one answer. --only: the one case of that name, as a failure prints it.
 */
#include "sweep.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WHOLE = 10000, MOST_IMAGES = 64, HANGS = 120 /* s of one case */, LATE = 20000 /* ms */ };

struct options { uint64_t share, randoms, seed; const char *only; };

/* Shared with the process that works on it. */
struct job {
    const char *path;
    pid_t pid;
    char doing[NAME];
    struct tally tally;
};

struct sweep { const struct options *o; struct job *job; struct court court; rng_t rng; };

static void *memory(size_t n)
{
    void *p = aligned_alloc(4096, (n + 4095) & ~(size_t)4095);

    if (!p)
        abort();
    return memset(p, 0, n);
}

static void load(struct layout *l, const char *path)
{
    FILE *f = fopen(path, "rb");

    if (!f || fseek(f, 0, SEEK_END))
        abort();
    l->size = (uint64_t)ftell(f);
    l->bytes = memory(l->size);
    rewind(f);
    if (fread(l->bytes, 1, l->size, f) != l->size || fclose(f))
        abort();
    l->sb = (void *)(l->bytes + EXT2_SUPER_AT);
    l->bs = 1024u << l->sb->log_block_size;
    l->gd = (void *)(l->bytes + (l->sb->first_data_block + 1) * (size_t)l->bs);
    l->isize = l->sb->rev_level ? l->sb->inode_size : 128;
    l->ngroups = l->sb->inodes_count / l->sb->inodes_per_group;
}

static bool is_taken(struct sweep *s)
{
    bool by_chance = rng_below(&s->rng, WHOLE) < s->o->share;

    return s->o->only ? !strcmp(s->o->only, s->job->doing) : by_chance;
}

static void judge_case(struct sweep *s)
{
    alarm(HANGS);
    verdict(&s->court);
    alarm(0);
    if (judge_trouble(s->court.judge)) {
        printf("FAIL %s\n", judge_trouble(s->court.judge));
        exit(1);
    }
}

static void each_value(void *ctx, const struct spot *spot)
{
    struct sweep *s = ctx;
    const struct layout *l = s->court.good;
    uint64_t v[VALUES], old = 0;
    unsigned n = field_values(l, spot, &s->rng, v);

    memcpy(&old, l->bytes + spot->at, spot->size);
    for (unsigned i = 0; i < n; i++) {
        bool again = v[i] == old;

        for (unsigned k = 0; k < i; k++)
            again |= v[k] == v[i];
        snprintf(s->job->doing, NAME, "%.120s = 0x%llx", spot->name, (unsigned long long)v[i]);
        if (!is_taken(s) || again)      /* in this order: the draws are the same in any image */
            continue;
        memcpy(s->court.damaged, l->bytes, l->size);
        memcpy(s->court.damaged + spot->at, &v[i], spot->size);
        judge_case(s);
    }
}

/* ---- at random: where somebody's field is, or near it ---- */

struct places { uint64_t *at, n; };

static void collect(void *ctx, const struct spot *spot)
{
    struct places *p = ctx;

    p->at[p->n++ % (1 << 16)] = spot->at;
}

static void damage_at_random(struct sweep *s, const struct places *p)
{
    const struct layout *l = s->court.good;
    uint64_t most = p->n < 1 << 16 ? p->n : 1 << 16;
    size_t said = strlen(s->job->doing);

    memcpy(s->court.damaged, l->bytes, l->size);
    for (uint64_t k = 1 + rng_below(&s->rng, 8); k; k--) {
        uint64_t at = p->at[rng_below(&s->rng, most)] + rng_below(&s->rng, 16);
        uint8_t *byte = &s->court.damaged[at < l->size ? at : EXT2_SUPER_AT];

        *byte = (uint8_t)(rng_below(&s->rng, 2) ? rng_next(&s->rng)
                                                : *byte ^ 1u << rng_below(&s->rng, 8));
        said += (size_t)snprintf(s->job->doing + said, NAME - said, " %llu:%02x",
                                 (unsigned long long)at, *byte);
    }
}

/* Cases that hunts have found: of these images and no others. */
static void known_cases(struct sweep *s)
{
    static const struct { const char *image, *bytes; } known[] = {
#define KNOWN(image, bytes) { image, bytes },
#include "known.def"
#undef KNOWN
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const char *p = known[i].bytes;
        unsigned long long at;
        unsigned byte;

        if (strcmp(known[i].image, s->court.image_name) != 0)
            continue;
        snprintf(s->job->doing, NAME, "random %s", p);
        memcpy(s->court.damaged, s->court.good->bytes, s->court.good->size);
        for (int n; sscanf(p, " %llu:%x%n", &at, &byte, &n) == 2; p += n)
            s->court.damaged[at] = (uint8_t)byte;
        if (*p)
            abort();
        if (!s->o->only || !strcmp(s->o->only, s->job->doing))
            judge_case(s);
    }
}

static void randoms(struct sweep *s)
{
    struct places p = { memory(sizeof(uint64_t) << 16), 0 };

    fields_each(s->court.good, collect, &p);
    for (uint64_t i = 0; i < s->o->randoms; i++) {
        snprintf(s->job->doing, NAME, "random");
        damage_at_random(s, &p);
        if (!s->o->only || !strcmp(s->o->only, s->job->doing))
            judge_case(s);
    }
    free(p.at);
}

/* ---- an image, and all of them ---- */

static void nothing_unexpected(void *ctx, uint32_t tag, const char *why)
{
    (void)ctx, (void)tag, (void)why;
}

static void work(struct job *job, const struct options *o)
{
    struct layout l;
    struct sweep s = { .o = o, .job = job };
    struct court *c = &s.court;

    load(&l, job->path);
    const char *slash = strrchr(job->path, '/');

    *c = (struct court){ .good = &l, .judge = judge_create(nothing_unexpected, NULL),
                         .tally = &job->tally, .image_name = slash ? slash + 1 : job->path,
                         .case_name = job->doing, .damaged = memory(l.size),
                         .work = memory(l.size), .left = memory(l.size) };
    judge_use(c->judge, NULL, LATE);
    s.rng = rng_stream(o->seed, c->image_name, 0);
    files_read(&l, l.bytes, &c->before);
    snprintf(job->doing, NAME, "as it is");
    memcpy(c->damaged, l.bytes, l.size);
    judge_case(&s);
    if (job->tally.damaged)
        job->tally.failed++;
    known_cases(&s);
    fields_each(&l, each_value, &s);
    randoms(&s);
    judge_destroy(c->judge);
}

static void start(struct job *job, const struct options *o)
{
    fflush(stdout);
    pid_t pid = fork();

    if (pid == 0) {
        work(job, o);
        fflush(stdout);
        _exit(0);
    }
    job->pid = pid;             /* not by the child, whose memory it is, too */
}

/* Waits for one. A crash, a CHECK or a hang is the last case's. */
static void end_one(struct job *jobs, unsigned n)
{
    int st;
    pid_t pid = wait(&st);

    for (unsigned i = 0; i < n; i++)
        if (jobs[i].pid == pid && st) {
            printf("FAIL %s, %s: %s %d\n", jobs[i].path, jobs[i].doing,
                   WIFSIGNALED(st) ? "signal" : "status",
                   WIFSIGNALED(st) ? WTERMSIG(st) : WEXITSTATUS(st));
            jobs[i].tally.failed++;
        }
}

static bool report(const struct job *jobs, unsigned n, const struct options *o, double seconds)
{
    struct tally t = { 0 };

    for (unsigned i = 0; i < n; i++) {
        t.cases += jobs[i].tally.cases;
        t.damaged += jobs[i].tally.damaged;
        t.failed += jobs[i].tally.failed;
        for (unsigned k = 0; k < EXCEPTIONS; k++)
            t.tolerated[k] += jobs[i].tally.tolerated[k];
    }
    bool ok = !t.failed && (o->only || t.damaged > n);

    printf("%s fsck against e2fsck, seed %llu: %llu images damaged (%llu to e2fsck), %llu failed; "
           "e2fsck gave up %llu; on purpose", ok ? "ok  " : "FAIL", (unsigned long long)o->seed,
           (unsigned long long)t.cases, (unsigned long long)t.damaged,
           (unsigned long long)t.failed, (unsigned long long)t.tolerated[0]);
    for (unsigned k = 1; k < EXCEPTIONS; k++)
        printf(" (%u) %llu", k, (unsigned long long)t.tolerated[k]);
    printf("; %.0f s\n", seconds);
    return ok;
}

static int usage(void)
{
    fputs("usage: sweep [--share N] [--random N] [--seed N] [--only CASE] IMAGE...\n", stderr);
    return 2;
}

int main(int argc, char **argv)
{
    struct job *jobs = mmap(NULL, MOST_IMAGES * sizeof *jobs, PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct options o = { .share = 200, .randoms = 100, .seed = 1 };
    unsigned n = 0, running = 0, side = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
    time_t since = time(NULL);

    for (int i = 1; i < argc; i++)
        if (*argv[i] != '-' && n < MOST_IMAGES)
            jobs[n++].path = argv[i];
        else if (i + 1 == argc)
            return usage();
        else if (!strcmp(argv[i], "--share"))
            o.share = strtoull(argv[++i], NULL, 10);
        else if (!strcmp(argv[i], "--random"))
            o.randoms = strtoull(argv[++i], NULL, 10);
        else if (!strcmp(argv[i], "--seed"))
            o.seed = strtoull(argv[++i], NULL, 10);
        else if (!strcmp(argv[i], "--only"))
            o.only = argv[++i];
        else
            return usage();
    if (!n)
        return usage();
    for (unsigned i = 0; i < n; i++) {
        if (running == side)
            end_one(jobs, n), running--;
        start(&jobs[i], &o);
        running++;
    }
    while (running--)
        end_one(jobs, n);
    return !report(jobs, n, &o, (double)(time(NULL) - since));
}
