/* bench_tui.c - see bench_tui.h. */
#include <cmd/bench_tui.h>

#include <cmd/cmd.h>
#include <cmd/read.h>
#include <cmd/vocab.h>
#include <formats/workload.h>
#include <host/clock.h>
#include <host/pages.h>
#include <stat/gantt.h>
#include <stat/metrics.h>
#include <tui/act.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PLACES = 24,                /* where the keys are tried, besides the end */
    AGAIN = 6,                  /* each key so often at each of them */
    MOST = 2 * PLACES * AGAIN,  /* times of one key */
    PORTION = 256,              /* entries between two looks at the clock */
    PIECES = 1 << 13,
    PAGE = 4096,
};
#define OBSERVERS ((size_t)1 << 30)
#define LONGEST INT64_C(20000000000)    /* ns of running to the end */

static const char keys[] = "pbBg";
enum { KEYS = sizeof keys - 1 };

struct tried { double ms[MOST]; unsigned n; };

struct screens {
    struct tui_setup setup;
    struct app app;
    struct tried key[KEYS];
};

/* --- the screens, as `ossim run` has them --- */

static void attach(void *ctx, struct machine *m, struct heap *heap)
{
    const struct config *c = ctx;
    struct metrics *metrics = metrics_create_in(heap, c);
    struct gantt *gantt = gantt_create_in(heap, c->ncpus, PIECES);

    if (metrics)
        stream_subscribe(machine_stream(m), metrics_kinds, metrics_event, metrics);
    if (gantt)
        stream_subscribe(machine_stream(m), gantt_kinds, gantt_event, gantt);
}

static bool screens_open(struct screens *s, struct config *c)
{
    size_t size = machine_size(c);

    s->setup = (struct tui_setup){
        .config = c, .memory = pages_map(size), .memory_size = size, .hash = true,
        .observers = pages_map(OBSERVERS), .observers_size = OBSERVERS, .ctx = c,
        .attach = attach };
    return s->setup.memory && s->setup.observers &&
           app_init(&s->app, &s->setup, &machine_ops_real) &&
           canvas_resize(&s->app.canvas, 160, 50);
}

static void screens_close(struct screens *s)
{
    app_free(&s->app);
    if (s->setup.memory)
        pages_unmap(s->setup.memory, s->setup.memory_size);
    if (s->setup.observers)
        pages_unmap(s->setup.observers, OBSERVERS);
}

/* Memory that a host gives to a process for the first time may cost it more than all that
 * is done with it: what is measured is ours. */
static void warm(struct screens *s)
{
    volatile uint8_t *pool = s->app.player.pool;

    for (size_t i = 0; pool && i < s->app.player.pool_size; i += PAGE)
        pool[i] = pool[i];
}

/* --- keys --- */

static void press(struct screens *s, const char *text)
{
    for (; *text; text++)
        app_key(&s->app, *text == '\n' ? (unsigned)KEYS_ENTER : (unsigned char)*text, NULL);
}

/* Until the picture stands; ms. */
static double work(struct screens *s)
{
    int64_t start = clock_cpu_ns();

    while (app_work(&s->app, PORTION) && clock_cpu_ns() - start < LONGEST)
        ;
    app_draw(&s->app);
    return (double)(clock_cpu_ns() - start) / 1e6;
}

static void try_key(struct screens *s, unsigned key, const char *text)
{
    struct tried *t = &s->key[key];

    press(s, text);
    t->ms[t->n++] = work(s);
}

/* All over the run, in an order that jumps. */
static void try_everywhere(struct screens *s)
{
    ns_t end = s->app.model.now;
    char text[40];

    for (unsigned place = 0; place < PLACES; place++) {
        for (unsigned i = 0; i < AGAIN; i++)
            for (unsigned key = 0; key < 3; key++)
                try_key(s, key, (char[]){ keys[key], 0 });
        snprintf(text, sizeof text, "g%" PRId64 "ns\n",
                 (int64_t)(end / PLACES * ((place * 7 + 5) % PLACES + 1)));
        try_key(s, 3, text);
    }
}

/* --- what comes of it --- */

static int by_time(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* A run to the end: ms of it, and those of them that taking snapshots took. */
struct ran { double ms, snapshots_ms; uint64_t events; };

static void print(struct screens *s, const char *name, struct ran ran)
{
    printf("{\"bench\": \"tui\", \"workload\": \"%s\", \"events\": %" PRIu64
           ", \"run_ms\": %.0f, \"snapshots_ms\": %.1f", name, ran.events, ran.ms,
           ran.snapshots_ms);
    for (unsigned key = 0; key < KEYS; key++) {
        struct tried *t = &s->key[key];

        qsort(t->ms, t->n, sizeof *t->ms, by_time);
        printf(", \"%c\": {\"median_ms\": %.1f, \"longest_ms\": %.1f}", keys[key],
               t->n ? t->ms[t->n / 2] : 0, t->n ? t->ms[t->n - 1] : 0);
    }
    printf("}\n");
    fflush(stdout);
}

static bool measure(const char *name, struct config *c)
{
    struct screens *s = calloc(1, sizeof *s);
    bool good = s && screens_open(s, c);

    if (good) {
        warm(s);
        press(s, "e");
        struct ran ran = { .ms = work(s), .events = s->app.model.count,
                           .snapshots_ms = (double)s->app.player.taking_ns / 1e6 };

        app_key(&s->app, KEYS_ESCAPE, NULL);
        try_everywhere(s);
        print(s, name, ran);
    }
    if (s)
        screens_close(s);
    free(s);
    return good;
}

static struct config *many_decisions(struct vocabulary *v, unsigned scale)
{
    struct config *c = NULL;
    struct diag *diags = NULL;
    char text[256];
    size_t n = 0;

    snprintf(text, sizeof text, "{\"ossim\": 1, \"kernel\": {\"scheduler\": "
             "\"rr:quantum=1\"}, \"processes\": [{\"name\": \"t\", \"count\": 10, "
             "\"bursts\": [{\"cpu\": %u}]}]}", 2500000 / scale);
    workload_load("bench", text, strlen(text), "", v, NULL, 0, &c, &diags, &n);
    free(diags);
    return c;
}

int bench_tui(char *const *files, int nfiles, unsigned scale)
{
    static const struct options plain;
    struct vocabulary *v = vocab_open();
    int status = v ? EXIT_DONE : EXIT_OUR_FAULT;

    for (int i = 0; v && i < (nfiles ? nfiles : 1); i++) {
        struct config *c = nfiles ? read_workload(files[i], &plain, v)
                                  : many_decisions(v, scale);

        if (!c)
            status = EXIT_BAD_INPUT;
        else if (!measure(nfiles ? files[i] : "25 million decisions", c))
            status = EXIT_OUR_FAULT;
        workload_free(c);
    }
    vocab_close(v);
    return status;
}
