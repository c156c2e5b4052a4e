/* registry_test.c - names, parameters, defaults and what is said of mistakes. */
#include "../suite.h"

#include <sched/registry.h>
#include <string.h>

enum { MS = 1000000 };

static enum err parse(struct policy_config *p, const char *name, const char *params,
                      struct diag *d)
{
    const struct sched_ops *ops = sched_find(name, strlen(name));

    ck_assert_ptr_nonnull(ops);
    return policy_parse(p, ops, params, MS, d);
}

START_TEST(every_policy_is_whole)
{
    const struct sched_ops *ops;
    unsigned n = 0;

    for (; (ops = sched_builtin(n)); n++) {
        struct policy_config p;
        struct diag d;

        ck_assert_uint_eq(ops->abi, SCHED_ABI);
        ck_assert_ptr_eq(sched_find(ops->name, strlen(ops->name)), ops);
        ck_assert(ops->source && ops->about);
        ck_assert(ops->state_size && ops->init && ops->enqueue && ops->pick
                  && ops->remove);
        ck_assert_msg(policy_parse(&p, ops, "", MS, &d) == ERR_OK, "%s: %s", ops->name,
                      d.text);
        ck_assert_str_eq(p.spec, ops->name);
        p.params.max_tasks = p.params.nharts = 1;
        ck_assert_uint_ge(ops->state_size(&p.params), 1);
        for (const struct policy_param *row = ops->params; row && row->name; row++)
            ck_assert_ptr_nonnull(row->about);
    }
    ck_assert_ptr_null(sched_builtin(n));
    ck_assert_ptr_null(sched_find("rrr", 3));
    ck_assert_ptr_null(sched_find("r", 1));
}
END_TEST

START_TEST(values_are_read)
{
    struct policy_config p;
    struct diag d;

    ck_assert_int_eq(parse(&p, "rr", "", &d), ERR_OK);
    ck_assert_int_eq(p.params.quantum, 10 * MS);
    ck_assert_uint_eq(p.params.value[0].given, 0);
    ck_assert_int_eq(parse(&p, "rr", "quantum=4", &d), ERR_OK);
    ck_assert_int_eq(p.params.quantum, 4 * MS);
    ck_assert_uint_eq(p.params.value[0].given, 1);
    ck_assert_str_eq(p.spec, "rr:quantum=4");
    ck_assert_int_eq(parse(&p, "rr", "requeue=expired-first:quantum=250us", &d), ERR_OK);
    ck_assert_int_eq(p.params.quantum, 250000);
    ck_assert_int_eq(p.params.value[2].v[0], 1);
    ck_assert_int_eq(parse(&p, "fcfs", "quantum=3", &d), ERR_INPUT);
}
END_TEST

START_TEST(a_plugin_without_table_takes_quantum)
{
    static const struct sched_ops plain = { .abi = SCHED_ABI, .name = "plain" };
    struct policy_config p;
    struct diag d;

    ck_assert_int_eq(policy_parse(&p, &plain, "", MS, &d), ERR_OK);
    ck_assert_int_eq(p.params.quantum, 10 * MS);
    ck_assert_int_eq(policy_parse(&p, &plain, "quantum=2s", MS, &d), ERR_OK);
    ck_assert_int_eq(p.params.quantum, 2000 * (ns_t)MS);
    ck_assert_int_eq(policy_parse(&p, &plain, "x=1", MS, &d), ERR_INPUT);
}
END_TEST

START_TEST(mistakes_are_explained)
{
    static const struct { const char *params, *says; } row[] = {
        { "quantun=4", "did you mean 'quantum'?" },
        { "colour=4", "it has quantum, weighted, requeue" },
        { "quantum", "expected name=value" },
        { "quantum=", "is no value for 'quantum'" },
        { "quantum=x", "a time: a number" },
        { "quantum=4 ", "'4 ' is no value" },
        { "quantum=0", "(expected 1ns or more)" },
        { "quantum=-3", "is no value" },
        { "quantum=0.0000001", "is no value" },
        { "quantum=99999999999999", "is no value" },
        { "quantum=1:quantum=2", "given twice" },
        { "quantum=1/2", "is no value" },
        { "weighted=2", "expected 0/1" },
        { "requeue=first", "expected arrivals-first/expired-first" },
        { ":", "expected name=value" },
        { "quantum=4:", "expected name=value" },
    };

    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct policy_config p;
        struct diag d;

        ck_assert_msg(parse(&p, "rr", row[i].params, &d) == ERR_INPUT, "%s",
                      row[i].params);
        ck_assert_msg(strstr(d.text, row[i].says), "%s: %s", row[i].params, d.text);
    }
    char longest[400];
    struct policy_config p;
    struct diag d;

    memset(longest, '0', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    memcpy(longest, "quantum=", 8);
    ck_assert_int_eq(parse(&p, "rr", longest, &d), ERR_LIMIT);
}
END_TEST

SUITE(registry, 5, every_policy_is_whole, values_are_read,
      a_plugin_without_table_takes_quantum, mistakes_are_explained)
