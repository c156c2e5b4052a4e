/* back_test.c - real machines on the screens, moved back and forth in haste.
 *
 * One gets its keys faster than it can work, as from a key that is held down; the other
 * has no snapshots and all the time that it needs. They must end at the same picture.
 */
#include "../suite.h"
#include "../kern/simulate.h"

#include <host/pages.h>
#include <sim/rng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tui/act.h>

enum { OBSERVERS = 64 << 20, BUDGET = 32 << 20, TINY = 4096 };

static const char *const worlds[] = {
    "{\"ossim\": 1, \"time_unit\": \"ms\", \"machine\": {\"cpus\": 2},"
    "\"kernel\": {\"scheduler\": \"rr:quantum=3\"},"
    "\"events\": [{\"at\": 40, \"scheduler\": \"fair\"}],"
    "\"processes\": [{\"name\": \"a\", \"count\": 9, \"arrival\": {\"poisson\": 4}, \"bursts\":"
    " [{\"repeat\": 4, \"do\": [{\"cpu\": {\"exp\": 5}}, {\"io\": {\"exp\": 3}}]}]},"
    " {\"name\": \"t\", \"period\": 12, \"jobs\": 9, \"bursts\": [{\"cpu\": 3}]}]}",
    "{\"ossim\": 1, \"time_unit\": \"us\", \"machine\": {\"cpus\": 1, \"memory\":"
    "{\"frames\": 64}}, \"kernel\": {\"scheduler\": \"rr:quantum=5\"},"
    "\"processes\": [{\"name\": \"w\", \"asm\": \"_start: li s0, 40\\n1: li a0, 1\\nla a1, t\\n"
    "li a2, 2\\nli a7, 64\\necall\\nli s1, 500\\n2: addi s1, s1, -1\\nbnez s1, 2b\\n"
    "addi s0, s0, -1\\nbnez s0, 1b\\nli a0, 0\\nli a7, 93\\necall\\n.data\\nt: .ascii \\\"x.\\\"\\n\"},"
    " {\"name\": \"b\", \"bursts\": [{\"repeat\": 20, \"do\": [{\"cpu\": 3}, {\"io\": 8}]}]}]}",
};
enum { WORLDS = sizeof worlds / sizeof *worlds };

struct seat {                   /* somebody who watches */
    struct simulation sim;      /* for its config */
    struct tui_setup setup;
    struct app app;
};

static struct seat hasty, patient;
static rng_t dice;

static unsigned draw(unsigned n)
{
    return (unsigned)rng_below(&dice, n);
}

static void seat_open(struct seat *s, const char *json, size_t snapshot_bytes)
{
    simulate_open(&s->sim, json);
    s->setup = (struct tui_setup){
        .config = s->sim.config, .memory = pages_map(s->sim.size), .memory_size = s->sim.size,
        .hash = true, .observers = pages_map(OBSERVERS), .observers_size = OBSERVERS,
        .snapshot_bytes = snapshot_bytes };
    ck_assert(app_init(&s->app, &s->setup, &machine_ops_real));
    ck_assert(canvas_resize(&s->app.canvas, 130, 40));
    ck_assert_int_eq(s->app.player.snapshots != NULL, snapshot_bytes == BUDGET);
}

static void seat_close(struct seat *s)
{
    app_free(&s->app);
    pages_unmap(s->setup.memory, s->sim.size);
    pages_unmap(s->setup.observers, OBSERVERS);
    simulate_close(&s->sim);
}

static void finish(struct seat *s)
{
    while (app_work(&s->app, 100))
        ;
}

static char *picture(struct seat *s)
{
    s->app.look.selected = 0;
    s->app.note[0] = 0;         /* what came in vain, and what is new since the last key: */
    s->app.model.fresh = UINT64_MAX;    /* many keys at once are one */
    app_draw(&s->app);
    return canvas_to_text(&s->app.canvas);
}

static void same_picture(const char *keys)
{
    char *a = picture(&hasty), *b = picture(&patient);

    if (strcmp(a, b))           /* longer than Check's messages may be */
        fprintf(stderr, "after %s\n%s\nbut it should be\n%s", keys, a, b);
    ck_assert_msg(!strcmp(a, b), "after %s", keys);
    ck_assert_uint_eq(stream_hash(machine_stream(hasty.app.player.machine)),
                      stream_hash(machine_stream(patient.app.player.machine)));
    free(a);
    free(b);
}

/* Both get the key; the hasty one little time. */
static void press(char key, unsigned entries)
{
    app_key(&hasty.app, (unsigned char)key, NULL);
    if (entries)
        app_work(&hasty.app, entries);
    app_key(&patient.app, (unsigned char)key, NULL);
    finish(&patient);
}

static void haste(const char *json, const char *choice, unsigned rounds)
{
    seat_open(&hasty, json, BUDGET);
    seat_open(&patient, json, TINY);
    hasty.app.player.every = 3;
    for (unsigned round = 0; round < rounds; round++) {
        char keys[33];
        unsigned n = 1 + draw(32);

        for (unsigned i = 0; i < n; i++) {
            keys[i] = i && draw(3) ? keys[i - 1] : choice[draw((unsigned)strlen(choice))];
            press(keys[i], draw(4) ? draw(6) : 0);
        }
        keys[n] = 0;
        finish(&hasty);
        same_picture(keys);
    }
    seat_close(&hasty);
    seat_close(&patient);
}

START_TEST(keys_in_haste_end_where_they_should)
{
    dice = rng_stream(1, "back", 0);
    for (unsigned i = 0; i < WORLDS; i++)
        haste(worlds[i], "pppbBnnuUd", 120);
}
END_TEST

START_TEST(from_the_end_back_event_by_event)
{
    seat_open(&hasty, worlds[0], BUDGET);
    seat_open(&patient, worlds[0], TINY);
    press('e', 50);
    finish(&hasty);
    same_picture("e");
    for (int i = 0; i < 60; i++)
        press('p', 1);
    finish(&hasty);
    same_picture("60 p");
    press('r', 0);
    same_picture("r");
    seat_close(&hasty);
    seat_close(&patient);
}
END_TEST

static void keys(struct seat *s, const char *text)
{
    for (; *text; text++)
        app_key(&s->app, *text == '\n' ? (unsigned)KEYS_ENTER : (unsigned char)*text, NULL);
}

START_TEST(to_a_time)
{
    seat_open(&hasty, worlds[0], BUDGET);
    keys(&hasty, "g25.5\n");
    finish(&hasty);
    ck_assert_int_eq(hasty.app.model.now, 25500000);
    keys(&hasty, "g12000us\n");
    finish(&hasty);
    ck_assert_int_eq(hasty.app.model.now, 12000000);
    keys(&hasty, "gx\n");
    ck_assert_ptr_nonnull(strstr(hasty.app.note, "that is no time"));
    ck_assert_int_eq(hasty.app.model.now, 12000000);
    seat_close(&hasty);
}
END_TEST

START_TEST(escape_gives_up)
{
    char *before, *after;

    seat_open(&hasty, worlds[0], BUDGET);
    keys(&hasty, "g60\n");
    finish(&hasty);
    hasty.app.model.fresh = UINT64_MAX;
    before = picture(&hasty);
    keys(&hasty, "BBp");
    app_work(&hasty.app, 2);
    ck_assert(hasty.app.player.goal);
    app_key(&hasty.app, KEYS_ESCAPE, NULL);
    ck_assert(!app_work(&hasty.app, 100));
    after = picture(&hasty);
    if (strcmp(before, after))
        fprintf(stderr, "%s\n%s", before, after);
    ck_assert(!strcmp(before, after));
    keys(&hasty, "e");
    app_work(&hasty.app, 5);
    app_key(&hasty.app, KEYS_ESCAPE, NULL);
    ck_assert(!app_work(&hasty.app, 100));
    ck_assert_int_eq(hasty.app.model.end, MACHINE_RUNNING);
    free(before);
    free(after);
    seat_close(&hasty);
}
END_TEST

SUITE(back, 60, keys_in_haste_end_where_they_should, from_the_end_back_event_by_event,
      to_a_time, escape_gives_up)
