/* formats/vocabulary.h - names that the caller knows and the readers do not.
 *
 * formats may not see the policies (a lower floor's business wired by cmd), so
 * the caller hands their names in. All results are borrowed from the caller and outlive
 * the config that refers to them.
 */
#ifndef FORMATS_VOCABULARY_H
#define FORMATS_VOCABULARY_H

#include <ossim/err.h>
#include <sim/config.h>

/* What a program is built from. */
struct program_source {
    const char *path;           /* its file (.elf .s .c); or, with text, a name for messages */
    const char *text;           /* inline assembly, or NULL */
    const char *const *more;    /* further files, resolved */
    uint32_t nmore;
    const char *const *flags;   /* for the C compiler: "-DX=1", "-I..." */
    uint32_t nflags;
};

/* A file that is on the disk at time 0. */
struct guest_file {
    const char *path;           /* in the machine: "/etc/motd" */
    const uint8_t *data;        /* `size` bytes; or */
    size_t size;
    const char *from;           /* a file or tree of the host; or */
    bool folder;
    uint32_t mode, uid;         /* mode: UINT32_MAX if nothing was said */
};

struct vocabulary {
    void *ctx;
    bool endless;               /* the workload is looked at, not run: it may have no end */
    /* "rr:quantum=4", "./mine.c:x=1", "native:./mine.so" into *out. Relative paths are
     * relative to `dir`. On error diag->text (and file/line for a plug-in's own error)
     * is set. */
    enum err (*policy)(void *ctx, const char *spec, const char *dir, ns_t time_unit,
                       struct policy_config *out, struct diag *diag);
    /* The i-th known policy name, NULL past the end: for "did you mean". */
    const char *(*policy_name)(void *ctx, unsigned i);
    /* The program as an ELF image that the caller keeps. */
    enum err (*program)(void *ctx, const struct program_source *source,
                        const uint8_t **elf, size_t *size, struct diag *diag);
    /* A whole file, kept by the caller (stdin files, cost sets). */
    enum err (*file)(void *ctx, const char *path, const uint8_t **data, size_t *size,
                     struct diag *diag);
    /* The text of cost set `name` (costs/NAME.json); ERR_INPUT if there is none. */
    enum err (*costs)(void *ctx, const char *name, const uint8_t **data, size_t *size,
                      char *path, size_t path_size, struct diag *diag);
    /* The text of a system's structure (structures/NAME.json), likewise; may be NULL. */
    enum err (*structure)(void *ctx, const char *name, const uint8_t **data, size_t *size,
                          char *path, size_t path_size, struct diag *diag);
    /* A drive by name, with its own defaults, into *out; false: no drive has the name.
     * These three may be NULL: then there are no disks. */
    bool (*drive)(void *ctx, const char *name, ns_t time_unit, struct disk_config *out);
    /* "scan:edge=turn" into *out; on error diag->text is set. */
    enum err (*disk_scheduler)(void *ctx, const char *spec, const char *dir, ns_t time_unit,
                               struct iosched_config *out, struct diag *diag);
    /* "clock:dirty=1", "./mine.c" into *out, as `policy`. NULL: there are none. */
    enum err (*replacement)(void *ctx, const char *spec, const char *dir, ns_t time_unit,
                            struct replace_config *out, struct diag *diag);
    /* How many sectors the parameters give; 0: any. */
    uint64_t (*drive_capacity)(void *ctx, const struct disk_config *disk);
    /* Put the files on the disk: a new file system of its size, or the image that it has.
     * journal: 0 none, 1 ordered, 2 data. Sets the disk's image, and fs->block_size as it
     * is. NULL: there are no file systems. */
    enum err (*file_system)(void *ctx, const struct guest_file *files, uint32_t n,
                            struct fs_config *fs, unsigned journal, uint64_t seed,
                            struct disk_config *disk, struct diag *diag);
};

#endif
