/* judge_test.c - e2fsck's word comes back as it was given, whatever it does: each exit status,
 * a crash, no answer, no e2fsck at all. What plays e2fsck is a program that does what the
 * image's first bytes say; at the end the real one. */
#include <host/judge.h>

#include "../fs/volume.h"
#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SIZE = 8192, PATIENCE = 30000 };
enum { EXIT = 1, CRASH, HANG, LEAVE, TALK, HALF_A_LINE, MEND };     /* byte 0; byte 1: status */

static const char source[] =
    "#define _GNU_SOURCE\n"
    "#include <fcntl.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n"
    "#include <unistd.h>\n"
    "int main(int argc, char **argv)\n"
    "{\n"
    "    unsigned char b[2];\n"
    "    int fd = open(argv[argc - 1], O_RDWR);\n"
    "    if (pread64(fd, b, 2, 0) != 2) return 99;\n"
    "    printf(\"e2fsck 1.0 (a double)\\nPass 1: of %s\\n\", argv[argc - 1]);\n"
    "    if (b[0] == 2) abort();\n"
    "    if (b[0] == 3) for (;;) sleep(1);\n"
    "    if (b[0] == 4) { fflush(stdout); _exit(b[1]); }\n"
    "    if (b[0] == 5) for (int i = 0; i < 5000; i++) printf(\"Pass %d\\n\", i);\n"
    "    if (b[0] == 5) printf(\"Inode 7 is odd\\n\");\n"
    "    if (b[0] == 6) printf(\"Inode 8 is\");\n"
    "    if (b[0] == 7 && !strcmp(argv[1], \"-fy\")) pwrite64(fd, \"\\1\", 2, 0);\n"
    "    return b[1];\n"
    "}\n";

static char program[64];

static void build(void)
{
    char command[256];

    snprintf(program, sizeof program, "/tmp/ossim-e2fsck-%d", (int)getpid());
    snprintf(command, sizeof command, "cc -w -x c -o %s -", program);
    FILE *f = popen(command, "w");

    ck_assert_ptr_nonnull(f);
    fputs(source, f);
    ck_assert_int_eq(pclose(f), 0);
}

/* What was said, in the order in which it was. */
struct heard { unsigned n; uint32_t tag[64]; char why[64][JUDGE_WHY]; };

static void hear(void *ctx, uint32_t tag, const char *why)
{
    struct heard *h = ctx;

    ck_assert_uint_lt(h->n, 64);
    h->tag[h->n] = tag;
    snprintf(h->why[h->n++], JUDGE_WHY, "%s", why);
}

static const uint8_t *image(unsigned what, unsigned status)
{
    static uint8_t bytes[SIZE];

    bytes[0] = (uint8_t)what;
    bytes[1] = (uint8_t)status;
    return bytes;
}

static struct judge *double_of(struct heard *h, int patience)
{
    struct judge *j = judge_create(hear, h);

    ck_assert_ptr_nonnull(j);
    memset(h, 0, sizeof *h);
    judge_use(j, program, patience);
    return j;
}

/* 1 is what e2fsck gives for a log that it replayed; all else has to be said. */
START_TEST(every_status)
{
    static const struct { unsigned status; const char *why; } rows[] = {
        { 0, "" }, { 1, "" }, { 2, "status 2" }, { 4, "status 4" }, { 5, "status 5" },
        { 8, "status 8" }, { 32, "status 32" }, { 128, "status 128" }, { 255, "status 255" },
    };
    struct heard h;
    char why[JUDGE_WHY];

    build();
    struct judge *j = double_of(&h, PATIENCE);

    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)
        judge_begin(j, image(EXIT, rows[i].status), SIZE, false, 100 + i);
    judge_all(j);
    ck_assert_uint_eq(h.n, sizeof rows / sizeof *rows);
    for (unsigned i = 0; i < h.n; i++) {
        ck_assert_uint_eq(h.tag[i], 100 + i);
        ck_assert_str_eq(h.why[i], rows[i].why);
        for (unsigned repair = 0; repair < 2; repair++)
            ck_assert_int_eq(judge_ask(j, image(EXIT, rows[i].status), SIZE, repair, why),
                             (int)rows[i].status);
    }
    ck_assert_ptr_null(judge_trouble(j));
    judge_destroy(j);
    unlink(program);
}
END_TEST

START_TEST(what_it_says)
{
    static char text[1 << 16], small[20];
    struct heard h;

    build();
    struct judge *j = double_of(&h, PATIENCE);

    judge_begin(j, image(TALK, 0), SIZE, false, 1);     /* after 5,000 lines that are expected */
    judge_begin(j, image(HALF_A_LINE, 1), SIZE, false, 2);
    judge_all(j);
    ck_assert_str_eq(h.why[0], "Inode 7 is odd");
    ck_assert_str_eq(h.why[1], "Inode 8 is");
    ck_assert_int_eq(judge_last(j, text, sizeof text), 1);
    ck_assert_str_eq(text, "Pass 1: of image\nInode 8 is");
    judge_last(j, small, sizeof small);
    ck_assert_str_eq(small, "Pass 1: of image\nIn");
    /* Nothing of an image is left for the next one, nor of its size. */
    for (unsigned i = 0; i < 8; i++)
        judge_begin(j, image(EXIT, 0), i % 2 ? SIZE : SIZE / 2, i % 3 == 0, i);
    judge_all(j);
    ck_assert_uint_eq(h.n, 10);
    for (unsigned i = 2; i < 10; i++)
        ck_assert_str_eq(h.why[i], "");
    ck_assert_ptr_null(judge_trouble(j));
    judge_destroy(j);
    unlink(program);
}
END_TEST

/* It is that image's fault, and the next one has an e2fsck again. */
START_TEST(it_dies)
{
    static const struct { unsigned what, status; int patience, is; const char *why; } rows[] = {
        { CRASH, 0, PATIENCE, JUDGE_DIED, "e2fsck died of signal 6" },
        { LEAVE, 9, PATIENCE, JUDGE_DIED, "e2fsck went away with status 9" },
        { HANG, 0, 300, JUDGE_LATE, "no answer in 300 ms" },
    };
    char why[JUDGE_WHY];
    struct heard h;

    build();
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct judge *j = double_of(&h, rows[i].patience);

        ck_assert_int_eq(judge_ask(j, image(rows[i].what, rows[i].status), SIZE, true, why),
                         rows[i].is);
        ck_assert_str_eq(why, rows[i].why);
        judge_use(j, program, PATIENCE);
        ck_assert_int_eq(judge_ask(j, image(EXIT, 4), SIZE, true, why), 4);
        judge_use(j, program, rows[i].patience);
        judge_begin(j, image(rows[i].what, rows[i].status), SIZE, false, 7);
        judge_all(j);
        ck_assert_uint_eq(h.n, 1);
        ck_assert_str_eq(h.why[0], rows[i].why);
        ck_assert_ptr_null(judge_trouble(j));
        judge_destroy(j);
    }
    unlink(program);
}
END_TEST

START_TEST(there_is_none)
{
    char why[JUDGE_WHY];
    struct heard h;
    struct judge *j = double_of(&h, PATIENCE);

    judge_use(j, "/nowhere/e2fsck", PATIENCE);
    for (unsigned i = 0; i < 5; i++)
        judge_begin(j, image(EXIT, 0), SIZE, false, i);
    judge_all(j);
    ck_assert_ptr_nonnull(strstr(judge_trouble(j), "is e2fsprogs installed"));
    ck_assert_uint_eq(h.n, 0);
    ck_assert_int_eq(judge_ask(j, image(EXIT, 0), SIZE, true, why), JUDGE_DIED);
    judge_destroy(j);
}
END_TEST

/* The caller's image stays; what was repaired is the judge's; `twice` looks at that. */
START_TEST(images_are_copied)
{
    char why[JUDGE_WHY];
    struct heard h;

    build();
    struct judge *j = double_of(&h, PATIENCE);
    const uint8_t *mine = image(MEND, 1);

    ck_assert_int_eq(judge_ask(j, mine, SIZE, false, why), 1);
    ck_assert_uint_eq(judge_left(j)[0], MEND);
    ck_assert_int_eq(judge_ask(j, mine, SIZE, true, why), 1);
    ck_assert_uint_eq(judge_left(j)[0], EXIT);
    ck_assert_uint_eq(judge_left(j)[1], 0);
    ck_assert_uint_eq(mine[0], MEND);
    judge_begin(j, mine, SIZE, true, 1);                /* repaired, and then clean */
    judge_begin(j, image(EXIT, 1), SIZE, true, 2);      /* repaired, and again */
    judge_all(j);
    ck_assert_str_eq(h.why[0], "");
    ck_assert_str_eq(h.why[1], "status 1 the second time");
    judge_destroy(j);
    unlink(program);
}
END_TEST

START_TEST(the_real_one)
{
    static char lane[1 << 16], fresh[1 << 16];
    char why[JUDGE_WHY];
    struct volume v;
    struct heard h = { 0 };
    struct judge *j = judge_create(hear, &h);

    volume_make(&v, 1 << 20, 1024, FS_JOURNAL_NONE, 0);
    ck_assert_int_eq(judge_ask(j, v.m.bytes, v.size, false, why), 0);
    ck_assert_str_eq(why, "");
    v.m.bytes[2048 + 12] ^= 1;                          /* free blocks of the first group */
    ck_assert_int_eq(judge_ask(j, v.m.bytes, v.size, false, why), 4);
    ck_assert_ptr_nonnull(strstr(why, "Free blocks count wrong"));
    ck_assert_int_eq(judge_ask(j, v.m.bytes, v.size, true, why), 1);
    int status = judge_last(j, lane, sizeof lane);

    ck_assert_int_eq(judge_afresh(v.m.bytes, v.size, fresh, sizeof fresh), status);
    ck_assert_str_eq(lane, fresh);
    ck_assert_uint_eq(judge_left(j)[2048 + 12], v.m.bytes[2048 + 12] ^ 1);
    memset(v.m.bytes, 0, v.size);                       /* no superblock: it gives up */
    ck_assert_int_eq(judge_ask(j, v.m.bytes, v.size, false, why), 8);
    ck_assert_ptr_null(judge_trouble(j));
    judge_destroy(j);
    volume_free(&v);
}
END_TEST

SUITE(host_judge, 30, every_status, what_it_says, it_dies, there_is_none, images_are_copied,
      the_real_one)
