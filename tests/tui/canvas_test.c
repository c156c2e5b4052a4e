/* canvas_test.c - text, widths, clipping, the ASCII twins. */
#include "../suite.h"

#include <stdlib.h>
#include <string.h>
#include <tui/canvas.h>

static void expect(const struct canvas *c, const char *text)
{
    char *got = canvas_to_text(c);

    ck_assert_str_eq(got, text);
    free(got);
}

START_TEST(text_is_cut_with_an_ellipsis)
{
    struct canvas c = { 0 };

    ck_assert(canvas_resize(&c, 8, 2));
    ck_assert_int_eq(canvas_text(&c, 1, 0, 5, PAINT_PLAIN, "abcdefgh"), 5);
    ck_assert_int_eq(canvas_text(&c, 1, 1, 5, PAINT_PLAIN, "abcde"), 5);
    expect(&c, " abcd…\n abcde\n");
    canvas_free(&c);
}
END_TEST

START_TEST(long_names_keep_their_ends)
{
    struct canvas c = { 0 };

    ck_assert(canvas_resize(&c, 8, 4));
    canvas_name(&c, 0, 0, 6, PAINT_PLAIN, "webserver-1");
    canvas_name(&c, 0, 1, 7, PAINT_PLAIN, "webserver-12");
    canvas_name(&c, 0, 2, 5, PAINT_PLAIN, "äöüß-1");
    canvas_name(&c, 0, 3, 6, PAINT_PLAIN, "abcdef");
    expect(&c, "web…-1\nweb…-12\näö…-1\nabcdef\n");
    canvas_free(&c);
}
END_TEST

START_TEST(what_is_outside_is_cut_off)
{
    struct canvas c = { 0 };

    ck_assert(canvas_resize(&c, 4, 2));
    canvas_text(&c, -2, 0, 20, PAINT_PLAIN, "abcdefgh");
    canvas_put(&c, 0, 7, PAINT_PLAIN, 'x');
    canvas_fill(&c, (struct rect){ 3, 1, 9, 9 }, PAINT_PLAIN, '#');
    expect(&c, "cdef\n   #\n");
    ck_assert(!canvas_resize(&c, 0, 5));
    canvas_put(&c, 0, 0, PAINT_PLAIN, 'x');
    expect(&c, "");
}
END_TEST

START_TEST(wide_and_broken_text)
{
    struct canvas c = { 0 };

    ck_assert(canvas_resize(&c, 9, 3));
    canvas_text(&c, 0, 0, 9, PAINT_PLAIN, "日本x");
    canvas_text(&c, 0, 1, 4, PAINT_PLAIN, "日本語");      /* three need six */
    canvas_text(&c, 0, 2, 9, PAINT_PLAIN, "a\xff\xc3(\x01z");
    expect(&c, "日本x\n日…\na?" "?(?z\n");
    ck_assert_int_eq(text_width("日本x"), 5);
    canvas_free(&c);
}
END_TEST

START_TEST(ascii_has_a_twin_for_each_glyph)
{
    struct canvas c = { .ascii = true };

    ck_assert(canvas_resize(&c, 30, 1));
    canvas_text(&c, 0, 0, 30, PAINT_PLAIN, "─┼·…▒░▶■‖▲←→›≡é日");
    expect(&c, "-+.~%:>#\"^<>>*??\n");
    canvas_free(&c);
}
END_TEST

START_TEST(paints_are_kept)
{
    struct canvas c = { 0 };
    char *paints;

    ck_assert(canvas_resize(&c, 4, 1));
    canvas_put(&c, 1, 0, PAINT_BAD | STYLE_BOLD, 'x');
    canvas_put(&c, 2, 0, PAINT_TASK + 11, 'y');
    paints = canvas_to_paints(&c);
    ck_assert_str_eq(paints, ".Ib.\n");
    free(paints);
    canvas_free(&c);
}
END_TEST

SUITE(canvas, 5, text_is_cut_with_an_ellipsis, long_names_keep_their_ends, what_is_outside_is_cut_off,
      wide_and_broken_text, ascii_has_a_twin_for_each_glyph, paints_are_kept)
