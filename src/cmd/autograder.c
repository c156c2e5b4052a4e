/* autograder.c - see autograder.h. Layout: Gradescope, "Autograder Specifications": the zip is
 * unpacked in /autograder/source, setup.sh runs once when the image is built, run_autograder for
 * each submission, which is in /autograder/submission; results go to /autograder/results.
 * The zip holds its files uncompressed (PKWARE, "APPNOTE.TXT", method 0). */
#include <cmd/autograder.h>

#include <cmd/options.h>
#include <cmd/rubric_files.h>
#include <host/file.h>
#include <host/place.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST_FILES = 2000 };

static const char setup[] =
    "#!/bin/sh\n"
    "# Once, when the image is built: the compiler for the simulated machine, and libraries.\n"
    "set -e\n"
    "apt-get update\n"
    "apt-get install -y --no-install-recommends gcc-riscv64-unknown-elf libcjson1 libncursesw6\n";

static const char run_text[] =
    "#!/bin/sh\n"
    "# For each submission. Exit status 1 only says that it is below the pass mark.\n"
    "base=${AUTOGRADER_BASE:-/autograder}\n"
    "mkdir -p \"$base/results\"\n"
    "\"$base/source/ossim/ossim\" grade \"$base/submission\" \\\n"
    "    --rubric \"$base/source/rubric/%s%s\" --format gradescope --out \"$base/results\" --quiet\n"
    "status=$?\n"
    "if [ ! -f \"$base/results/results.json\" ]; then\n"
    "    echo '{\"score\": 0, \"output\": \"Nothing could be graded: hand in one .c file "
    "(and its headers).\"}' > \"$base/results/results.json\"\n"
    "fi\n"
    "[ $status -le 2 ]\n";

struct zip {
    FILE *out;
    char *directory;            /* the central one, as it grows */
    size_t directory_size;
    FILE *to_directory;
    unsigned nfiles;
    char *name[MOST_FILES];     /* of those that are in it */
    bool good;
};

static void put(FILE *f, unsigned bytes, uint64_t v)
{
    for (; bytes; bytes--, v >>= 8)
        fputc((int)(v & 255), f);
}

/* Of "ISO 3309", as zip wants it. */
static uint32_t crc32_of(const uint8_t *data, size_t n)
{
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < n; i++) {
        crc ^= data[i];
        for (int k = 0; k < 8; k++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

/* What both headers say: version, flags, method, time (1980-01-01), sum, sizes, lengths. */
static void put_common(FILE *f, uint32_t crc, size_t n, size_t name)
{
    put(f, 2, 20);
    put(f, 2, 0);
    put(f, 2, 0);
    put(f, 4, 0x00210000);
    put(f, 4, crc);
    put(f, 4, n);
    put(f, 4, n);
    put(f, 2, name);
    put(f, 2, 0);
}

static void zip_add(struct zip *z, const char *name, const void *data, size_t n, bool program)
{
    uint32_t crc = crc32_of(data, n);
    long at = ftell(z->out);
    FILE *d = z->to_directory;

    put(z->out, 4, 0x04034b50);
    put_common(z->out, crc, n, strlen(name));
    fputs(name, z->out);
    fwrite(data, 1, n, z->out);
    put(d, 4, 0x02014b50);
    put(d, 2, 3 << 8 | 20);             /* made by Unix: modes count */
    put_common(d, crc, n, strlen(name));
    put(d, 2, 0);
    put(d, 2, 0);
    put(d, 2, 0);
    put(d, 4, (uint64_t)(S_IFREG | (program ? 0755 : 0644)) << 16);
    put(d, 4, (uint64_t)at);
    fputs(name, d);
    z->name[z->nfiles++] = strdup(name);
}

static bool has(const struct zip *z, const char *name)
{
    for (unsigned i = 0; i < z->nfiles; i++)
        if (z->name[i] && strcmp(z->name[i], name) == 0)
            return true;
    return false;
}

static void zip_file(struct zip *z, const char *path, const char *name, bool program)
{
    struct diag diag = { .line = 0 };
    uint8_t *data;
    size_t n;

    if (z->nfiles == MOST_FILES) {
        fprintf(stderr, "%s: error: more than %d files\n", path, MOST_FILES);
        z->good = false;
        return;
    }
    if (file_read(path, &data, &n, &diag)) {
        diag_print(&diag);
        z->good = false;
        return;
    }
    zip_add(z, name, data, n, program);
    free(data);
}

static int visible(const struct dirent *e)
{
    return e->d_name[0] != '.';
}

/* A folder with all below it, in the order of names. */
static void zip_folder(struct zip *z, const char *path, const char *name, unsigned depth)
{
    struct dirent **entries;
    int n = depth < 16 ? scandir(path, &entries, visible, alphasort) : -1;
    char from[4096], to[4096];
    struct stat st;

    for (int i = 0; i < n; i++) {
        snprintf(from, sizeof from, "%.3000s/%.900s", path, entries[i]->d_name);
        snprintf(to, sizeof to, "%.3000s/%.900s", name, entries[i]->d_name);
        if (lstat(from, &st) == 0 && S_ISDIR(st.st_mode))
            zip_folder(z, from, to, depth + 1);
        else if (S_ISREG(st.st_mode))
            zip_file(z, from, to, false);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
    else
        z->good = false;
}

static void zip_shipped(struct zip *z, const char *name)
{
    char path[4096], to[300];

    snprintf(to, sizeof to, "ossim/%s", name);
    if (place_find(name, path, sizeof path) ||
        (strncmp(name, "workloads/", 10) == 0 && place_find(name + 10, path, sizeof path)))
        zip_folder(z, path, to, 0);
    else {
        fprintf(stderr, "ossim grade: error: %s is not there (it is shipped beside the "
                "executable)\n", name);
        z->good = false;
    }
}

static void zip_end(struct zip *z)
{
    long at = ftell(z->out);

    fclose(z->to_directory);
    fwrite(z->directory, 1, z->directory_size, z->out);
    put(z->out, 4, 0x06054b50);
    put(z->out, 4, 0);
    put(z->out, 2, z->nfiles);
    put(z->out, 2, z->nfiles);
    put(z->out, 4, z->directory_size);
    put(z->out, 4, (uint64_t)at);
    put(z->out, 2, 0);
    free(z->directory);
    for (unsigned i = 0; i < z->nfiles; i++)
        free(z->name[i]);
}

/* The rubric's folder, and what it uses elsewhere, where the rubric looks for it. */
static void zip_rubric(struct zip *z, const char *rubric, const struct rubric_files *f)
{
    char dir[4096], to[8192];

    path_dir(rubric, dir, sizeof dir);
    snprintf(to, sizeof to, "rubric/%s", f->home);
    to[strlen(to) - 1] = '\0';
    zip_folder(z, dir, to, 0);
    for (size_t i = 0; i < f->n; i++) {
        snprintf(to, sizeof to, "rubric/%s", f->file[i].name);
        if (!has(z, to))
            zip_file(z, f->file[i].path, to, false);
    }
}

static void fill(struct zip *z, const char *rubric, const struct rubric_files *f)
{
    const char *base = strrchr(rubric, '/') ? strrchr(rubric, '/') + 1 : rubric;
    char run[8192];

    snprintf(run, sizeof run, run_text, f->home, base);
    zip_add(z, "setup.sh", setup, sizeof setup - 1, true);
    zip_add(z, "run_autograder", run, strlen(run), true);
    zip_file(z, "/proc/self/exe", "ossim/ossim", true);
    zip_shipped(z, "include");
    zip_shipped(z, "workloads/libc");
    zip_shipped(z, "workloads/costs");
    zip_shipped(z, "workloads/structures");
    zip_rubric(z, rubric, f);
}

static bool write_zip(const char *rubric, const struct rubric_files *f, const char *file)
{
    struct zip z = { .good = true };
    struct diag d = { .line = 0 };
    char *bytes = NULL;
    size_t n;

    z.out = open_memstream(&bytes, &n);
    z.to_directory = open_memstream(&z.directory, &z.directory_size);
    if (!z.out || !z.to_directory)
        return false;
    fill(&z, rubric, f);
    zip_end(&z);
    fclose(z.out);
    struct outfile *out = z.good ? outfile_open(file, &d) : NULL;
    bool good = out && outfile_write(out, bytes, n) && outfile_commit(out, &d) == ERR_OK;
    if (!good && z.good)
        diag_print(&d);
    free(bytes);
    return good;
}

bool autograder_write(const char *rubric, const char *zip, const struct vocabulary *v)
{
    struct rubric_files f;
    bool good = rubric_files_find(&f, rubric, v) && write_zip(rubric, &f, zip);

    rubric_files_free(&f);
    return good;
}
