/* mistakes_test.c - what is wrong with a workload, where, and in which words. */
#include "loading.h"

START_TEST(all_at_once_in_the_order_of_the_text)
{
    SAYS("{\n"
         "  \"ossim\": 2,\n"
         "  \"stop\": {\"at\": -1},\n"
         "  \"processes\": [\n"
         "    {\"name\": \"A\", \"cpu\": \"soon\"},\n"
         "    {\"name\": \"A\", \"cpu\": 3, \"nice\": 99, \"colour\": 1}\n"
         "  ],\n"
         "  \"machine\": {\"cpus\": 0},\n"
         "  \"kernel\": {\"schedular\": \"rr\"}\n"
         "}\n",
         "2:12: /ossim: found 2 (expected 1, the version of the format)\n"
         "3:18: /stop/at: found -1 (expected a time, and none is negative)\n"
         "5:26: /processes/0/cpu: found the string \"soon\" (expected a time: a number of ms, "
         "or one with ns, us, ms or s behind it, whole in ns, like \"5ms\")\n"
         "6:14: /processes/1/name: another process is called \"A\" too\n"
         "6:37: /processes/1/nice: found 99 (expected a whole number from -20 to 19)\n"
         "6:41: /processes/1/colour: unknown key (expected one of name, count, arrival, "
         "priority, nice, tickets, affinity, bursts, cpu, period, deadline, "
         "start_deadline, jobs, job, on_miss, program, asm, args, stdin, env, sources, "
         "cflags, include, abi, uunifast, power_cut, sends, receives)\n"
         "8:23: /machine/cpus: found 0 (expected a whole number from 1 to 1024)\n"
         "9:14: /kernel/schedular: unknown key (did you mean \"scheduler\"?)\n");
    ck_assert_int_eq(load_err, ERR_INPUT);
}
END_TEST

START_TEST(unknown_keys_are_guessed)
{
    static const struct { const char *text, *said; } rows[] = {
        { W("\"proceses\":[]"), "/proceses: unknown key (did you mean \"processes\"?)" },
        { P("{\"burst\":[]}"), "(did you mean \"bursts\"?)" },
        { P("{\"cpu\":1,\"prio\":1}"), "(did you mean \"priority\"?)" },
        { P("{\"cpu\":1,\"arival\":1}"), "(did you mean \"arrival\"?)" },
        { P("{\"cpu\":1,\"onmiss\":1}"), "(did you mean \"on_miss\"?)" },
        { STEPS("{\"cup\":1}"), "/processes/0/bursts/0/cup: unknown key (did you mean "
          "\"cpu\"?)" },
        { STEPS("{\"cpu\":{\"uniforn\":[1,2]}}"), "(did you mean \"uniform\"?)" },
        { W("\"machine\":{\"cpu\":4}"), "(did you mean \"cpus\"?)" },
        { W("\"machine\":{\"memory\":{\"tbl\":{}}}"), "(did you mean \"tlb\"?)" },
        { W("\"scheduler\":\"rr\""), "1:12: /scheduler: unknown key here (it belongs in "
          "kernel)" },
        { W("\"kernel\":{\"quantum\":4}"), "unknown key here (it belongs in "
          "kernel.scheduler)" },
        { W("\"machine\":{\"time_unit\":4}"), "(it belongs at the top level)" },
        { W("\"bursts\":[]"), "(it belongs in a process)" },
        { P("{\"cpu\":1,\"lock\":\"m\"}"), "(it belongs in a step of bursts)" },
        { W("\"a/b~c\\u001bd\":1"), "/a~1b~0c?d: unknown key" },
    };

    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)
        HINTS(rows[i].text, rows[i].said);
}
END_TEST

START_TEST(what_is_missing)
{
    SAYS("[]", "1:1: : found a list (expected an object)\n");
    SAYS(" {}", "1:2: : \"ossim\" is missing (expected \"ossim\": 1, the version of the "
         "format)\n1:2: : \"processes\" is missing (expected a list of processes)\n");
    HINTS(P(""), "/processes: the list is empty (expected at least 1)");
    HINTS(P("{\"name\":\"A\"}"), "1:25: /processes/0: what the process does is missing "
          "(expected \"bursts\", \"cpu\", \"program\", \"asm\" or \"uunifast\")");
    HINTS(P("{\"cpu\":1,\"bursts\":[{\"cpu\":1}]}"),
          "/processes/0/cpu: \"bursts\" and \"cpu\" exclude each other");
    HINTS(STEPS(""), "/processes/0/bursts: the list is empty");
    HINTS(STEPS("{}"), "/bursts/0: a step has exactly one kind (expected cpu, io,");
    HINTS(STEPS("{\"cpu\":1,\"io\":2}"), "/bursts/0: a step has exactly one kind, and this "
          "has \"cpu\" and \"io\" (expected {\"cpu\": ...}, {\"io\": ...})");
    HINTS(STEPS("{\"repeat\":2}"), "/bursts/0: \"repeat\" needs \"do\"");
    HINTS(STEPS("{\"cpu\":2,\"do\":[]}"), "/bursts/0/do: \"do\" goes with \"repeat\" only");
    HINTS(W("\"kernel\":{\"scheduler\":{}}"), "/kernel/scheduler: \"policy\" is missing");
    HINTS(W("\"events\":[{\"scheduler\":\"rr\"}]"), "/events/0: \"at\" is missing");
    HINTS(W("\"stop\":{}"), "/stop: \"at\" is missing");
}
END_TEST

START_TEST(what_does_not_go_together)
{
    HINTS(P("{\"cpu\":1,\"jobs\":2}"), "/processes/0/jobs: \"jobs\" needs \"period\"");
    HINTS(P("{\"cpu\":1,\"on_miss\":\"skip\"}"), "\"on_miss\" needs \"period\" or");
    HINTS(P("{\"cpu\":1,\"period\":2}"), "/processes/0: this would go on for ever");
    HINTS(P("{\"cpu\":1,\"stdin\":\"x\"}"), "\"stdin\" goes with \"program\" or \"asm\"");
    HINTS(P("{\"asm\":\"x\",\"jobs\":1,\"job\":\"yield\"}"), "\"job\" needs \"period\"");
    HINTS(P("{\"cpu\":1,\"period\":5,\"jobs\":1,\"job\":\"yield\"}"), "goes with \"program\" or \"asm\" only");
    HINTS(W("\"kernel\":{\"runqueues\":\"global\"},"
            "\"processes\":[{\"cpu\":1,\"affinity\":[0]}]"),
          "/processes/0/affinity: affinity needs \"runqueues\": \"per-hart\"");
    HINTS(W("\"machine\":{\"cpus\":2},\"processes\":[{\"cpu\":1,\"affinity\":[1,2]}]"),
          "/processes/0/affinity/1: found 2 (expected a whole number from 0 to 1)");
    HINTS(W("\"machine\":{\"memory\":{\"tlb\":{\"entries\":4,\"ways\":8}}}"),
          "/machine/memory/tlb/ways: more ways (8) than entries (4)");
    HINTS(W("\"machine\":{\"memory\":{\"tlb\":{\"entries\":48}}}"),
          "/machine/memory/tlb/entries: 48 is no power of two");
    HINTS(W("\"events\":[{\"at\":1,\"input\":\"x\",\"process\":\"Z\"}]"),
          "/events/0/process: there is no process of this name");
    HINTS(W("\"processes\":[{\"cpu\":1}],"
            "\"events\":[{\"at\":1,\"input\":\"x\",\"process\":\"P1\"}]"),
          "/events/0/process: this process runs no program, so it has no console");
    HINTS(P("{\"cpu\":1,\"name\":\"P2\"},{\"cpu\":1}"),
          "/processes/1: another process is called \"P2\" too");
    HINTS(W("\"knowledge\":\"none\",\"kernel\":{\"knowledge\":\"none\"}"),
          "/knowledge: \"knowledge\" stands under kernel too");
    HINTS(STEPS("{\"cpu\":{\"uniform\":[3,2]}}"), "the first is above the second");
    HINTS(P("{\"cpu\":1,\"arrival\":{\"exp\":1,\"uniform\":[1,2]}}"),
          "/arrival: a distribution has exactly one kind");
}
END_TEST

START_TEST(a_policy_is_blamed_at_its_parameter)
{
    HINTS(W("\"kernel\":{\"scheduler\":{\"policy\":\"rr\",\n\"quantum\":-4,\n\"foo\":3}}"),
          "2:11: /kernel/scheduler/quantum: ");
    ck_assert_ptr_nonnull(strstr(load_said, "3:7: /kernel/scheduler/foo: "));
    HINTS(W("\"kernel\":{\"scheduler\":\"rr:quantum=0\"}"), "/kernel/scheduler: ");
    HINTS(W("\"kernel\":{\"scheduler\":\"nope\"}"), "/kernel/scheduler: unknown policy");
    HINTS(W("\"kernel\":{\"scheduler\":{\"policy\":\"nope\",\"quantum\":4}}"),
          "1:44: /kernel/scheduler/policy: unknown policy");
    HINTS(W("\"kernel\":{\"scheduler\":\"fcsf:x=1\"}"), "/kernel/scheduler: no policy is "
          "called \"fcsf\" (did you mean \"fcfs\"?)");
    HINTS(W("\"kernel\":{\"scheduler\":{\"policy\":\"rr\",\"quantum\":{}}}"),
          "/kernel/scheduler/quantum: found an object (expected a number,");
    HINTS(W("\"kernel\":{\"scheduler\":{\"policy\":\"rr\",\"a=b\":1}}"),
          "/kernel/scheduler/a=b: this is no parameter's name");
    HINTS(W("\"events\":[{\"at\":1,\"scheduler\":\"nope\"}]"),
          "/events/0/scheduler: unknown policy");
}
END_TEST

START_TEST(files_are_opened)
{
    HINTS(P("{\"program\":\"no.elf\"}"),
          "1:36: /processes/0/program: dir/no.elf: no such file");
    HINTS(P("{\"program\":\"/no.elf\"}"), "/processes/0/program: /no.elf: no such file");
    HINTS(P("{\"asm\":\"x\",\"stdin\":{\"file\":\"no.txt\"}}"),
          "/processes/0/stdin/file: dir/no.txt: no such file");
    HINTS(P("{\"asm\":\"nop\\nbad\"}"),
          "/processes/0/asm: line 2:3 of the assembly: no such word");
    HINTS(W("\"machine\":{\"costs\":\"none\"}"),
          "/machine/costs: there is no cost set \"none\"");
    HINTS(W("\"machine\":{\"costs\":\"broken\"},\"processes\":[{\"cpu\":1}]"),
          "costs/broken.json:1:11: /insn/mull: unknown key (did you mean \"mul\"?)\n"
          "costs/broken.json:2:10: /trap: found -1 (expected");
}
END_TEST

START_TEST(later_versions_are_not_this_one)
{
    static const char *const rows[] = {
        W("\"machine\":{\"swap\":{\"frames\":4}},\"processes\":[{\"cpu\":1}]"),
        W("\"kernel\":{\"files\":{}},\"processes\":[{\"cpu\":1}]"),
        W("\"kernel\":{\"replacement\":\"lru\"},\"processes\":[{\"cpu\":1}]"),
        "{\"rubric\": 1}",
    };

    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        HINTS(rows[i], ", which this version does not have");
        ck_assert_int_eq(load_err, ERR_UNSUPPORTED);
    }
    HINTS(W("\"events\":[{\"at\":1,\"fault\":{\"service\":\"file\",\"guest\":\"g\"}}],\"processes\":[{\"cpu\":1}]"),
          "/events/0/fault/guest: there are no guests");
    SAYS("{\"ossim\": 1, \"processes\": [{\"bursts\": [{\"touch\": 5}]}]}",
         "1:50: /processes/0/bursts/0/touch: found 5 (expected a list of pages, or "
         "a pattern like {\"loop\": 50})\n");
}
END_TEST

START_TEST(times_that_are_none)
{
    HINTS(P("{\"cpu\":0.0000001}"), "0.0000001 ms is no whole number of ns");
    HINTS(P("{\"cpu\":99999999999999}"), "99999999999999 ms is too long (at most 100 y");
    HINTS(P("{\"cpu\":\"4y\"}"), "found the string \"4y\" (expected a time:");
    HINTS(P("{\"cpu\":\"\"}"), "found the string \"\" (expected a time:");
    HINTS(P("{\"cpu\":\"5ms \"}"), "found the string \"5ms \" (expected a time:");
    HINTS(P("{\"cpu\":\"-5ms\"}"), "found the string \"-5ms\" (expected a time:");
    HINTS(P("{\"cpu\":true}"), "found true (expected a time: a number of ms, or one");
    HINTS(P("{\"cpu\":-0.5}"), "found -0.5 (expected a time, and none is negative)");
    HINTS(P("{\"cpu\":1,\"period\":0,\"jobs\":1}"), "found 0 (expected a time above 0)");
    HINTS(W("\"time_unit\":\"s\",\"processes\":[{\"cpu\":1e10}]"),
          "1e10 s is too long (at most 100 years)");
    HINTS(W("\"time_unit\":\"min\""), "/time_unit: found the string \"min\" (expected "
          "\"ns\", \"us\", \"ms\" or \"s\")");
}
END_TEST

START_TEST(sums_do_not_overflow)
{
    struct config *c;
    const char *forever = "{\"bursts\":[{\"repeat\":1000000000,\"do\":[{\"repeat\":"
                          "1000000000,\"do\":[{\"cpu\":\"3000000000s\"}]}]}]}";
    char text[512];

    sprintf(text, P("%s"), forever);
    HINTS(text, "/processes/0: its steps take longer than 100 years, and there is no");
    sprintf(text, W("\"stop\":{\"at\":1},\"processes\":[%s]"), forever);
    c = load(text);
    ck_assert_msg(c, "%s", load_said);
    workload_free(c);
    HINTS(P("{\"cpu\":1,\"period\":\"1s\",\"jobs\":10000000000}"),
          "its jobs take longer than 100 years");
    HINTS(P("{\"cpu\":\"3000000000s\",\"arrival\":\"3000000000s\"}"),
          "its steps take longer");
    HINTS(P("{\"cpu\":\"3000000000s\",\"count\":2}"),
          "/processes: all tasks together take longer than 100 years");
    HINTS(P("{\"cpu\":1,\"count\":1000,\"arrival\":{\"poisson\":\"1000000000s\"}}"),
          "1000 arrivals take longer than 100 years");
    HINTS(STEPS("{\"cpu\":{\"lognormal\":[40,1]}}"), "its steps take longer");
}
END_TEST

START_TEST(counts_are_limited)
{
    char *text = malloc(1 << 20), *p = text;

    HINTS(P("{\"cpu\":1,\"count\":10000001}"), "found 10000001 (expected a whole number");
    HINTS(P("{\"cpu\":1,\"count\":9000000},{\"cpu\":1,\"count\":9000000}"),
          "/processes/1: this makes more than 10000000 tasks in all");
    HINTS(W("\"machine\":{\"cpus\":1025}"), "found 1025 (expected a whole number from 1 to");
    HINTS(P("{\"cpu\":1,\"name\":\"0123456789012345678901234567890123456789"
            "012345678901234567890123\"}"),
          "/processes/0/name: the name has 64 bytes (expected 1 to 63)");
    HINTS(P("{\"cpu\":1,\"name\":\"a\\u001bb\"}"), "the name has a control character");
    HINTS(P("{\"cpu\":1,\"name\":\"a\\u009bb\"}"), "the name has a control character");
    for (unsigned i = 0; i < 9; i++)
        p += sprintf(p, "%s{\"repeat\":1,\"do\":[", i ? "" : "{\"ossim\":1,\"processes\":"
                     "[{\"bursts\":[");
    p += sprintf(p, "{\"cpu\":1}");
    for (unsigned i = 0; i < 9; i++)
        p += sprintf(p, "]}");
    sprintf(p, "]}]}");
    HINTS(text, "/do/0/repeat: repeat inside repeat too deeply (at most 8)");

    p = text + sprintf(text, "{\"ossim\":1,\"processes\":[");
    for (unsigned i = 0; i < 250; i++)
        p += sprintf(p, "%s{\"cpu\":-1}", i ? "," : "");
    sprintf(p, "]}");
    HINTS(text, "\n0:0: : and 150 more mistakes\n");
    free(text);
}
END_TEST

START_TEST(sets_are_checked_too)
{
    const char *text = W("\"kernel\":{\"scheduler\":\"rr\"},\"processes\":[{\"cpu\":1}]");
    static const struct { const char *path, *value, *said; } rows[] = {
        { "/machine/cpus", "0", "--set /machine/cpus:0:0: /machine/cpus: found 0 (expected "
          "a whole number from 1 to 1024)\n" },
        { "kernel.scheduler.quantum", "4", "--set kernel.scheduler.quantum:0:0: : "
          "\"quantum\" cannot be set inside a string\n" },
        { "processes[2].cpu", "4", "--set processes[2].cpu:0:0: : there is no element 2, "
          "the list has 1 (- appends)\n" },
        { "processes[x]", "4", "--set processes[x]:0:0: : \"x\" is no index of a list "
          "(expected 0 to 1, or - to append)\n" },
        { "processes[0", "4", "--set processes[0:0:0: : the path is not understood (expected "
          "one like kernel.scheduler, processes[0].cpu or /processes/0/cpu)\n" },
        { "kernel[0]", "4", "--set kernel[0]:0:0: : [0] wants a list, and this is an "
          "object\n" },
        { "kernal.locks", "pip", "--set kernal.locks:0:0: /kernal: unknown key (did you mean "
          "\"kernel\"?)\n" },
        { "machine", "{\"cpus\": }", "--set machine:0:0: : found '}' (expected a JSON "
          "value)\n" },
        { "kernel.scheduler", "nope", "--set kernel.scheduler:0:0: /kernel/scheduler: "
          "unknown policy\n" },
        { "", "1", "--set :0:0: : the path is not understood (expected one like "
          "kernel.scheduler, processes[0].cpu or /processes/0/cpu)\n" },
    };

    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct workload_set set = { rows[i].path, rows[i].value };

        ck_assert_ptr_null(load_bytes(text, strlen(text), &set, 1));
        ck_assert_str_eq(load_said, rows[i].said);
    }
}
END_TEST

START_TEST(seeds_have_64_bits)
{
    HINTS(W("\"seed\":-1"), "/seed: found -1 (expected a whole number, at least 0)");
    HINTS(W("\"seed\":1.5"), "/seed: found 1.5 (expected a whole number");
    HINTS(W("\"seed\":18446744073709551616"), "/seed: this is no seed (expected a whole "
          "number from 0 to 2^64 - 1)");
    HINTS(W("\"seed\":\"7x\""), "/seed: this is no seed");
    HINTS(W("\"seed\":null"), "/seed: this is no seed");
}
END_TEST

/* What a file says is quoted, but must not command the terminal. */
START_TEST(messages_are_harmless)
{
    HINTS(W("\"kernel\":{\"scheduler\":\"rr:\\u001b[2J=1\"}"), "?[2J");
    ck_assert_ptr_null(strchr(load_said, '\033'));
    HINTS(W("\"kernel\":{\"scheduler\":\"rr:\\u009b2J=1\"}"), "??2J");
    HINTS(W("\"\\u009b2J\":1"), "/??2J: unknown key");
    HINTS(P("{\"cpu\":\"\\u001b[2J\"}"), "/processes/0/cpu: found a string (expected");
}
END_TEST

START_TEST(task_sets_are_checked)
{
    HINTS(P("{\"jobs\":1,\"uunifast\":{\"n\":3}}"), "needs \"n\" and \"utilization\"");
    HINTS(P("{\"jobs\":1,\"uunifast\":{\"n\":3,\"utilization\":3.5}}"),
          "3 tasks cannot use more than 3 cpus");
    HINTS(P("{\"jobs\":1,\"uunifast\":{\"n\":30,\"utilization\":29.9}}"),
          "so much for so few tasks is never drawn");
    HINTS(P("{\"uunifast\":{\"n\":3,\"utilization\":1}}"), "this would go on for ever");
    HINTS(P("{\"jobs\":1,\"period\":5,\"uunifast\":{\"n\":3,\"utilization\":1}}"),
          "\"uunifast\" draws the periods");
}
END_TEST

SUITE(mistakes, 5, all_at_once_in_the_order_of_the_text, unknown_keys_are_guessed,
      what_is_missing, what_does_not_go_together, a_policy_is_blamed_at_its_parameter,
      files_are_opened, later_versions_are_not_this_one, times_that_are_none,
      sums_do_not_overflow, counts_are_limited, sets_are_checked_too,
      seeds_have_64_bits, messages_are_harmless, task_sets_are_checked)
