/* app_test.c - whole pictures, and what keys do to them. */
#include "../suite.h"

#include "fake.h"

static const struct event script[] = {
    FAKE_EVENT(0, EV_ARRIVE, HART_NONE, 0, 0, 0),
    FAKE_EVENT(0, EV_DISPATCH, 0, 0, 0, 0),
    FAKE_EVENT(MS(1), EV_ARRIVE, HART_NONE, 1, 0, 0),
    FAKE_EVENT(MS(2), EV_ARRIVE, HART_NONE, 2, 0, 0),
    FAKE_EVENT(MS(4), EV_DESCHED, 0, 0, STOP_EXPIRED, MS(4)),
    FAKE_EVENT(MS(4), EV_DISPATCH, 0, 1, 0, 0),
    FAKE_EVENT(MS(7), EV_DESCHED, 0, 1, STOP_EXITED, MS(3)),
    FAKE_EVENT(MS(7), EV_EXIT, HART_NONE, 1, 0, 0),
    FAKE_EVENT(MS(7), EV_DISPATCH, 0, 2, 0, 0),
    FAKE_EVENT(MS(8), EV_OUTPUT, HART_NONE, 2, 1, 6),
    FAKE_EVENT(MS(19), EV_DESCHED, 0, 2, STOP_EXITED, MS(12)),
    FAKE_EVENT(MS(19), EV_EXIT, HART_NONE, 2, 3, 0),
    FAKE_EVENT(MS(19), EV_DEADLOCK, HART_NONE, 0, 0, 1),
    FAKE_EVENT(MS(19), EV_STUCK, HART_NONE, TID_NONE, 1, 0),
    FAKE_EVENT(MS(19), EV_END, HART_NONE, TID_NONE, MACHINE_STUCK, 0),
};
enum { LENGTH = sizeof script / sizeof *script };

static struct app app;

START_TEST(the_first_picture)
{
    fake_start(&app, script, LENGTH, 80, 24);
    fake_shows(&app,
" demo  a test                                          rr:quantum=4   time 0 ms\n"
" ‖ ready: Space runs, n steps   0 running  0 ready  0 waiting  0 done  3 to come\n"
"─ Gantt ─ column = 0.5 ms  ≡ several  ▁..▇ in part  · idle ─────────────────────\n"
" cpu 0 ·\n"
" arrive\n"
"         ▲0────────┼5────────┼10───────┼15───────┼20───────┼25───────┼30───────\n"
"─ Run queues ──────────── ─ Processes ─ 3 by ID ────────────────────────────────\n"
" cpu 0 idle                   ID Name     State    Received  Waiting  Blocked\n"
"                          ›A   1 A        to come         0        0        0\n"
"                           1   2 T1       to come         0        0        0\n"
"                           c   3 compiler to come         0        0        0\n"
"─ Events ───────────────────────────────────────────────────────────────────────\n"
"  nothing has happened yet: press n for the first event\n"
"\n"
"\n"
"\n"
"\n"
"\n"
"\n"
"\n"
"\n"
"\n"
"\n"
"F1Help  F2Run   F3SearchF4FilterF5Step  F6Sort  F7SlowerF8FasterF9View  F10Quit\n");
    app_free(&app);
}
END_TEST

START_TEST(after_some_steps)
{
    fake_start(&app, script, LENGTH, 80, 24);
    fake_keys(&app, "Uu");
    fake_shows(&app,
" demo  a test                                         rr:quantum=4   time 11 ms\n"
" ‖ paused  5 ms/s                          1 running  1 ready  0 waiting  1 done\n"
"─ Gantt ─ column = 0.5 ms  ≡ several  ▁..▇ in part  · idle ─────────────────────\n"
" cpu 0 c AAAAAAAAT1────compiler\n"
" arrive  A 1 c\n"
"         ┼0────────┼5────────┼10───────┼15───────┼20───────┼25───────┼30───────\n"
"─ Run queues ──────────── ─ Processes ─ 3 by ID ────────────────────────────────\n"
" cpu 0 ▶compiler ← A          ID Name     State    Received  Waiting  Blocked\n"
"                          ›A   1 A        ready           4        7        0\n"
"                           1   2 T1       done            3        3        0\n"
"                           c   3 compiler running         4        5        0\n"
"─ Events ───────────────────────────────────────────────────────────────────────\n"
"      0 A A arrives\n"
"      0 A A runs on cpu 0\n"
"      1 1 T1 arrives\n"
"      2 c compiler arrives\n"
"      4 A A: quantum over after 4 ms\n"
"      4 1 T1 runs on cpu 0\n"
"      7 1 T1 has run its last 3 ms\n"
"      7 1 T1 ends\n"
"      7 c compiler runs on cpu 0\n"
"      8 c compiler prints 6 bytes\n"
"\n"
"F1Help  F2Run   F3SearchF4FilterF5Step  F6Sort  F7SlowerF8FasterF9View  F10Quit\n");
    app_free(&app);
}
END_TEST

START_TEST(rows_for_processes_on_a_small_screen)
{
    fake_start(&app, script, LENGTH, 44, 13);
    fake_keys(&app, "UG\t");
    fake_shows(&app,
" demo             rr:quantum=4   time 10 ms\n"
" ‖ paused  5 ms/s\n"
"─ Gantt ─ column = 0.5 ms  rows 0-1 of 3 … ─\n"
" A A          AAAAAAAA░░░░░░░░░░░░\n"
" 1 T1           ░░░░░░111111\n"
"              ┼0────────┼5────────▲10──────\n"
"─ Events ───────────────────────────────────\n"
"›     4 1 T1 runs on cpu 0\n"
"›     7 1 T1 has run its last 3 ms\n"
"›     7 1 T1 ends\n"
"›     7 c compiler runs on cpu 0\n"
"›     8 c compiler prints 6 bytes\n"
"F1Help  F2Run   F5Step  F7SlowerF10Quit\n");
    app_free(&app);
}
END_TEST

START_TEST(ascii_has_nothing_else)
{
    char *text;

    fake_setup.ascii = true;
    fake_start(&app, script, LENGTH, 100, 30);
    fake_setup.ascii = false;
    fake_keys(&app, "UGi?");
    app_key(&app, 'x', NULL);
    app_draw(&app);
    text = canvas_to_text(&app.canvas);
    for (const char *s = text; *s; s++)
        ck_assert_msg((unsigned char)*s < 0x80, "%s", s);
    free(text);
    app_free(&app);
}
END_TEST

START_TEST(the_end_is_said)
{
    fake_start(&app, script, LENGTH, 80, 24);
    fake_keys(&app, "e");
    ck_assert(fake_has(&app, "END: STUCK"));
    ck_assert(fake_has(&app, "DEADLOCK of 1"));
    fake_keys(&app, "n");
    ck_assert(fake_has(&app, "the run is over; r starts again"));
    fake_keys(&app, "r");
    ck_assert(fake_has(&app, "Space runs"));
    app_free(&app);
}
END_TEST

START_TEST(filter_and_search)
{
    fake_start(&app, script, LENGTH, 80, 24);
    fake_keys(&app, "e\\comp\n");
    ck_assert(fake_has(&app, "1 by ID  filter: comp"));
    ck_assert_uint_eq(app.look.selected, 2);
    fake_keys(&app, "\\");
    app_key(&app, KEYS_ESCAPE, NULL);
    fake_keys(&app, "/t1\n");
    ck_assert_uint_eq(app.look.selected, 1);
    fake_keys(&app, "/nobody\n");
    ck_assert(fake_has(&app, "no such process"));
    fake_keys(&app, "l\\arrives\n");
    ck_assert(fake_has(&app, "      2 c compiler arrives\n\n"));
    app_free(&app);
}
END_TEST

START_TEST(sorting)
{
    fake_start(&app, script, LENGTH, 80, 24);
    fake_keys(&app, "e>>>I");
    ck_assert(fake_has(&app, "by Received (down)"));
    ck_assert_uint_eq(app.look.order[0], 2);
    ck_assert_uint_eq(app.look.order[2], 1);
    fake_keys(&app, "<<<I");
    ck_assert_uint_eq(app.look.order[0], 0);
    app_free(&app);
}
END_TEST

START_TEST(the_console_and_typing)
{
    fake_output = "hello\nworld";
    fake_start(&app, script, LENGTH, 80, 24);
    fake_keys(&app, "Ut");
    ck_assert(fake_has(&app, "is no program"));
    fake_keys(&app, "/comp\nc");
    ck_assert(fake_has(&app, " hello\n world\n"));
    fake_keys(&app, "tls -l");
    ck_assert(fake_has(&app, "Type to compiler (Enter sends, Esc ends): ls -l"));
    fake_keys(&app, "\n");
    app_key(&app, KEYS_ESCAPE, NULL);
    fake_keys(&app, "l");
    ck_assert(fake_has(&app, "6 bytes are typed"));
    app_free(&app);
}
END_TEST

/* Ctrl-C is a byte for a terminal of the machine's, at once, and the line is forgotten; where
 * there is none it is nothing. */
START_TEST(keys_of_a_terminal)
{
    fake_start(&app, script, LENGTH, 80, 24);
    fake_keys(&app, "U/comp\nt");
    fake_keys(&app, "ab\003");
    ck_assert(!prompt_is_terminal(&app));
    app_key(&app, KEYS_ESCAPE, NULL);
    fake_program.terminal = true;
    fake_keys(&app, "tone two \027x");
    ck_assert(prompt_is_terminal(&app));
    ck_assert(fake_has(&app, "(Enter sends, Esc ends; ^C ^Z ^D are its): one x"));
    fake_keys(&app, "\003abc\004");
    ck_assert(!fake_has(&app, "one x"));
    app_key(&app, KEYS_ESCAPE, NULL);
    ck_assert(!prompt_is_terminal(&app));
    fake_keys(&app, "l");
    ck_assert(fake_has(&app, "1 bytes are typed"));
    ck_assert(fake_has(&app, "4 bytes are typed"));
    fake_program.terminal = false;
    app_free(&app);
}
END_TEST

/* Typed in the past, a line begins another future: said where the line was, which comes back. */
START_TEST(a_new_future_is_said)
{
    fake_start(&app, script, LENGTH, 80, 24);
    fake_keys(&app, "U/comp\ntlate\n");
    ck_assert(!fake_has(&app, "new future"));
    app_key(&app, KEYS_ESCAPE, NULL);
    fake_keys(&app, "bbbbbbbtx\n");
    ck_assert(fake_has(&app, "what was typed or switched later is forgotten: a new future begins"));
    fake_keys(&app, "y");
    ck_assert(fake_has(&app, "Type to compiler (Enter sends, Esc ends): y"));
    fake_keys(&app, "\n");
    ck_assert(!fake_has(&app, "new future"));
    ck_assert(fake_has(&app, "the run is paused: Esc, then Space, and it is read"));
    app_free(&app);
}
END_TEST

/* The longest line of a terminal fits, and what does not is said; speed and policy meanwhile. */
START_TEST(keys_while_typing)
{
    int64_t speed;

    fake_start(&app, script, LENGTH, 80, 24);
    fake_keys(&app, "U/comp\nt");
    for (int i = 0; i < PROMPT_TEXT - 2; i++)
        app_key(&app, 'a', NULL);
    app_draw(&app);
    ck_assert(!fake_has(&app, "the line is full"));
    ck_assert_uint_eq(app.text_size, PROMPT_TEXT - 2);
    fake_keys(&app, "b");
    ck_assert(fake_has(&app, "the line is full"));
    ck_assert_uint_eq(app.text_size, PROMPT_TEXT - 2);
    fake_keys(&app, "\n");
    ck_assert_uint_eq(app.text_size, 0);
    speed = app.look.speed;
    fake_keys(&app, "ls");
    app_key(&app, KEYS_FUNCTION + 8, NULL);
    ck_assert_int_gt(app.look.speed, speed);
    app_key(&app, KEYS_FUNCTION + 7, NULL);
    ck_assert_int_eq(app.look.speed, speed);
    app_key(&app, '^' & 31, NULL);
    ck_assert_str_eq(app.text, "ls");
    ck_assert_int_eq(command_of_key('^' & 31), COMMAND_POLICY);
    app_key(&app, KEYS_ESCAPE, NULL);
    fake_keys(&app, "l");
    ck_assert(fake_has(&app, "4095 bytes are typed"));
    app_free(&app);
}
END_TEST

START_TEST(clicks)
{
    struct mouse step = { .x = 33, .y = 23 }, row = { .x = 40, .y = 9 };

    fake_start(&app, script, LENGTH, 80, 24);
    fake_keys(&app, "U");
    app_key(&app, KEYS_MOUSE, &row);
    app_draw(&app);
    ck_assert_uint_eq(app.look.selected, 1);
    app_key(&app, KEYS_MOUSE, &step);
    while (app_work(&app, 10))
        ;
    ck_assert_int_eq(app.model.now, MS(19));
    app_free(&app);
}
END_TEST

/* Whatever the size, nothing is drawn outside and nothing breaks. */
START_TEST(every_size)
{
    static const char keys[] = "Ug\t\t\tvvmm?";

    for (int w = 1; w <= 320; w += w < 130 ? 3 : 31)
        for (int h = 1; h <= 70; h += h < 30 ? 2 : 13) {
            fake_start(&app, script, LENGTH, w, h);
            fake_keys(&app, keys);
            app_free(&app);
        }
}
END_TEST

START_TEST(every_key_at_any_time)
{
    uint64_t x = 88172645463325252u;

    fake_start(&app, script, LENGTH, 90, 28);
    for (int i = 0; i < 30000; i++) {
        unsigned key;
        struct mouse mouse;

        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        key = x >> 60 ? (unsigned)(x >> 20) % 128
                      : KEYS_FUNCTION + (unsigned)(x >> 20) % 90;
        mouse = (struct mouse){ (int)(x >> 30) % 90, (int)(x >> 40) % 28,
                                (int)(x >> 50) % 3 - 1 };
        app_key(&app, key, &mouse);
        app_work(&app, 5);
        if (i % 8 == 0)
            app_draw(&app);
    }
    app_free(&app);
}
END_TEST

START_TEST(every_command_has_a_key_that_means_it)
{
    for (int c = 1; c < COMMANDS; c++) {
        const struct command_info *k = command_info((enum command)c);

        ck_assert_msg(k->keys[0] != '\0', "%s", k->what);
        if (k->keys[1] == '\0')
            ck_assert_int_eq(command_of_key((unsigned char)k->keys[0]), c);
        if (k->fkey)
            ck_assert_int_eq(command_of_key(KEYS_FUNCTION + (unsigned)k->fkey), c);
    }
    ck_assert_int_eq(command_of_key(KEYS_LEFT), COMMAND_EVENT_BACK);
    ck_assert_int_eq(command_of_key(' '), COMMAND_RUN);
    ck_assert_int_eq(command_of_key('Z'), COMMAND_RUN);
    ck_assert_int_eq(command_of_key('h'), COMMAND_HELP);
    ck_assert_int_eq(command_of_key(12), COMMAND_REDRAW);
    ck_assert_int_eq(command_of_key('x'), COMMAND_NONE);
}
END_TEST

START_TEST(the_mouse_on_the_chart)
{
    struct mouse mouse = { .x = 18, .y = 3 };
    ns_t column;

    fake_start(&app, script, LENGTH, 80, 24);
    fake_keys(&app, "Uu");
    app_key(&app, KEYS_MOUSE, &mouse);          /* T1's stretch, from 4 to 7 */
    ck_assert_uint_eq(app.look.selected, 1);
    mouse.x = 60;                               /* nothing is there yet */
    app_key(&app, KEYS_MOUSE, &mouse);
    ck_assert_uint_eq(app.look.selected, 1);
    app_draw(&app);
    column = app.look.shown_column;
    mouse.wheel = -1;
    app_key(&app, KEYS_MOUSE, &mouse);
    app_draw(&app);
    ck_assert_int_lt(app.look.shown_column, column);
    app_free(&app);
}
END_TEST

START_TEST(tasks_have_rows_where_there_is_room)
{
    fake_start(&app, script, LENGTH, 120, 40);
    fake_keys(&app, "Uu");
    ck_assert(fake_has(&app, " cpu 0      c AAAAAAAAT1────compiler"));
    ck_assert(fake_has(&app, "\n A A          AAAAAAAA░░░░░░░░░░░░░░\n"));
    ck_assert(fake_has(&app, " Received  Waiting  Blocked "));
    app_free(&app);
}
END_TEST

/* As in the printed chart: a bar where another policy took over, and its name. */
START_TEST(another_policy_is_marked)
{
    static const struct event change[] = {
        FAKE_EVENT(0, EV_ARRIVE, HART_NONE, 0, 0, 0),
        FAKE_EVENT(0, EV_DISPATCH, 0, 0, 0, 0),
        FAKE_EVENT(MS(4), EV_POLICY_SWITCH, HART_NONE, TID_NONE, POLICY_FIRST, 0),
        FAKE_EVENT(MS(9), EV_DESCHED, 0, 0, STOP_EXITED, MS(9)),
    };

    fake_start(&app, change, 4, 80, 24);
    fake_keys(&app, "u");
    ck_assert(!fake_has(&app, " policy "));
    fake_keys(&app, "U");
    ck_assert(fake_has(&app, " arrive  A\n policy          |rr:quantum=4\n"));
    app_free(&app);
    fake_start(&app, change, 4, 120, 40);
    fake_keys(&app, "U");
    ck_assert(fake_has(&app, " policy               |rr:quantum=4\n"));
    app_free(&app);
}
END_TEST

START_TEST(texts_are_whole)
{
    static const struct rect narrow = { 0, 0, 10, 9 };

    ck_assert_int_eq(wrapped_text(NULL, narrow, 0, ""), 1);
    ck_assert_int_eq(wrapped_text(NULL, narrow, 0, "0123456789"), 1);
    ck_assert_int_eq(wrapped_text(NULL, narrow, 0, "01234567890"), 2);
    ck_assert_int_eq(wrapped_text(NULL, narrow, 0, "one two three four"), 2);
    ck_assert_int_eq(wrapped_text(NULL, narrow, 0, "one two  three four five"), 3);
    ck_assert_str_eq(wrapped_rest(10, "one two three"), "three");
}
END_TEST

START_TEST(control_u_empties_a_line)
{
    fake_start(&app, script, LENGTH, 80, 24);
    fake_keys(&app, "Uu\\xyz");
    ck_assert(fake_has(&app, "xyz"));
    fake_keys(&app, "\025T1\n");
    ck_assert_str_eq(app.look.task_filter, "T1");
    app_free(&app);
}
END_TEST

START_TEST(a_failed_check_says_where_the_run_stood)
{
    char text[2048] = "";
    FILE *f = fmemopen(text, sizeof text, "w");

    fake_start(&app, script, LENGTH, 80, 24);
    fake_keys(&app, "Uu");
    app_last_words(&app, f);
    fclose(f);
    ck_assert_ptr_nonnull(strstr(text, "policy rr:quantum=4, seed 0, time 11 ms"));
    ck_assert_ptr_nonnull(strstr(text, "  0 A arrives\n"));
    ck_assert_ptr_nonnull(strstr(text, "  7 compiler runs on cpu 0\n"));
    app_free(&app);
}
END_TEST

/* One millisecond of the kernel's, a lock from 2 to 4 and, by another, from 5 on; and
 * 0.2 ms of A's in an idle column. */
START_TEST(locks_and_parts_of_columns_are_drawn)
{
    static const char *const names[] = { "disk" };
    static const struct event held[] = {
        FAKE_EVENT(0, EV_ARRIVE, HART_NONE, 0, 0, 0),
        FAKE_EVENT(0, EV_ARRIVE, HART_NONE, 1, 0, 0),
        FAKE_EVENT(0, EV_DISPATCH, 0, 0, MS(1), 0),
        FAKE_EVENT(MS(2), EV_LOCK, HART_NONE, 0, 0, 0),
        FAKE_EVENT(MS(4), EV_UNLOCK, HART_NONE, 0, 0, 0),
        FAKE_EVENT(MS(4), EV_DESCHED, 0, 0, STOP_YIELDED, MS(3)),
        FAKE_EVENT(MS(5), EV_DISPATCH, 0, 1, 0, 0),
        FAKE_EVENT(MS(5), EV_LOCK, HART_NONE, 1, 0, 0),
        FAKE_EVENT(MS(8), EV_DESCHED, 0, 1, STOP_YIELDED, MS(3)),
        FAKE_EVENT(MS(9), EV_DISPATCH, 0, 0, 0, 0),
        FAKE_EVENT(MS(9) + 200000, EV_DESCHED, 0, 0, STOP_BLOCKED, 200000),
        FAKE_EVENT(MS(12), EV_ARRIVE, HART_NONE, 2, 0, 0),
    };
    struct mouse mouse = { .x = 14 + 11, .y = 6 };

    fake_config.nlocks = 1;
    fake_config.lock_names = names;
    fake_start(&app, held, sizeof held / sizeof *held, 120, 40);
    fake_keys(&app, "Uu");
    ck_assert(fake_has(&app, "\n cpu 0      \u00b7 \u2592\u2592AAAAAA\u00b7\u00b7T1\u2500\u2500\u2500\u2500"
                             "\u00b7\u00b7\u2583\u00b7\u00b7\u00b7\n"));
    ck_assert(fake_has(&app, "\n lock disk    \u00b7\u00b7\u00b7\u00b7AAAA\u00b7\u00b7T1\u2500\u2500\u2500\u2500"
                             "\u2500\u2500\u2500\u2500\u2500\u2500\n"));
    app_key(&app, KEYS_MOUSE, &mouse);          /* on the lock's second holder */
    ck_assert_uint_eq(app.look.selected, 1);
    fake_config.nlocks = 0;
    app_free(&app);
}
END_TEST

SUITE(screens, 40, the_first_picture, after_some_steps,
      rows_for_processes_on_a_small_screen, ascii_has_nothing_else, the_end_is_said,
      filter_and_search, sorting, the_console_and_typing, keys_of_a_terminal, a_new_future_is_said,
      keys_while_typing, clicks, every_size,
      every_key_at_any_time, every_command_has_a_key_that_means_it,
      a_failed_check_says_where_the_run_stood, the_mouse_on_the_chart,
      tasks_have_rows_where_there_is_room, another_policy_is_marked, texts_are_whole,
      control_u_empties_a_line, locks_and_parts_of_columns_are_drawn)
