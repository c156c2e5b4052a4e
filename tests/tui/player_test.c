/* player_test.c - forward, back, and what was typed on the way. */
#include "../suite.h"

#include "fake.h"

static const struct event script[] = {
    FAKE_EVENT(0, EV_ARRIVE, HART_NONE, 0, 0, 0),
    FAKE_EVENT(0, EV_DISPATCH, 0, 0, 0, 0),
    FAKE_EVENT(MS(1), EV_ARRIVE, HART_NONE, 1, 0, 0),
    FAKE_EVENT(MS(4), EV_DESCHED, 0, 0, STOP_EXPIRED, MS(4)),
    FAKE_EVENT(MS(4), EV_DISPATCH, 0, 1, 0, 0),
    FAKE_EVENT(MS(7), EV_DESCHED, 0, 1, STOP_EXITED, MS(3)),
    FAKE_EVENT(MS(7), EV_EXIT, HART_NONE, 1, 0, 0),
    FAKE_EVENT(MS(7), EV_DISPATCH, 0, 0, 0, 0),
    FAKE_EVENT(MS(9), EV_END, HART_NONE, TID_NONE, MACHINE_DONE, 0),
};
enum { LENGTH = sizeof script / sizeof *script };

static struct app app;

static void at(ns_t now, uint64_t events)
{
    struct position p;

    while (app_work(&app, 2))
        ;
    p = player_position(&app.player);
    ck_assert_int_eq(p.at, now);
    ck_assert_uint_eq(p.events, events);
    ck_assert_int_eq(app.model.now, now);
}

START_TEST(goals_are_reached_exactly)
{
    fake_start(&app, script, LENGTH, 80, 24);
    player_go(&app.player, GOAL_EVENT, 0);
    at(0, 1);
    player_go(&app.player, GOAL_DECISION, 0);
    at(0, 2);
    player_go(&app.player, GOAL_TIME, MS(2));
    at(MS(2), 3);
    player_go(&app.player, GOAL_DECISION, 0);
    at(MS(4), 5);
    player_go(&app.player, GOAL_TIME, MS(7));
    at(MS(7), 8);               /* all events at 7 are included */
    player_go(&app.player, GOAL_END, 0);
    at(MS(9), 9);
    ck_assert_int_eq(app.model.end, MACHINE_DONE);
    player_go(&app.player, GOAL_EVENT, 0);
    at(MS(9), 9);               /* there is nothing more */
    ck_assert_uint_eq(fake_builds, 1);
    app_free(&app);
}
END_TEST

START_TEST(back_by_events_to_the_beginning)
{
    static const ns_t times[] = { 0, 0, 0, MS(1), MS(4), MS(4), MS(7), MS(7), MS(7) };

    fake_start(&app, script, LENGTH, 80, 24);
    player_go(&app.player, GOAL_END, 0);
    at(MS(9), 9);
    for (int n = 8; n >= 0; n--) {
        player_back_event(&app.player);
        at(times[n], (uint64_t)n);
    }
    player_back_event(&app.player);
    at(0, 0);
    ck_assert_int_eq(app.model.end, MACHINE_RUNNING);
    app_free(&app);
}
END_TEST

START_TEST(back_to_a_time)
{
    fake_start(&app, script, LENGTH, 80, 24);
    player_go(&app.player, GOAL_TIME, MS(8));
    at(MS(8), 8);
    player_back_to(&app.player, MS(5));
    at(MS(5), 5);
    player_back_to(&app.player, MS(4));
    at(MS(4), 5);
    player_back_to(&app.player, MS(3));
    at(MS(3), 3);
    player_back_to(&app.player, -1);
    at(0, 0);
    app_free(&app);
}
END_TEST

START_TEST(what_was_typed_is_typed_again_at_its_place)
{
    const struct event *e;

    fake_start(&app, script, LENGTH, 80, 24);
    player_go(&app.player, GOAL_TIME, MS(5));
    at(MS(5), 5);
    ck_assert(player_type(&app.player, 2, "hi\n", 3));
    player_go(&app.player, GOAL_TIME, MS(8));
    at(MS(8), 9);
    player_back_to(&app.player, MS(6));
    at(MS(6), 6);
    e = model_log(&app.model, 5);
    ck_assert_int_eq(e->kind, EV_INPUT);
    ck_assert_int_eq(e->at, MS(5));
    ck_assert_int_eq(e->a, 3);
    player_back_to(&app.player, MS(2));     /* before it was typed */
    at(MS(2), 3);
    player_go(&app.player, GOAL_END, 0);    /* and on: it comes again */
    at(MS(9), 10);
    ck_assert_int_eq(model_log(&app.model, 5)->kind, EV_INPUT);
    ck_assert_int_eq(model_log(&app.model, 5)->at, MS(5));
    app_free(&app);
}
END_TEST

START_TEST(typing_in_the_past_makes_another_future)
{
    fake_start(&app, script, LENGTH, 80, 24);
    player_go(&app.player, GOAL_TIME, MS(5));
    at(MS(5), 5);
    ck_assert(player_type(&app.player, 2, "late\n", 5));
    player_back_to(&app.player, MS(2));
    at(MS(2), 3);
    ck_assert(player_type(&app.player, 2, "x\n", 2));
    player_go(&app.player, GOAL_END, 0);
    at(MS(9), 10);
    ck_assert_int_eq(model_log(&app.model, 3)->kind, EV_INPUT);
    ck_assert_int_eq(model_log(&app.model, 3)->a, 2);
    app_free(&app);
}
END_TEST

START_TEST(a_switch_of_policy_is_part_of_the_history)
{
    fake_start(&app, script, LENGTH, 80, 24);
    player_go(&app.player, GOAL_TIME, MS(5));
    at(MS(5), 5);
    ck_assert_uint_eq(player_switched(&app.player), UINT32_MAX);
    ck_assert(player_switch(&app.player, 1));
    ck_assert_uint_eq(player_switched(&app.player), 1);
    ck_assert_uint_eq(app.player.machine->policy, 2);
    player_back_to(&app.player, MS(2));
    at(MS(2), 3);
    ck_assert_uint_eq(app.player.machine->policy, 0);
    player_go(&app.player, GOAL_END, 0);
    at(MS(9), 9);
    ck_assert_uint_eq(app.player.machine->policy, 2);
    app_free(&app);
}
END_TEST

START_TEST(real_time_becomes_virtual_time)
{
    fake_start(&app, script, LENGTH, 80, 24);
    app.running = true;
    app.look.speed = 20;                    /* 2 ms a second */
    for (int i = 0; i < 15; i++) {
        app_pass(&app, 100000000);
        while (app_work(&app, 2))
            ;
    }
    at(MS(3), 3);
    app_free(&app);
}
END_TEST

SUITE(player, 5, goals_are_reached_exactly, back_by_events_to_the_beginning,
      back_to_a_time, what_was_typed_is_typed_again_at_its_place,
      typing_in_the_past_makes_another_future, a_switch_of_policy_is_part_of_the_history,
      real_time_becomes_virtual_time)
