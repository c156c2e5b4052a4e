/* plugin_test.c - building, loading and surviving plug-ins, without a machine. */
#include <cmd/native.h>
#include <host/place.h>
#include <host/plugin.h>

#include "../suite.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct diag diag;
static const struct plugin *plugin;
static const struct sched_ops *ops;     /* its face */
static const char *params;

static enum err load_spec(const char *spec, const char *dir, FILE *messages)
{
    memset(&diag, 0, sizeof diag);
    enum err err = plugin_load(PLUGIN_SCHED, spec, dir, messages, &plugin, &params, &diag);

    ops = err ? NULL : &plugin->ops.sched;
    return err;
}

/* The port has no need of it to be writable. */
static void *self(void)
{
    return (void *)plugin;
}

/* Load a file of the checkout. */
static enum err load(const char *name, FILE *messages)
{
    char path[4096];

    ck_assert_msg(place_find(name, path, sizeof path), "%s", name);
    return load_spec(path, NULL, messages);
}

/* Write a plug-in of the test's own, load it, remove it. */
static enum err load_text(const char *text)
{
    char path[64];

    snprintf(path, sizeof path, "/tmp/ossim-test-%ld.c", (long)getpid());
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
    enum err err = load_spec(path, NULL, NULL);
    unlink(path);
    return err;
}

/* --- a policy on a table: one queue, four tasks --- */

struct bench {
    struct sched_params p;
    max_align_t tasks[256], rq[256];
    tid_t picked[4];
};

static void enqueue(struct bench *b, tid_t tid, enum sched_why why, ns_t now)
{
    struct sched_task t = { .tid = tid, .tickets = 1, .deadline = NS_MAX };

    native_port.enqueue(self(), b->rq, &t, why, now);
}

static void queue_four_pick_four(void *ctx)
{
    struct bench *b = ctx;

    memset(b, 0, sizeof *b);
    b->p = (struct sched_params){ .max_tasks = 4, .nharts = 1, .quantum = 4000000,
                                  .time_unit = 1000000, .tasks = b->tasks };
    ck_assert_uint_le(native_port.state_size(self(), &b->p), sizeof b->rq);
    ck_assert(!ops->task_size || 4 * native_port.task_size(self(), &b->p) <= sizeof b->tasks);
    native_port.init(self(), b->rq, &b->p);
    for (tid_t t = 0; t < 4; t++)
        enqueue(b, 3 - t, SCHED_NEW, t);
    native_port.remove(self(), b->rq, 1);
    enqueue(b, 1, SCHED_EXPIRED, 4);
    for (tid_t t = 0; t < 4; t++) {
        b->picked[t] = native_port.pick(self(), b->rq, 5 + t);
        if (ops->quantum)
            ck_assert_int_ge(native_port.quantum(self(), b->rq, b->picked[t]), 1);
    }
    ck_assert_uint_eq(native_port.pick(self(), b->rq, 10), TID_NONE);
}

START_TEST(shipped_plugins_work)
{
    static const char *const file[] = { "workloads/plugins/fifo.c",
                                        "workloads/plugins/round-robin.c",
                                        "workloads/plugins/two-level.c" };
    struct plugin_crash crash;
    struct bench b;

    for (size_t i = 0; i < 3; i++) {
        char said[64] = "";
        FILE *messages = fmemopen(said, sizeof said, "w");
        ck_assert_int_eq(load(file[i], messages), ERR_OK);
        fclose(messages);
        ck_assert_str_eq(said, "");
        ck_assert(plugin_guard_run(queue_four_pick_four, &b, &crash));
        const tid_t order[] = { 3, 2, 0, 1 };
        ck_assert_mem_eq(b.picked, order, sizeof order);
    }
}
END_TEST

/* The example that the house rules print, as a student would type it. */
START_TEST(printed_example_is_a_plugin)
{
    char path[4096], text[4096];

    ck_assert(place_find("workloads/plugins/fifo.c", path, sizeof path));
    FILE *f = fopen(path, "r");
    size_t n = fread(text, 1, sizeof text - 1, f);
    text[n] = '\0';
    fclose(f);
    ck_assert_ptr_nonnull(strstr(text, "const struct sched_ops ossim_policy = {"));
    ck_assert_int_eq(load_text(text), ERR_OK);
    ck_assert_str_eq(ops->name, "fifo");
    ck_assert_ptr_null(ops->quantum);
}
END_TEST

START_TEST(specs_are_told_apart)
{
    ck_assert(plugin_named("./mine.c"));
    ck_assert(plugin_named("mine.c:quantum=4"));
    ck_assert(plugin_named("native:/x/mine.so:a=1"));
    ck_assert(plugin_named("guest:mine.c"));
    ck_assert(!plugin_named("mlfq:quantum=10/20/40"));
    ck_assert(!plugin_named("rr"));
    ck_assert_str_eq(plugin_spec_end("rr:quantum=4,fcfs"), ",fcfs");
    ck_assert_str_eq(plugin_spec_end("rr"), "");
}
END_TEST

START_TEST(params_are_found)
{
    char path[4096], spec[4200];
    const struct plugin *first;

    ck_assert(place_find("workloads/plugins", path, sizeof path));
    ck_assert_int_eq(load_spec("native:fifo.c:quantum=4:x=1", path, NULL), ERR_OK);
    ck_assert_str_eq(params, "quantum=4:x=1");
    first = plugin;
    snprintf(spec, sizeof spec, "%s/fifo.c", path);
    ck_assert_int_eq(load_spec(spec, "/nowhere", NULL), ERR_OK);
    ck_assert_ptr_eq(plugin, first);
    ck_assert_str_eq(params, "");
}
END_TEST

START_TEST(compiler_errors_have_a_place)
{
    char said[4096] = "";
    FILE *messages = fmemopen(said, sizeof said, "w");

    ck_assert_int_eq(load("tests/hostile/bad-syntax.c", messages), ERR_PLUGIN);
    fclose(messages);
    ck_assert_ptr_nonnull(strstr(diag.file, "/tests/hostile/bad-syntax.c"));
    ck_assert_uint_eq(diag.line, 8);
    ck_assert_uint_gt(diag.col, 0);
    ck_assert_ptr_nonnull(strstr(diag.text, "does not compile"));
    ck_assert_ptr_nonnull(strstr(said, "bad-syntax.c:8:"));
}
END_TEST

START_TEST(warnings_come_back_from_the_cache)
{
    const char *text = "#include <ossim/sched.h>\nint f(void) { int unused; return 1; }\n";
    char path[64], said[2][2048] = { "", "" };

    snprintf(path, sizeof path, "/tmp/ossim-warn-%ld.c", (long)getpid());
    FILE *f = fopen(path, "w");
    fputs(text, f);
    fclose(f);
    for (int i = 0; i < 2; i++) {
        FILE *messages = fmemopen(said[i], sizeof said[i], "w");
        ck_assert_int_eq(load_spec(path, "", messages), ERR_PLUGIN);
        fclose(messages);
    }
    unlink(path);
    ck_assert_ptr_nonnull(strstr(said[0], "unused"));
    ck_assert_str_eq(said[0], said[1]);
}
END_TEST

START_TEST(wrong_faces_are_refused)
{
    static const struct { const char *file, *text; } face[] = {
        { "tests/hostile/bad-link.c", "does not compile" },
        { "tests/hostile/bad-abi.c", "abi is 999" },
        { "tests/hostile/bad-name.c", "My Scheduler!" },
        { "tests/hostile/no-pick.c", "no .pick" },
        { "tests/hostile/no-policy.c", "no ossim_policy" },
    };

    for (size_t i = 0; i < sizeof face / sizeof *face; i++) {
        ck_assert_int_eq(load(face[i].file, NULL), ERR_PLUGIN);
        ck_assert_msg(strstr(diag.text, face[i].text), "%s", diag.text);
        ck_assert_ptr_nonnull(strstr(diag.file, face[i].file));
    }
    ck_assert_int_eq(load_spec("/nowhere/x.c", "", NULL), ERR_IO);
    ck_assert_int_eq(load_spec("/nowhere/x.so", "", NULL),
                     ERR_PLUGIN);
}
END_TEST

START_TEST(header_change_means_another_object)
{
    char dir[] = "/tmp/ossim-header-XXXXXX", path[64], header[64];

    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/p.c", dir);
    snprintf(header, sizeof header, "%s/name.h", dir);
    for (int i = 0; i < 2; i++) {
        FILE *f = fopen(header, "w");
        fprintf(f, "#define NAME \"name-%d\"\n", i);
        fclose(f);
        f = fopen(path, "w");
        char honest[4096];
        ck_assert(place_find("tests/hostile/honest.h", honest, sizeof honest));
        fprintf(f, "#include \"name.h\"\n#include \"%s\"\nHONEST_OPS;\n", honest);
        fclose(f);
        ck_assert_int_eq(load_spec(path, "", NULL), ERR_OK);
        ck_assert_str_eq(ops->name, i ? "name-1" : "name-0");
    }
    unlink(path), unlink(header), rmdir(dir);
}
END_TEST

/* A function of the plug-in that has the name of one of ossim's own is its own. */
START_TEST(names_do_not_clash)
{
    static const char text[] =
        "#include <ossim/sched.h>\n"
        "tid_t plugin_any(void); tid_t plugin_any(void) { return 4711; }\n"
        "static size_t size(const struct sched_params *p) { (void)p; return 1; }\n"
        "static void init(void *q, const struct sched_params *p) { (void)q; (void)p; }\n"
        "static void enq(void *q, const struct sched_task *t, enum sched_why w, ns_t n)\n"
        "{ (void)q; (void)t; (void)w; (void)n; }\n"
        "static tid_t pick(void *q, ns_t n) { (void)q; (void)n; return plugin_any(); }\n"
        "static void rem(void *q, tid_t t) { (void)q; (void)t; }\n"
        "const struct sched_ops ossim_policy = { .abi = SCHED_ABI, .name = \"clash\",\n"
        " .state_size = size, .init = init, .enqueue = enq, .pick = pick, .remove = rem };";

    ck_assert_int_eq(load_text(text), ERR_OK);
    ck_assert_uint_eq(native_port.pick(self(), NULL, 0), 4711);
}
END_TEST

/* --- surviving --- */

static void expire_one(void *ctx)
{
    struct bench *b = ctx;

    memset(b, 0, sizeof *b);
    b->p = (struct sched_params){ .max_tasks = 4, .nharts = 1, .quantum = 4000000,
                                  .time_unit = 1000000 };
    native_port.state_size(self(), &b->p);
    native_port.init(self(), b->rq, &b->p);
    for (tid_t t = 0; t < 4; t++)
        enqueue(b, t, SCHED_NEW, 0);
    for (ns_t now = 0; now < 10000000; now += 2000000) {
        tid_t tid = native_port.pick(self(), b->rq, now);
        native_port.quantum(self(), b->rq, tid);
        if (now > 4000000)
            native_port.quantum(self(), b->rq, native_port.pick(self(), b->rq, now));
        enqueue(b, tid, SCHED_EXPIRED, now);
    }
}

static void assert_crash(const char *file, const char *op, int signo, const char *text)
{
    struct plugin_crash crash;
    struct bench b;

    ck_assert_int_eq(load(file, NULL), ERR_OK);
    ck_assert(!plugin_guard_run(expire_one, &b, &crash));
    ck_assert_str_eq(crash.policy, ops->name);
    ck_assert_str_eq(crash.op, op);
    ck_assert_int_eq(crash.signal, signo);
    ck_assert_msg(strstr(crash.text, text), "%s", crash.text);
}

START_TEST(crashes_are_survived)
{
    assert_crash("tests/hostile/raises.c", "enqueue", SIGSEGV,
                 "policy raises crashed (SIGSEGV) in enqueue");
    assert_crash("tests/hostile/aborts.c", "pick", SIGABRT, "(SIGABRT) in pick");
    /* And again: the guard is good for more than one. */
    assert_crash("tests/hostile/raises.c", "enqueue", SIGSEGV, "(SIGSEGV) in enqueue");
}
END_TEST

START_TEST(divisions_by_zero_are_survived)
{
    struct plugin_crash crash;
    struct bench b;

    ck_assert_int_eq(load("tests/hostile/divides.c", NULL), ERR_OK);
#ifdef __x86_64__
    ck_assert(!plugin_guard_run(queue_four_pick_four, &b, &crash));
    ck_assert_int_eq(crash.signal, SIGFPE);
    ck_assert_str_eq(crash.op, "quantum");
#else
    (void)crash, (void)b;       /* not every processor traps it */
#endif
}
END_TEST

START_TEST(endless_ops_are_left)
{
    setenv("OSSIM_PLUGIN_SECONDS", "1", 1);
    assert_crash("tests/hostile/loops.c", "pick", 0, "loops did not return for 1 s in pick");
    assert_crash("tests/hostile/sleeps.c", "enqueue", 0, "in enqueue");
}
END_TEST

START_TEST(impossible_sizes_are_refused)
{
    assert_crash("tests/hostile/greedy.c", "state_size", 0, "greedy asked for");
}
END_TEST

static void set_seven(void *ctx)
{
    *(int *)ctx = 7;
}

START_TEST(guard_without_plugin_is_a_call)
{
    struct plugin_crash crash;
    int x = 0;

    ck_assert(plugin_guard_run(set_seven, &x, &crash));
    ck_assert_int_eq(x, 7);
}
END_TEST

/* As many as one likes; each is itself. */
START_TEST(forty_at_once)
{
    const struct plugin *some[40];
    char honest[4096], text[8192], name[16];

    ck_assert(place_find("tests/hostile/honest.h", honest, sizeof honest));
    for (int i = 0; i < 40; i++) {
        snprintf(name, sizeof name, "p%d", i);
        snprintf(text, sizeof text, "#define NAME \"%s\"\n#include \"%s\"\nHONEST_OPS;\n",
                 name, honest);
        ck_assert_int_eq(load_text(text), ERR_OK);
        some[i] = plugin;
    }
    for (int i = 0; i < 40; i++) {
        snprintf(name, sizeof name, "p%d", i);
        ck_assert_str_eq(some[i]->ops.sched.name, name);
    }
}
END_TEST

SUITE(plugin, 60, shipped_plugins_work, printed_example_is_a_plugin, specs_are_told_apart,
      params_are_found, compiler_errors_have_a_place,
      warnings_come_back_from_the_cache, wrong_faces_are_refused,
      header_change_means_another_object, names_do_not_clash, crashes_are_survived,
      divisions_by_zero_are_survived, endless_ops_are_left, impossible_sizes_are_refused,
      guard_without_plugin_is_a_call, forty_at_once)
