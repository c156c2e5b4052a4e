/* file_test.c - a file is there whole or not at all. */
#include "../suite.h"

#include <dirent.h>
#include <host/file.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[64], path[96];
static struct diag diag;

static void begin(void)
{
    strcpy(dir, "/tmp/ossim-file-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/out", dir);
}

static unsigned entries(void)
{
    unsigned n = 0;
    DIR *d = opendir(dir);

    while (readdir(d))
        n++;
    closedir(d);
    return n - 2;
}

static void finish(void)
{
    unlink(path);
    ck_assert_int_eq(rmdir(dir), 0);
}

static void expect(const char *text)
{
    uint8_t *data;
    size_t size;

    ck_assert_int_eq(file_read(path, &data, &size, &diag), ERR_OK);
    ck_assert_str_eq((char *)data, text);
    ck_assert_uint_eq(size, strlen(text));
    free(data);
}

START_TEST(appears_when_complete)
{
    begin();
    struct outfile *f = outfile_replace(path, &diag);
    ck_assert(outfile_write(f, "half", 4));
    ck_assert(!file_exists(path));
    ck_assert(outfile_write(f, " and half", 9));
    ck_assert_int_eq(outfile_commit(f, &diag), ERR_OK);
    expect("half and half");
    ck_assert_uint_eq(entries(), 1);
    finish();
}
END_TEST

START_TEST(the_old_one_stays_until_then)
{
    begin();
    struct outfile *f = outfile_replace(path, &diag);
    outfile_write(f, "old", 3);
    ck_assert_int_eq(outfile_commit(f, &diag), ERR_OK);
    f = outfile_replace(path, &diag);
    outfile_write(f, "new", 3);
    outfile_abort(f);
    expect("old");
    ck_assert_uint_eq(entries(), 1);
    finish();
}
END_TEST

START_TEST(large_text_and_rights)
{
    struct stat st;
    mode_t mask = umask(022);

    begin();
    struct outfile *f = outfile_replace(path, &diag);
    for (int i = 0; i < 100000; i++)
        ck_assert(outfile_write(f, "abcdefg", 7));
    ck_assert_int_eq(outfile_commit(f, &diag), ERR_OK);
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_int_eq(st.st_size, 700000);
    ck_assert_int_eq(st.st_mode & 0777, 0644);
    umask(mask);
    finish();
}
END_TEST

START_TEST(errors_name_the_file)
{
    uint8_t *data;
    size_t size;

    ck_assert_int_eq(file_read("/nowhere/x", &data, &size, &diag), ERR_IO);
    ck_assert_str_eq(diag.file, "/nowhere/x");
    ck_assert_int_eq(file_read("/tmp", &data, &size, &diag), ERR_IO);
    ck_assert_ptr_null(outfile_open("/nowhere/x", &diag));
    ck_assert_str_eq(diag.file, "/nowhere/x");
    /* a full disk is told of, if only at the end */
    struct outfile *f = outfile_open("/dev/full", &diag);
    ck_assert_ptr_nonnull(f);
    outfile_write(f, "x", 1);
    ck_assert_int_eq(outfile_commit(f, &diag), ERR_IO);
}
END_TEST

START_TEST(names_are_joined)
{
    char b[32];

    path_dir("a/b/c.json", b, sizeof b);
    ck_assert_str_eq(b, "a/b");
    path_dir("c.json", b, sizeof b);
    ck_assert_str_eq(b, ".");
    path_dir("/c.json", b, sizeof b);
    ck_assert_str_eq(b, "/");
    ck_assert(path_join(b, sizeof b, "a", "b"));
    ck_assert_str_eq(b, "a/b");
    ck_assert(path_join(b, sizeof b, "a", "/b"));
    ck_assert_str_eq(b, "/b");
    ck_assert(!path_join(b, 4, "abc", "def"));
}
END_TEST

SUITE(file, 10, appears_when_complete, the_old_one_stays_until_then, large_text_and_rights,
      errors_name_the_file, names_are_joined)
