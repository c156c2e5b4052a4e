/* fake.h - a machine that says what it was told to say.
 *
 * Its run is a script of events, each of them an entry of its own. Input is said as
 * EV_INPUT at once. What peeks show is worked out from the events said.
 */
#ifndef TESTS_TUI_FAKE_H
#define TESTS_TUI_FAKE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tui/act.h>

enum { FAKE_TASKS = 16 };

struct machine {
    struct stream stream;
    const struct config *config;
    ns_t now;
    size_t next;                /* in the script */
    enum machine_end end;
    tid_t running[4];
    tid_t queue[FAKE_TASKS];
    unsigned nqueued;
    uint32_t policy;            /* on standby, + 1; 0: the first one */
    char printed[64];
    size_t nprinted;
};

/* The script that every fake machine plays; set by the test. */
#define FAKE_EVENT(t, k, h, task, x, y) \
    { .at = (t), .kind = (k), .hart = (h), .tid = (task), .a = (x), .b = (y) }

static const struct event *fake_script;
static size_t fake_length;
static const char *fake_output = "";    /* what EV_OUTPUT finds */
static unsigned fake_builds;

static struct machine *fake_init(void *mem, size_t size, const struct config *c,
                                 bool hash)
{
    struct machine *m = mem;

    ck_assert_uint_ge(size, sizeof *m);
    ck_assert_uint_eq(m->next, 0);       /* zeroed */
    stream_init(&m->stream, hash);
    m->config = c;
    for (int h = 0; h < 4; h++)
        m->running[h] = TID_NONE;
    fake_builds++;
    return m;
}

static struct stream *fake_stream(struct machine *m)
{
    return &m->stream;
}

static void fake_unqueue(struct machine *m, tid_t tid)
{
    for (unsigned i = 0; i < m->nqueued; i++)
        if (m->queue[i] == tid)
            memmove(&m->queue[i], &m->queue[i + 1],
                    (--m->nqueued - i) * sizeof *m->queue);
}

static void fake_say(struct machine *m, const struct event *e)
{
    if (e->kind == EV_ARRIVE || e->kind == EV_WAKE)
        m->queue[m->nqueued++] = e->tid;
    if (e->kind == EV_DISPATCH) {
        fake_unqueue(m, e->tid);
        m->running[e->hart] = e->tid;
    }
    if (e->kind == EV_DESCHED) {
        m->running[e->hart] = TID_NONE;
        if (e->a <= STOP_PREEMPTED)
            m->queue[m->nqueued++] = e->tid;
    }
    if (e->kind == EV_OUTPUT)
        m->nprinted = (size_t)snprintf(m->printed, sizeof m->printed, "%s", fake_output);
    if (e->kind == EV_END)
        m->end = (enum machine_end)e->a;
    stream_emit(&m->stream, e->at, (enum event_kind)e->kind, e->hart, e->tid, e->a, e->b);
}

static enum machine_end fake_run(struct machine *m, ns_t until, uint64_t max_events)
{
    for (uint64_t n = 0; !max_events || n < max_events; n++) {
        if (m->end || m->next >= fake_length || fake_script[m->next].at > until) {
            if (!m->end && until != NS_MAX && m->now < until)
                m->now = until;
            break;
        }
        m->now = fake_script[m->next].at;
        fake_say(m, &fake_script[m->next++]);
    }
    return m->end;
}

static enum machine_end fake_over(const struct machine *m)
{
    return m->end;
}

static ns_t fake_now(const struct machine *m)
{
    return m->now;
}

static uint64_t fake_steps(const struct machine *m)
{
    return m->next;
}

static void fake_switch_policy(struct machine *m, uint32_t i)
{
    m->policy = i + 1;
}

static bool fake_needs_input(const struct machine *m)
{
    (void)m;
    return false;
}

static bool fake_input(struct machine *m, uint32_t process, const void *bytes, size_t n)
{
    (void)bytes;
    stream_emit(&m->stream, m->now, EV_INPUT, HART_NONE, process, (int64_t)n, 0);
    return true;
}

static size_t fake_take_output(struct machine *m, tid_t tid, void *buf, size_t size)
{
    size_t n = m->nprinted < size ? m->nprinted : size;

    (void)tid;
    memcpy(buf, m->printed, n);
    m->nprinted = 0;
    return n;
}

static void fake_task(const struct machine *m, tid_t tid, struct peek_task *out)
{
    *out = (struct peek_task){ .tid = tid, .process = tid, .priority = (int)tid * 10,
                               .level = tid, .deadline = NS_MAX };
    (void)m;
}

static void fake_hart(const struct machine *m, unsigned hart, struct peek_hart *out)
{
    *out = (struct peek_hart){ .running = m->running[hart], .quantum_ends = NS_MAX };
    if (m->running[hart] != TID_NONE)
        out->quantum_ends = m->now + 2 * m->config->time_unit;
}

static unsigned fake_nqueues(const struct machine *m)
{
    return m->config->global_queue ? 1 : m->config->ncpus;
}

static unsigned fake_queue_length(const struct machine *m, unsigned queue)
{
    return queue ? 0 : m->nqueued;
}

static unsigned fake_queue(struct machine *m, unsigned queue, tid_t *out, unsigned max)
{
    unsigned n = queue ? 0 : m->nqueued < max ? m->nqueued : max;

    memcpy(out, m->queue, n * sizeof *out);
    return n;
}

static void fake_explain(struct machine *m, tid_t tid, char *buf, size_t size)
{
    (void)m, (void)tid;
    snprintf(buf, size, "%s", "");
}

/* A kernel of two services, of which nobody has called one. */
static void fake_structure(const struct machine *m, struct peek_structure *out)
{
    (void)m;
    *out = (struct peek_structure){ .model = "monolithic" };
}

static bool fake_service(const struct machine *m, unsigned s, struct peek_service *out)
{
    (void)m;
    *out = (struct peek_service){ .name = s == 1 ? "proc" : "mem", .tid = TID_NONE,
                                  .client = TID_NONE };
    return s == 1 || s == 2;
}

static bool fake_way(const struct machine *m, unsigned from, unsigned to,
                     struct peek_crossing *out)
{
    (void)m, (void)from, (void)to, (void)out;
    return false;
}

static bool fake_fault(const struct machine *m, unsigned i, struct peek_fault *out)
{
    (void)m, (void)i, (void)out;
    return false;
}

static const struct policy_config *fake_policy(const struct machine *m)
{
    return m->policy ? &m->config->standby[m->policy - 1] : &m->config->policy;
}

static const char *fake_name(const struct machine *m, tid_t tid, char *buf, size_t size)
{
    snprintf(buf, size, "%s", m->config->processes[tid].name);
    return buf;
}

static const struct machine_ops fake_ops = {
    .init = fake_init, .stream = fake_stream, .run = fake_run, .over = fake_over,
    .now = fake_now, .steps = fake_steps, .needs_input = fake_needs_input, .switch_policy = fake_switch_policy, .input = fake_input, .output = fake_take_output,
    .task = fake_task, .hart = fake_hart, .nqueues = fake_nqueues,
    .queue_length = fake_queue_length, .queue = fake_queue, .policy = fake_policy, .explain = fake_explain,
    .name = fake_name, .structure = fake_structure, .service = fake_service, .way = fake_way,
    .fault = fake_fault,
};

/* --- a workload, and an app on it --- */

static struct program_config fake_program = { .path = "C" };

static struct process_config fake_processes[FAKE_TASKS] = {
    { .name = "A", .count = 1, .first = 0, .tickets = 100 },
    { .name = "T1", .count = 1, .first = 1, .tickets = 100, .period = 10000000 },
    { .name = "compiler", .count = 1, .first = 2, .tickets = 100,
      .program = &fake_program },
};

static const struct cpu_config fake_cpus[4] = { { .mhz = 1000 }, { .mhz = 1000 },
                                                { .mhz = 1000 }, { .mhz = 1000 } };

static struct config fake_config = {
    .name = "demo", .about = "a test", .time_unit = 1000000, .unit_name = "ms",
    .ncpus = 1, .cpus = fake_cpus, .policy = { .spec = "rr:quantum=4" },
    .nprocesses = 3, .processes = fake_processes, .ntasks = 3, .stop_at = NS_MAX,
};

static union { struct machine machine; uint8_t page[SNAPSHOT_PAGE]; }
    fake_block __attribute__((aligned(SNAPSHOT_PAGE)));
_Static_assert(sizeof fake_block == SNAPSHOT_PAGE, "a whole page");
enum { FAKE_OBSERVERS = 16 << 20 };
static uint8_t fake_observers[FAKE_OBSERVERS] __attribute__((aligned(SNAPSHOT_PAGE)));
static struct tui_setup fake_setup = {
    .config = &fake_config, .memory = &fake_block, .memory_size = sizeof fake_block,
    .observers = fake_observers, .observers_size = FAKE_OBSERVERS,
};

#define MS(n) ((ns_t)(n) * 1000000)

static inline void fake_start(struct app *a, const struct event *script, size_t length, int w,
                       int h)
{
    memset(&fake_block, 0, sizeof fake_block);
    memset(fake_observers, 0, sizeof fake_observers);
    fake_script = script;
    fake_length = length;
    fake_builds = 0;
    ck_assert(app_init(a, &fake_setup, &fake_ops));
    ck_assert(canvas_resize(&a->canvas, w, h));
}

/* Keys, one character each, each worked off at once; then a picture. */
static inline void fake_keys(struct app *a, const char *keys)
{
    app_draw(a);
    for (; *keys; keys++) {
        app_key(a, *keys == '\n' ? (unsigned)KEYS_ENTER : (unsigned char)*keys, NULL);
        while (app_work(a, 3))
            ;
        app_draw(a);
    }
}

/* The picture is this text. */
static inline void fake_shows(struct app *a, const char *expected)
{
    char *text;

    app_draw(a);
    text = canvas_to_text(&a->canvas);
    ck_assert_str_eq(text, expected);
    free(text);
}

static inline bool fake_has(struct app *a, const char *part)
{
    char *text;
    bool found;

    app_draw(a);
    text = canvas_to_text(&a->canvas);
    found = strstr(text, part) != NULL;
    if (!found)
        fprintf(stderr, "not on the screen: %s\n%s\n", part, text);
    free(text);
    return found;
}

#endif
