/* paper_test.c - what a terminal makes of bytes; the answers are xterm's. */
#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tui/paper.h>

/* The rows that are kept, oldest first. */
static void expect_bytes(int width, const char *text, size_t size, const char *want)
{
    struct paper p = { 0 };
    struct canvas shown = { 0 };
    uint32_t from;
    char *got;

    ck_assert(paper_write(&p, width, false, text, (uint32_t)size));
    from = p.rows > PAPER_ROWS ? p.rows - PAPER_ROWS : 0;
    ck_assert(canvas_resize(&shown, width, (int)(p.rows - from)));
    for (uint32_t i = from; i < p.rows; i++)
        memcpy(&shown.cells[(int)(i - from) * width], &p.sheet.cells[(int)(i % PAPER_RING) * width],
               sizeof *shown.cells * (size_t)width);
    got = canvas_to_text(&shown);
    ck_assert_str_eq(got, want);
    free(got);
    canvas_free(&shown);
    paper_free(&p);
}

static void expect(int width, const char *text, const char *want)
{
    char *heap = malloc(strlen(text) + 1);      /* without its NUL: nothing reads behind the end */

    ck_assert_ptr_nonnull(heap);
    memcpy(heap, text, strlen(text));
    expect_bytes(width, heap, strlen(text), want);
    free(heap);
}

START_TEST(lines_wrap_at_the_width)
{
    expect(4, "abcdefghij\nk", "abcd\nefgh\nij\nk\n");
    expect(4, "abcd\nefgh\n", "abcd\nefgh\n");          /* a full row, then one newline */
    expect(4, "", "\n");
    expect(4, "a\n\nb\n", "a\n\nb\n");
    expect(1, "abc", "a\nb\nc\n");
}
END_TEST

START_TEST(columns_are_counted_not_bytes)
{
    expect(4, "äöüßé|", "äöüß\né|\n");
    expect(5, "日本語x", "日本\n語x\n");                /* a wide one is not cut in two */
    expect(6, "a\xff" "b\xe4\xb8", "a?b?\n");           /* broken, and cut off at the end */
    expect(8, "e\xcc\x81|", "e|\n");
}
END_TEST

START_TEST(tabs_returns_and_backspaces_move)
{
    expect(20, "a\tb\tc\n1234567\tx\n12345678\tx", "a       b       c\n1234567 x\n12345678        x\n");
    expect(10, "a\tb\tc", "a       bc\n");              /* a tab stops at the edge */
    expect(20, "10%\r100%\rx", "x00%\n");
    expect(20, "abc\b\bX", "aXc\n");
    expect(20, "ab\b \b", "a\n");
    expect(20, "\b\b\ba\r\nb", "a\nb\n");
    expect(20, "a\vb\fc", "a\n b\n  c\n");
    expect_bytes(20, "a\a\0\x7f" "b", 5, "ab\n");
}
END_TEST

START_TEST(escape_sequences_are_not_text)
{
    expect(20, "\033[1;31mred\033[0m and\033[m plain", "red and plain\n");
    expect(20, "\033]0;title\007a\033]2;t\033\\b", "ab\n");
    expect(20, "\033[?25la\033(Bb\033=c", "abc\n");
    expect(20, "a\033[", "a\n");                        /* not all of it is there yet */
    expect(20, "a\033", "a\n");
    expect(20, "a\033]0;no end", "a\n");
}
END_TEST

START_TEST(the_cursor_moves_and_rubs_out)
{
    expect(20, "abcdef\033[3D\033[K", "abc\n");
    expect(20, "abcdef\033[3D\033[1K", "    ef\n");
    expect(20, "abcdef\r\033[2Kx", "x\n");
    expect(20, "one\ntwo\nthree\033[2AX\033[B\033[2GY", "one  X\ntYo\nthree\n");
    expect(20, "old\n\033[2J\033[Hnew\033[2;3Hat", "old\n\nnew\n  at\n");
    expect(20, "old\n\033[2J\033[9A^", "old\n\n^\n");   /* not above the screen */
    expect(20, "ab\ncd\nef\033[1;2H\033[J", "a\n\n\n");
    expect(5, "\033[99Cx\033[99Dy", "y   x\n");
    expect(4, "abcd\033[Dx", "abxd\n");                 /* the cursor stood on the d */
    expect(4, "abcd\bx\033[31m\n", "abxd\n");
    expect(4, "abcd\033[0mx", "abcd\nx\n");
}
END_TEST

START_TEST(a_row_of_the_ring_is_blank_when_its_turn_comes_again)
{
    char text[2 * PAPER_RING * 5 + 1] = "", *end = text;
    struct paper p = { 0 };

    for (int i = 0; i < PAPER_RING; i++)
        end = stpcpy(end, "long\n");
    for (int i = 0; i < PAPER_RING; i++)
        end = stpcpy(end, "s\n");
    ck_assert(paper_write(&p, 6, false, text, (uint32_t)(end - text)));
    for (uint32_t i = 2 * PAPER_RING - PAPER_ROWS; i < 2 * PAPER_RING; i++)
        for (int x = 0; x < 6; x++)
            ck_assert_uint_eq(p.sheet.cells[(int)(i % PAPER_RING) * 6 + x].ch, x ? ' ' : 's');
    paper_free(&p);
}
END_TEST

/* However far a program jumps, what is kept is bounded, and the newest is there. */
START_TEST(the_last_rows_are_kept)
{
    struct paper p = { 0 };
    char text[6000], *at = text;

    for (int i = 0; i < 1000; i++)
        at += sprintf(at, "%d\n", i);
    ck_assert(paper_write(&p, 10, false, text, (uint32_t)(at - text)));
    ck_assert_uint_eq(p.rows, 1000);
    ck_assert_uint_eq(p.sheet.cells[(999 % PAPER_RING) * 10].ch, '9');
    ck_assert_uint_eq(p.sheet.cells[((1000 - PAPER_ROWS) % PAPER_RING) * 10].ch, '4');
    at += sprintf(at, "\033[900Atop\033[99999999999Bend");
    ck_assert(paper_write(&p, 10, false, text, (uint32_t)(at - text)));
    ck_assert_uint_eq(p.sheet.cells[((p.rows - 1) % PAPER_RING) * 10 + 3].ch, 'e');
    at = text;
    for (int i = 0; i < 500; i++)
        at += sprintf(at, "\033[99999B");
    ck_assert(paper_write(&p, 10, false, text, (uint32_t)(at - text)));
    ck_assert_uint_le(p.rows, 128);
    paper_free(&p);
}
END_TEST

SUITE(paper, 5, lines_wrap_at_the_width, columns_are_counted_not_bytes, tabs_returns_and_backspaces_move,
      escape_sequences_are_not_text, the_cursor_moves_and_rubs_out, the_last_rows_are_kept,
      a_row_of_the_ring_is_blank_when_its_turn_comes_again)
