/* disk_copy.c - between an image and the host: put and get, files and whole folders. */
#include <cmd/disk.h>

#include <cmd/cmd.h>
#include <host/file.h>
#include <cmd/options.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 65536, DEPTH_MAX = 512 };

/* The last component: "c" of "/a/b/c/". */
static void base_name(const char *path, char *name, size_t size)
{
    size_t end = strlen(path), start;

    while (end > 1 && path[end - 1] == '/')
        end--;
    start = end;
    while (start > 0 && path[start - 1] != '/')
        start--;
    snprintf(name, size, "%.*s", (int)(end - start), path + start);
}

static bool join(char *out, size_t size, const char *dir, const char *name)
{
    int n = snprintf(out, size, "%s%s%s", dir, dir[strlen(dir) - 1] == '/' ? "" : "/", name);

    return n > 0 && (size_t)n < size;
}

/* ---- put ---- */

/* The place that a path names: an inode, or a folder and a name that is free. */
static int place(struct image *im, const char *path, struct fs_walk *w)
{
    int err = IMAGE_RUN(im, fs_walk, FS_ROOT, path, strlen(path), true, w);

    return err ? disk_error(im, path, err) : EXIT_DONE;
}

static int set_attributes(struct image *im, uint32_t ino, const struct stat *st,
                          const char *path)
{
    struct fs_stat to = { .mode = st->st_mode & 07777, 
                          .mtime = im->seconds ? im->seconds : (uint32_t)st->st_mtime };
    int err = IMAGE_RUN(im, fs_setattr, ino, FS_SET_MODE | FS_SET_MTIME, &to);

    return err ? disk_error(im, path, err) : EXIT_DONE;
}

static bool is_zero(const char *p, size_t n)
{
    return n == 0 || (!p[0] && !memcmp(p, p + 1, n - 1));
}

/* Blocks of zeros become holes. */
static int put_bytes(struct image *im, int fd, const char *host, uint32_t ino,
                     const char *path)
{
    static char buf[CHUNK];
    uint64_t at = 0;
    ssize_t n;
    int err = IMAGE_RUN(im, fs_truncate, ino, 0);

    while (!err && (n = read(fd, buf, sizeof buf)) > 0) {
        if (!is_zero(buf, (size_t)n)) {
            err = IMAGE_RUN(im, fs_write, ino, at, buf, (size_t)n);
            if (!err && im->op.done < (size_t)n)
                err = -FS_ENOSPC;
        }
        at += (uint64_t)n;
    }
    if (!err && n < 0)
        return disk_fail(host, "cannot be read: %s", strerror(errno));
    if (!err)
        err = IMAGE_RUN(im, fs_truncate, ino, at);
    return err ? disk_error(im, path, err) : EXIT_DONE;
}

static int put_file(struct image *im, const char *host, const struct stat *st,
                    const char *path)
{
    struct fs_walk w;
    int status = place(im, path, &w), fd, err = 0;

    if (status)
        return status;
    if (!w.ino)
        err = IMAGE_RUN(im, fs_make, w.parent, w.name, w.name_len, FS_IFREG | 0644, 0, &w.ino);
    if (err)
        return disk_error(im, path, err);
    fd = open(host, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return disk_fail(host, "cannot be read: %s", strerror(errno));
    status = put_bytes(im, fd, host, w.ino, path);
    close(fd);
    return status ? status : set_attributes(im, w.ino, st, path);
}

static int put_link(struct image *im, const char *host, const char *path)
{
    char target[FS_PATH_MAX];
    ssize_t n = readlink(host, target, sizeof target);
    struct fs_walk w;
    int err = IMAGE_RUN(im, fs_walk, FS_ROOT, path, strlen(path), false, &w);

    if (n < 0)
        return disk_fail(host, "cannot be read: %s", strerror(errno));
    if (!err && w.ino)
        err = IMAGE_RUN(im, fs_unlink, w.parent, w.name, w.name_len);
    if (!err)
        err = IMAGE_RUN(im, fs_symlink, w.parent, w.name, w.name_len, target, (size_t)n,
                        &w.ino);
    return err ? disk_error(im, path, err) : EXIT_DONE;
}

static int put_any(struct image *im, const char *host, const char *path, unsigned depth);

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);  /* not by the locale: the same image anywhere */
}

static int put_entries(struct image *im, const char *host, const char *path, unsigned depth)
{
    struct dirent **list;
    int n = scandir(host, &list, NULL, by_name), status = EXIT_DONE;

    if (n < 0)
        return disk_fail(host, "cannot be read: %s", strerror(errno));
    for (int i = 0; i < n; i++) {
        const char *name = list[i]->d_name;
        char from[4096], to[FS_PATH_MAX];

        if (status || !strcmp(name, ".") || !strcmp(name, ".."))
            ;
        else if (!join(from, sizeof from, host, name) || !join(to, sizeof to, path, name))
            status = disk_fail(host, "its paths are too long");
        else
            status = put_any(im, from, to, depth + 1);
        free(list[i]);
    }
    free(list);
    return status;
}

static int put_folder(struct image *im, const char *host, const struct stat *st,
                      const char *path, unsigned depth)
{
    struct fs_walk w;
    int status = place(im, path, &w), err = 0;

    if (status || depth > DEPTH_MAX)
        return status ? status : disk_fail(host, "folders are nested too deeply");
    if (!w.ino)
        err = IMAGE_RUN(im, fs_make, w.parent, w.name, w.name_len, FS_IFDIR | 0755, 0, &w.ino);
    if (err)
        return disk_error(im, path, err);
    status = put_entries(im, host, path, depth);
    return status || w.ino == FS_ROOT ? status : set_attributes(im, w.ino, st, path);
}

static int put_any(struct image *im, const char *host, const char *path, unsigned depth)
{
    struct stat st;

    if ((depth ? lstat : stat)(host, &st))
        return disk_fail(host, "cannot be read: %s", strerror(errno));
    if (S_ISDIR(st.st_mode))
        return put_folder(im, host, &st, path, depth);
    if (S_ISLNK(st.st_mode))
        return put_link(im, host, path);
    if (S_ISREG(st.st_mode))
        return put_file(im, host, &st, path);
    return disk_fail(host, "is neither a file nor a folder nor a link");
}

int disk_put(struct image *im, const char *host, const char *path)
{
    return put_any(im, host, path, 0);
}

int disk_put_into(struct image *im, const char *host, const char *path, bool must_be_dir)
{
    char name[FS_NAME_MAX + 1], to[FS_PATH_MAX];
    struct fs_walk w;
    struct fs_stat st = { 0 };
    int status = place(im, path, &w);

    if (!status && w.ino)
        status = IMAGE_RUN(im, fs_stat, w.ino, &st) ? EXIT_BAD_INPUT : EXIT_DONE;
    if (status)
        return status;
    if ((st.mode & FS_IFMT) != FS_IFDIR)
        return must_be_dir || w.slash ? disk_fail(im->path, "%s: there is no such folder", path)
                                      : disk_put(im, host, path);
    base_name(host, name, sizeof name);
    return join(to, sizeof to, path, name) ? disk_put(im, host, to)
                                           : disk_fail(host, "its paths are too long");
}

/* ---- get ---- */

static int get_any(struct image *im, uint32_t ino, const char *path, const char *host,
                   unsigned depth);

/* Holes stay holes: what a damaged inode calls its size may be more than any disk has. */
static int get_bytes(struct image *im, const struct fs_stat *st, const char *path,
                     const char *host, int fd)
{
    static char buf[65536];
    uint64_t at = 0, hole;
    uint32_t block;

    while (at < st->size) {
        int err = IMAGE_RUN(im, fs_block_of, st->ino, at, &block, &hole);

        if (!err && !hole)
            err = IMAGE_RUN(im, fs_read, st->ino, at, buf, sizeof buf);
        if (err)
            return disk_error(im, path, err);
        if (!hole && pwrite(fd, buf, im->op.done, (off_t)at) != (ssize_t)im->op.done)
            return disk_fail(host, "cannot be written: %s", strerror(errno));
        at += hole ? hole : im->op.done;
    }
    return ftruncate(fd, (off_t)st->size)
               ? disk_fail(host, "cannot be written: %s", strerror(errno)) : EXIT_DONE;
}

static int get_file(struct image *im, const struct fs_stat *st, const char *path,
                    const char *host)
{
    struct diag diag;
    struct outfile *out = outfile_replace(host, &diag);
    int status = out ? get_bytes(im, st, path, host, outfile_fd(out)) : EXIT_BAD_INPUT;

    if (out && status)
        outfile_abort(out);
    else if (out && outfile_commit(out, &diag) == ERR_OK)
        return EXIT_DONE;
    if (!out || !status)
        diag_print(&diag);
    return status ? status : EXIT_RUN_FAILED;
}

static int get_link(struct image *im, uint32_t ino, const char *path, const char *host)
{
    char target[FS_PATH_MAX + 1];
    int err = IMAGE_RUN(im, fs_readlink, ino, target, sizeof target - 1);

    if (err)
        return disk_error(im, path, err);
    target[im->op.done] = '\0';
    unlink(host);
    return symlink(target, host) ? disk_fail(host, "cannot be written: %s", strerror(errno))
                                 : EXIT_DONE;
}

/* Names from an image may be anything; those that would lead out of the folder are refused. */
static bool is_harmless(const char *name)
{
    return *name && !strchr(name, '/') && strcmp(name, ".") && strcmp(name, "..");
}

static int get_folder(struct image *im, uint32_t ino, const char *path, const char *host,
                      unsigned depth)
{
    uint64_t cursor = 0;
    struct fs_dirent d;
    int err, status = EXIT_DONE;

    if (mkdir(host, 0777) && errno != EEXIST)
        return disk_fail(host, "cannot be made: %s", strerror(errno));
    while (!status && !(err = IMAGE_RUN(im, fs_readdir, ino, &cursor, &d)) && im->op.done) {
        char from[FS_PATH_MAX], to[4096];

        if (!is_harmless(d.name))
            continue;
        if (!join(from, sizeof from, path, d.name) || !join(to, sizeof to, host, d.name))
            return disk_fail(host, "its paths are too long");
        status = get_any(im, d.ino, from, to, depth + 1);
    }
    return status ? status : err ? disk_error(im, path, err) : EXIT_DONE;
}

static int get_any(struct image *im, uint32_t ino, const char *path, const char *host,
                   unsigned depth)
{
    struct fs_stat st;
    int err = IMAGE_RUN(im, fs_stat, ino, &st), status;

    if (err)
        return disk_error(im, path, err);
    switch (st.mode & FS_IFMT) {
    case FS_IFDIR:
        status = depth > DEPTH_MAX ? disk_fail(im->path, "%s: nested too deeply", path)
                                   : get_folder(im, ino, path, host, depth);
        break;
    case FS_IFREG:
        status = get_file(im, &st, path, host);
        break;
    case FS_IFLNK:
        return get_link(im, ino, path, host);
    default:
        fprintf(stderr, "ossim: %s: %s: left out: a device, pipe or socket\n", im->path, path);
        return EXIT_DONE;
    }
    if (!status)
        chmod(host, st.mode & 0777);
    return status;
}

int disk_get_into(struct image *im, const char *path, const char *host, bool must_be_dir)
{
    char name[FS_NAME_MAX + 1], to[4096];
    struct fs_stat fst;
    struct stat st;
    uint32_t ino = disk_find(im, path, true, &fst);

    if (!ino)
        return EXIT_BAD_INPUT;
    if (!strcmp(host, "-"))
        return disk_cat(im, path, stdout);
    if (stat(host, &st) || !S_ISDIR(st.st_mode))
        return must_be_dir ? disk_fail(host, "there is no such folder")
                           : get_any(im, ino, path, host, 0);
    base_name(path, name, sizeof name);
    if (!is_harmless(name))
        return get_any(im, ino, path, host, 0);
    return join(to, sizeof to, host, name) ? get_any(im, ino, path, to, 0)
                                           : disk_fail(host, "its paths are too long");
}
