/* audit_test.c - a lawful stream passes, and each planted crime is found. */
#include "../suite.h"
#include "feed.h"

#include <stat/audit.h>
#include <string.h>

static struct feed f;
static struct audit *a;

static void begin(uint32_t ncpus, uint32_t ntasks)
{
    feed_init(&f, ncpus, ntasks);
    a = audit_create(&f.config);
    feed_to(&f, audit_event, a);
}

/* Exactly this law was broken. */
static void only(enum law law)
{
    ck_assert_uint_eq(audit_finish(a), 1);
    ck_assert_msg(audit_finding(a, law)->times > 0, "another law than: %s", law_text(law));
    ck_assert_uint_gt(strlen(audit_finding(a, law)->text), 0);
    audit_destroy(a);
}

START_TEST(textbook_is_lawful)
{
    static struct step steps[] = { { .kind = STEP_CPU, .len = { .a = 24 * MS } },
                                   { .kind = STEP_END } };
    begin(1, 3);
    f.process[0].steps = steps;
    f.process[0].nsteps = 2;
    feed_textbook(&f);
    ck_assert_uint_eq(audit_finish(a), 0);
    audit_destroy(a);
}
END_TEST

START_TEST(time_falls)
{
    begin(1, 1);
    arrive(&f, 5, 0);
    run(&f, 5, 6, 0, 0, STOP_EXPIRED);
    feed_ns(&f, 4 * MS, EV_POLICY_TIMER, HART_NONE, TID_NONE, 0, 0);
    only(LAW_TIME);
}
END_TEST

START_TEST(two_tasks_on_one_hart)
{
    begin(1, 2);
    arrive(&f, 0, 0);
    arrive(&f, 0, 1);
    feed_ns(&f, 0, EV_DISPATCH, 0, 0, 0, 0);
    feed_ns(&f, 1 * MS, EV_DISPATCH, 0, 1, 0, 0);
    only(LAW_ONE_TASK);
}
END_TEST

START_TEST(one_task_on_two_harts)
{
    begin(2, 1);
    arrive(&f, 0, 0);
    feed_ns(&f, 0, EV_DISPATCH, 0, 0, 0, 0);
    feed_ns(&f, 1 * MS, EV_DISPATCH, 1, 0, 0, 0);
    only(LAW_ONE_HART);
}
END_TEST

START_TEST(sleeper_is_dispatched)
{
    begin(1, 1);
    arrive(&f, 0, 0);
    run(&f, 0, 1, 0, 0, STOP_BLOCKED);
    feed_ns(&f, 1 * MS, EV_BLOCK, HART_NONE, 0, WAIT_IO, 0);
    feed_ns(&f, 2 * MS, EV_DISPATCH, 0, 0, 0, 0);
    only(LAW_STATE);
}
END_TEST

START_TEST(dead_task_wakes)
{
    begin(1, 1);
    arrive(&f, 0, 0);
    run(&f, 0, 1, 0, 0, STOP_EXITED);
    feed_ns(&f, 2 * MS, EV_EXIT, HART_NONE, 0, 0, 0);
    only(LAW_STATE);
}
END_TEST

START_TEST(task_is_forgotten)
{
    begin(1, 2);
    arrive(&f, 0, 0);
    run(&f, 0, 1, 0, 0, STOP_EXITED);
    end(&f, 1, 1);                              /* B never came, and all is done? */
    only(LAW_FORGOTTEN);
}
END_TEST

START_TEST(hart_idles_while_a_task_waits)
{
    begin(1, 1);
    arrive(&f, 0, 0);
    run(&f, 3, 4, 0, 0, STOP_EXITED);
    only(LAW_CONSERVED);
}
END_TEST

START_TEST(a_barred_task_may_wait)
{
    begin(2, 2);
    f.process[0].affinity = f.process[1].affinity = 1;  /* both on hart 0 only */
    arrive(&f, 0, 0);
    arrive(&f, 0, 1);
    run(&f, 0, 4, 0, 0, STOP_EXITED);
    run(&f, 4, 8, 0, 1, STOP_EXITED);
    end(&f, 8, 1);
    ck_assert_uint_eq(audit_finish(a), 0);
    audit_destroy(a);
}
END_TEST

START_TEST(barred_from_that_hart)
{
    begin(2, 1);
    f.process[0].affinity = 1;
    arrive(&f, 0, 0);
    run(&f, 0, 1, 1, 0, STOP_EXPIRED);
    only(LAW_AFFINITY);
}
END_TEST

START_TEST(more_received_than_spent)
{
    begin(1, 1);
    arrive(&f, 0, 0);
    feed_ns(&f, 0, EV_DISPATCH, 0, 0, 1 * MS, 0);
    feed_ns(&f, 5 * MS, EV_DESCHED, 0, 0, STOP_EXPIRED, 5 * MS);
    only(LAW_CPU);
}
END_TEST

START_TEST(less_received_than_asked_for)
{
    static struct step steps[] = {
        { .kind = STEP_LOOP, .count = 3 }, { .kind = STEP_CPU, .len = { .a = 2 * MS } },
        { .kind = STEP_NEXT, .object = 1 }, { .kind = STEP_END } };
    begin(1, 1);
    f.process[0].steps = steps;
    f.process[0].nsteps = 4;
    arrive(&f, 0, 0);
    run(&f, 0, 5, 0, 0, STOP_EXITED);
    end(&f, 5, 1);
    only(LAW_DEMAND);
}
END_TEST

START_TEST(jobs_out_of_order)
{
    begin(1, 1);
    arrive(&f, 0, 0);
    feed_ns(&f, 0, EV_JOB_RELEASE, HART_NONE, 0, 1, NS_MAX);
    feed_ns(&f, 0, EV_JOB_RELEASE, HART_NONE, 0, 2, NS_MAX);
    feed_ns(&f, 0, EV_DISPATCH, 0, 0, 0, 0);
    feed_ns(&f, 2 * MS, EV_JOB_FINISH, 0, 0, 2, NS_MAX);
    feed_ns(&f, 3 * MS, EV_JOB_FINISH, 0, 0, 1, NS_MAX);
    only(LAW_JOBS);
}
END_TEST

START_TEST(a_periodic_task_waits_for_its_release)
{
    begin(1, 1);
    arrive(&f, 0, 0);
    feed_ns(&f, 0, EV_JOB_RELEASE, HART_NONE, 0, 1, NS_MAX);
    feed_ns(&f, 0, EV_DISPATCH, 0, 0, 0, 0);
    feed_ns(&f, 2 * MS, EV_JOB_FINISH, 0, 0, 1, NS_MAX);
    feed_ns(&f, 2 * MS, EV_DESCHED, 0, 0, STOP_BLOCKED, 2 * MS);
    job_over(&f, 2, 0);
    feed_ns(&f, 9 * MS, EV_JOB_RELEASE, HART_NONE, 0, 2, NS_MAX);
    job_begins(&f, 9, 0);
    feed_ns(&f, 9 * MS, EV_DISPATCH, 0, 0, 0, 0);
    feed_ns(&f, 11 * MS, EV_JOB_FINISH, 0, 0, 2, NS_MAX);
    feed_ns(&f, 11 * MS, EV_DESCHED, 0, 0, STOP_BLOCKED, 2 * MS);
    end(&f, 20, 2);
    ck_assert_uint_eq(audit_finish(a), 0);
    audit_destroy(a);
}
END_TEST

START_TEST(a_lock_with_two_holders)
{
    begin(1, 2);
    arrive(&f, 0, 0);
    arrive(&f, 0, 1);
    feed_ns(&f, 0, EV_DISPATCH, 0, 0, 0, 0);
    feed_ns(&f, 0, EV_LOCK, HART_NONE, 0, 1, 0);
    feed_ns(&f, 0, EV_LOCK, HART_NONE, 1, 1, 0);
    only(LAW_LOCK);
}
END_TEST

/* Somebody says that task 1 would oust whatever runs. */
static bool ousts(void *ctx, tid_t tid, unsigned hart)
{
    (void)ctx, (void)hart;
    return tid == 1;
}

START_TEST(a_decision_is_incomplete)
{
    begin(2, 3);
    audit_ask(a, ousts, NULL);
    arrive(&f, 0, 0);
    arrive(&f, 0, 2);
    feed_ns(&f, 0, EV_DISPATCH, 0, 0, 0, 0);
    feed_ns(&f, 0, EV_DISPATCH, 1, 2, 0, 0);
    audit_decided(a);                   /* 1 has not come yet */
    arrive(&f, 1, 1);
    ck_assert_uint_eq(audit_finding(a, LAW_OUSTS)->times, 0);
    audit_decided(a);
    ck_assert_uint_eq(audit_finding(a, LAW_OUSTS)->times, 2);
    audit_decided(a);                   /* said once, not at each decision */
    ck_assert_uint_eq(audit_finding(a, LAW_OUSTS)->times, 2);
    feed_ns(&f, 2 * MS, EV_INHERIT, HART_NONE, 0, 2, 0);        /* 0 changed */
    audit_decided(a);
    ck_assert_uint_eq(audit_finding(a, LAW_OUSTS)->times, 3);
    only(LAW_OUSTS);
}
END_TEST

SUITE(audit, 10, textbook_is_lawful, time_falls, two_tasks_on_one_hart,
      one_task_on_two_harts, sleeper_is_dispatched, dead_task_wakes, task_is_forgotten,
      hart_idles_while_a_task_waits, a_barred_task_may_wait, barred_from_that_hart,
      more_received_than_spent, less_received_than_asked_for, jobs_out_of_order,
      a_periodic_task_waits_for_its_release, a_lock_with_two_holders,
      a_decision_is_incomplete)
