/* workload_test.c - workloads that are right, and what becomes of them. */
#include "loading.h"

static const char whole[] =
"{\"ossim\": 1, \"name\": \"convoy\", \"about\": \"one long job\", \"source\": \"OSTEP\",\n"
" \"time_unit\": \"ms\", \"seed\": 7,\n"
" \"machine\": {\"cpus\": [{\"mhz\": 2000, \"kind\": \"big\"}, {\"kind\": \"little\"}],\n"
"   \"mhz\": 800, \"memory\": {\"frames\": 64, \"tlb\": {\"entries\": 8, \"ways\": 2,\n"
"   \"replacement\": \"lru\"}, \"svadu\": true}, \"costs\": \"slow\"},\n"
" \"kernel\": {\"scheduler\": {\"policy\": \"rr\", \"quantum\": 4}, \"locks\": \"pip\",\n"
"   \"smp_skew\": \"2us\", \"structure\": \"monolithic\", \"knowledge\": \"none\"},\n"
" \"processes\": [\n"
"   {\"name\": \"A\", \"arrival\": 1.5, \"priority\": -3, \"nice\": -20, \"tickets\": 7,\n"
"    \"affinity\": [1], \"bursts\": [{\"cpu\": 5}, {\"io\": \"10us\"}, {\"sleep\": 0.25}]},\n"
"   {\"name\": \"T\", \"period\": 20, \"cpu\": 5, \"jobs\": 10, \"on_miss\": \"skip\"},\n"
"   {\"name\": \"crowd\", \"count\": 1000, \"arrival\": {\"poisson\": 5},\n"
"    \"bursts\": [{\"cpu\": {\"exp\": 10}}]},\n"
"   {\"cpu\": 3, \"deadline\": 9, \"start_deadline\": 2}],\n"
" \"events\": [{\"at\": 500, \"scheduler\": \"fcfs\"}, {\"at\": 3, \"scheduler\": \"rr\"}],\n"
" \"stop\": {\"at\": \"10s\"}}";

START_TEST(every_field_arrives)
{
    struct config *c = load(whole);
    const struct process_config *p;

    ck_assert_msg(c, "%s", load_said);
    ck_assert_str_eq(c->name, "convoy");
    ck_assert_str_eq(c->about, "one long job");
    ck_assert_str_eq(c->source, "OSTEP");
    ck_assert_str_eq(c->file, "w.json");
    ck_assert_str_eq(c->unit_name, "ms");
    ck_assert_int_eq(c->time_unit, 1000000);
    ck_assert_uint_eq(c->seed, 7);
    ck_assert_uint_eq(c->ncpus, 2);
    ck_assert_uint_eq(c->cpus[0].mhz, 2000);
    ck_assert_str_eq(c->cpus[0].kind, "big");
    ck_assert_uint_eq(c->cpus[1].mhz, 800);
    ck_assert_uint_eq(c->memory.frames, 64);
    ck_assert_uint_eq(c->memory.tlb_entries, 8);
    ck_assert_uint_eq(c->memory.tlb_ways, 2);
    ck_assert_int_eq(c->memory.tlb_replace, TLB_LRU);
    ck_assert(c->memory.svadu);
    ck_assert_str_eq(c->costs.name, "slow");
    ck_assert_uint_eq(c->costs.insn[INSN_MUL], 3);
    ck_assert_uint_eq(c->costs.insn[INSN_DIV], 1);
    ck_assert_uint_eq(c->costs.context_switch, 445);
    ck_assert_uint_eq(c->costs.trap, 90);
    ck_assert_str_eq(c->policy.spec, "rr:quantum=4");
    ck_assert_int_eq(c->policy.params.quantum, 4000000);
    ck_assert(!c->global_queue);
    ck_assert_int_eq(c->locks, LOCKS_PIP);
    ck_assert_int_eq(c->knowledge, KNOW_NONE);
    ck_assert_int_eq(c->smp_skew, 2000);
    ck_assert_int_eq(c->stop_at, INT64_C(10000000000));

    ck_assert_uint_eq(c->nprocesses, 4);
    ck_assert_uint_eq(c->ntasks, 1003);
    ck_assert_uint_eq(c->max_forks, 0);
    p = c->processes;
    ck_assert_int_eq(p[0].arrival, 1500000);
    ck_assert_int_eq(p[0].priority, -3);
    ck_assert_int_eq(p[0].nice, -20);
    ck_assert_uint_eq(p[0].tickets, 7);
    ck_assert_uint_eq(p[0].affinity, 2);
    ck_assert_uint_eq(p[0].nsteps, 4);
    ck_assert_int_eq(p[0].steps[0].kind, STEP_CPU);
    ck_assert_int_eq(p[0].steps[0].len.a, 5000000);
    ck_assert_int_eq(p[0].steps[1].kind, STEP_IO);
    ck_assert_int_eq(p[0].steps[1].len.a, 10000);
    ck_assert_int_eq(p[0].steps[2].kind, STEP_SLEEP);
    ck_assert_int_eq(p[0].steps[2].len.a, 250000);
    ck_assert_int_eq(p[0].steps[3].kind, STEP_END);
    ck_assert_int_eq(p[1].period, 20000000);
    ck_assert_int_eq(p[1].deadline, 20000000);
    ck_assert_uint_eq(p[1].jobs, 10);
    ck_assert_int_eq(p[1].on_miss, MISS_SKIP);
    ck_assert_uint_eq(p[1].affinity, UINT64_MAX);
    ck_assert_uint_eq(p[1].tickets, 100);
    ck_assert_uint_eq(p[2].first, 2);
    ck_assert_uint_eq(p[2].count, 1000);
    ck_assert(p[2].arrival_gaps);
    ck_assert_int_eq(p[2].gap.kind, DIST_EXP);
    ck_assert_int_eq(p[2].gap.a, 5000000);
    ck_assert_str_eq(p[3].name, "P4");
    ck_assert_uint_eq(p[3].first, 1002);
    ck_assert_int_eq(p[3].period, 0);
    ck_assert_int_eq(p[3].deadline, 9000000);
    ck_assert_int_eq(p[3].start_deadline, 2000000);

    ck_assert_uint_eq(c->nevents, 2);
    ck_assert_int_eq(c->events[0].at, 3000000);
    ck_assert_str_eq(c->events[0].policy->spec, "rr");
    ck_assert_str_eq(c->events[1].policy->spec, "fcfs");
    workload_free(c);
}
END_TEST

START_TEST(the_least_is_enough)
{
    struct config *c = load(P("{\"cpu\":1}"));

    ck_assert_msg(c, "%s", load_said);
    ck_assert_str_eq(c->name, "w");
    ck_assert_str_eq(c->policy.spec, "rr");
    ck_assert_int_eq(c->policy.params.quantum, 10000000);
    ck_assert_str_eq(c->unit_name, "ms");
    ck_assert_uint_eq(c->ncpus, 1);
    ck_assert_uint_eq(c->cpus[0].mhz, 1000);
    ck_assert_str_eq(c->costs.name, "ideal");
    ck_assert_uint_eq(c->costs.insn[INSN_SYSTEM], 1);
    ck_assert_uint_eq(c->costs.context_switch, 0);
    ck_assert_int_eq(c->stop_at, NS_MAX);
    ck_assert_int_eq(c->smp_skew, 1000);
    ck_assert_int_eq(c->knowledge, KNOW_ORACLE);
    ck_assert_int_eq(c->locks, LOCKS_NONE);
    workload_free(c);
}
END_TEST

START_TEST(loops_are_flattened)
{
    struct config *c = load(STEPS(
        "{\"lock\":\"m\"},"
        "{\"repeat\":3,\"do\":[{\"cpu\":1},{\"repeat\":2,\"do\":[{\"yield\":true}]}]},"
        "{\"unlock\":\"m\"},{\"lock\":\"n\"},{\"send\":\"m\"},{\"recv\":\"q\"},\"yield\""));
    static const struct { int kind; unsigned depth, object, count; } expected[] = {
        { STEP_LOCK, 0, 0, 0 }, { STEP_LOOP, 0, 0, 3 }, { STEP_CPU, 0, 0, 0 },
        { STEP_LOOP, 1, 0, 2 }, { STEP_YIELD, 0, 0, 0 }, { STEP_NEXT, 1, 4, 0 },
        { STEP_NEXT, 0, 2, 0 }, { STEP_UNLOCK, 0, 0, 0 }, { STEP_LOCK, 0, 1, 0 },
        { STEP_SEND, 0, 0, 0 }, { STEP_RECV, 0, 1, 0 }, { STEP_YIELD, 0, 0, 0 },
        { STEP_END, 0, 0, 0 },
    };

    ck_assert_msg(c, "%s", load_said);
    ck_assert_uint_eq(c->processes[0].nsteps, sizeof expected / sizeof *expected);
    ck_assert_uint_eq(c->processes[0].repeat_depth, 2);
    for (unsigned i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct step *s = &c->processes[0].steps[i];

        ck_assert_int_eq(s->kind, expected[i].kind);
        ck_assert_uint_eq(s->depth, expected[i].depth);
        ck_assert_uint_eq(s->object, expected[i].object);
        ck_assert_uint_eq(s->count, expected[i].count);
    }
    ck_assert_uint_eq(c->nlocks, 2);
    ck_assert_str_eq(c->lock_names[1], "n");
    ck_assert_uint_eq(c->nchannels, 2);
    ck_assert_str_eq(c->channel_names[1], "q");
    workload_free(c);
}
END_TEST

START_TEST(times_are_exact)
{
    static const struct { const char *text; ns_t ns; } rows[] = {
        { "0", 0 }, { "0.1", 100000 }, { "0.000001", 1 }, { "123456.789012", 123456789012 },
        { "1e3", 1000000000 }, { "25e-1", 2500000 }, { "\"7ns\"", 7 }, { "\"1.5us\"", 1500 },
        { "\"2s\"", 2000000000 }, { "\"5\"", 5000000 }, { "0.30000000000", 300000 },
        { "9007199254.740993", 9007199254740993 },
    };

    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[128];
        struct config *c;

        sprintf(text, P("{\"cpu\":%s}"), rows[i].text);
        c = load(text);
        ck_assert_msg(c, "%s: %s", rows[i].text, load_said);
        ck_assert_int_eq(c->processes[0].steps[0].len.a, rows[i].ns);
        workload_free(c);
    }
}
END_TEST

START_TEST(distributions)
{
    struct config *c = load(STEPS(
        "{\"cpu\":{\"uniform\":[1,\"3ms\"]}},{\"io\":{\"lognormal\":[-1.5,0.25]}},"
        "{\"sleep\":{\"pareto\":[1.5,2]}},{\"cpu\":{\"choice\":[1,2,4]}},"
        "{\"cpu\":{\"exp\":2.5}}"));
    const struct step *s;

    ck_assert_msg(c, "%s", load_said);
    s = c->processes[0].steps;
    ck_assert_int_eq(s[0].len.kind, DIST_UNIFORM);
    ck_assert_int_eq(s[0].len.a, 1000000);
    ck_assert_int_eq(s[0].len.b, 3000000);
    ck_assert_int_eq(s[1].len.kind, DIST_LOGNORMAL);
    ck_assert_int_eq(s[1].len.a, -1500000);
    ck_assert_int_eq(s[1].len.b, 250000);
    ck_assert_int_eq(s[1].len.unit, 1000000);
    ck_assert_int_eq(s[2].len.kind, DIST_PARETO);
    ck_assert_int_eq(s[2].len.a, 1500000);
    ck_assert_int_eq(s[2].len.b, 2000000);
    ck_assert_int_eq(s[3].len.kind, DIST_CHOICE);
    ck_assert_uint_eq(s[3].len.nchoices, 3);
    ck_assert_int_eq(s[3].len.choices[2], 4000000);
    ck_assert_int_eq(s[4].len.a, 2500000);
    workload_free(c);
}
END_TEST

START_TEST(arrivals_one_by_one)
{
    struct config *c = load(P("{\"name\":\"A\",\"cpu\":2,\"arrival\":[7,\"3us\"]}"));

    ck_assert_msg(c, "%s", load_said);
    ck_assert_uint_eq(c->nprocesses, 2);
    ck_assert_str_eq(c->processes[0].name, "A-1");
    ck_assert_int_eq(c->processes[0].arrival, 7000000);
    ck_assert_str_eq(c->processes[1].name, "A-2");
    ck_assert_int_eq(c->processes[1].arrival, 3000);
    ck_assert_uint_eq(c->processes[1].first, 1);
    ck_assert_int_eq(c->processes[1].steps[0].len.a, 2000000);
    workload_free(c);
}
END_TEST

START_TEST(programs)
{
    struct config *c = load(P(
        "{\"name\":\"sh\",\"program\":\"ok.elf\",\"args\":[\"-c\",\"ls\"],"
        "\"stdin\":\"abc\",\"env\":{\"HOME\":\"/\"}},"
        "{\"name\":\"i\",\"asm\":\"ecall\",\"stdin\":{\"file\":\"in.txt\",\"open\":true}},"
        "{\"name\":\"j\",\"asm\":\"ecall\",\"stdin\":null}")
        );
    const struct program_config *p;

    ck_assert_msg(c, "%s", load_said);
    p = c->processes[0].program;
    ck_assert_ptr_null(c->processes[0].steps);
    ck_assert_str_eq(p->path, "dir/ok.elf");
    ck_assert_uint_eq(p->elf_size, 3);
    ck_assert_uint_eq(p->argc, 3);
    ck_assert_str_eq(p->argv[0], "ok.elf");
    ck_assert_str_eq(p->argv[2], "ls");
    ck_assert_uint_eq(p->envc, 1);
    ck_assert_str_eq(p->envp[0], "HOME=/");
    ck_assert_uint_eq(p->stdin_size, 3);
    ck_assert(p->stdin_closed);
    p = c->processes[1].program;
    ck_assert_str_eq(p->argv[0], "i");
    ck_assert_uint_eq(p->stdin_size, 6);
    ck_assert(!p->stdin_closed);
    p = c->processes[2].program;
    ck_assert_ptr_null(p->stdin_data);
    ck_assert(p->stdin_closed);
    ck_assert_uint_eq(c->max_forks, 256);
    workload_free(c);

    c = load(W("\"processes\":[{\"name\":\"a\",\"asm\":\"ecall\"}],"
               "\"events\":[{\"at\":7,\"input\":\"ls\\n\",\"process\":\"a\"}],"
               "\"kernel\":{\"max_forks\":3}"));
    ck_assert_msg(c, "%s", load_said);
    ck_assert_str_eq(c->events[0].input, "ls\n");
    ck_assert(!c->processes[0].program->stdin_closed);
    ck_assert_uint_eq(c->max_forks, 3);
    workload_free(c);
}
END_TEST

START_TEST(sets_change_the_document)
{
    static const struct workload_set sets[] = {
        { "/kernel/scheduler", "rr:quantum=3" }, { "machine.cpus", "4" },
        { "processes[0].cpu", "9" }, { "/processes/-", "{\"cpu\": 2, \"nice\": 5}" },
        { "seed", "18446744073709551615" }, { "processes[1].name", "B" },
        { "name", "0815" },
    };
    const char *text = W("\"kernel\":{\"scheduler\":{\"policy\":\"fcfs\"}},"
                         "\"processes\":[{\"cpu\":1}]");
    struct config *c = load_bytes(text, strlen(text), sets, sizeof sets / sizeof *sets);

    ck_assert_msg(c, "%s", load_said);
    ck_assert_str_eq(c->name, "0815");
    ck_assert_uint_eq(c->seed, UINT64_MAX);
    ck_assert_str_eq(c->processes[1].name, "B");
    ck_assert_str_eq(c->policy.spec, "rr:quantum=3");
    ck_assert_uint_eq(c->ncpus, 4);
    ck_assert_uint_eq(c->nprocesses, 2);
    ck_assert_int_eq(c->processes[0].steps[0].len.a, 9000000);
    ck_assert_int_eq(c->processes[1].nice, 5);
    workload_free(c);
}
END_TEST

START_TEST(task_sets_add_up)
{
    const char *text = W("\"seed\":%u,\"processes\":[{\"name\":\"T\",\"jobs\":1,"
                         "\"uunifast\":{\"n\":20,\"utilization\":0.75,"
                         "\"periods\":{\"uniform\":[\"10s\",\"20s\"]}}}]");
    double first = 0;

    for (unsigned seed = 1; seed <= 20; seed++) {
        char buf[256];
        struct config *c;
        double sum = 0;

        sprintf(buf, text, seed);
        c = load(buf);
        ck_assert_msg(c, "%s", load_said);
        ck_assert_uint_eq(c->nprocesses, 20);
        ck_assert_str_eq(c->processes[19].name, "T20");
        for (unsigned i = 0; i < 20; i++) {
            const struct process_config *p = &c->processes[i];
            double u = (double)p->steps[0].len.a / (double)p->period;

            ck_assert(u > 0 && u <= 1);
            ck_assert(p->period >= 10000000000 && p->period <= 20000000000);
            ck_assert_int_eq(p->deadline, p->period);
            sum += u;
            first += i == 0 ? u : 0;
        }
        ck_assert(sum > 0.7499 && sum < 0.7501);
        workload_free(c);
    }
    first /= 20;                        /* each has 0.75 / 20 = 0.0375 on average */
    ck_assert(first > 0.015 && first < 0.075);
}
END_TEST

SUITE(workload, 5, every_field_arrives, the_least_is_enough, loops_are_flattened,
      times_are_exact, distributions, arrivals_one_by_one, programs, sets_change_the_document,
      task_sets_add_up)
