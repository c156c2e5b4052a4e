/* cmd/disk.h - the parts of `ossim disk`. Each has said what is wrong, and returns the
 * exit status. */
#ifndef CMD_DISK_H
#define CMD_DISK_H

#include <cmd/image.h>
#include <stdio.h>

/* disk_say.c */
__attribute__((format(printf, 2, 3)))
int disk_fail(const char *file, const char *format, ...);
int disk_status(enum err err, const struct diag *diag);

/* disk_look.c */
int disk_ls(struct image *im, const char *path, bool list_long, bool all, bool recursive,
            bool titled);
int disk_cat(struct image *im, const char *path, FILE *out);
int disk_stat(struct image *im, const char *path);
int disk_stat_super(struct image *im);

/* disk_copy.c */
/* What is in the host's folder, into the image's; or one file. */
int disk_put(struct image *im, const char *host, const char *path);
/* As cp does: into path if that is a folder (or must be), else under that name. */
int disk_put_into(struct image *im, const char *host, const char *path, bool must_be_dir);
int disk_get_into(struct image *im, const char *path, const char *host, bool must_be_dir);

/* disk_fsck.c */
int disk_fsck(const char *path, bool repair, bool quiet);

/* The inode of a path, or 0: it has been said that there is none. */
uint32_t disk_find(struct image *im, const char *path, bool follow, struct fs_stat *st);
int disk_error(struct image *im, const char *path, int err);

#endif
