/* stream.c - buffers over descriptors. A stream to a terminal is written line by line, any other
 * when its buffer is full: POSIX, "stdin", "fopen". */
#include "internal.h"
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned char in_buf[UNGET + BUFSIZ], out_buf[UNGET + BUFSIZ];
static FILE streams[3] = {
    { .fd = 0, .can_read = 1, .buf = in_buf, .size = BUFSIZ, .n = UNGET, .at = UNGET },
    { .fd = 1, .can_write = 1, .buf = out_buf, .size = BUFSIZ, .fresh = 1 },
    { .fd = 2, .can_write = 1, .unbuffered = 1 },
};
FILE *const stdin = &streams[0], *const stdout = &streams[1], *const stderr = &streams[2];

static FILE *opened;
static int opened_lock;

/* ---- locks: a thread may take its own again ---- */

int ftrylockfile(FILE *f)
{
    int free = 0, me = __self()->tid;

    if (f->owner == me) {
        f->depth++;
        return 0;
    }
    if (!__atomic_compare_exchange_n(&f->lock, &free, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return -1;
    f->owner = me;
    f->depth = 1;
    return 0;
}

void flockfile(FILE *f)
{
    if (ftrylockfile(f) == 0)
        return;
    __lock(&f->lock);
    f->owner = __self()->tid;
    f->depth = 1;
}

void funlockfile(FILE *f)
{
    if (--f->depth == 0) {
        f->owner = 0;
        __unlock(&f->lock);
    }
}

/* ---- bytes below the buffer; -1 and errno ---- */

static ptrdiff_t raw_read(FILE *f, void *buf, size_t n)
{
    if (f->mem) {
        size_t left = f->mem_end - f->mem_at;

        n = n < left ? n : left;
        memcpy(buf, f->mem + f->mem_at, n);
        f->mem_at += n;
        return (ptrdiff_t)n;
    }
    return CALL3(SYS_read, f->fd, buf, n);
}

static ptrdiff_t raw_write(FILE *f, const void *buf, size_t n)
{
    if (f->mem) {
        size_t left;

        if (f->append)
            f->mem_at = f->mem_end;
        if (f->grow && f->grow(f, f->mem_at + n))
            return -1;
        left = f->mem_size - f->mem_at;
        if (left == 0) {
            errno = ENOSPC;
            return -1;
        }
        n = n < left ? n : left;
        memcpy(f->mem + f->mem_at, buf, n);
        f->mem_at += n;
        if (f->mem_end < f->mem_at) {
            f->mem_end = f->mem_at;
            if (f->mem_end < f->mem_size)
                f->mem[f->mem_end] = '\0';
        }
        return (ptrdiff_t)n;
    }
    return CALL3(SYS_write, f->fd, buf, n);
}

static off_t raw_seek(FILE *f, off_t offset, int whence)
{
    off_t at;

    if (f->mem) {
        off_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (off_t)f->mem_at : (off_t)f->mem_end;

        if (offset + base < 0 || (!f->grow && offset + base > (off_t)f->mem_size)) {
            errno = EINVAL;
            return -1;
        }
        f->mem_at = (size_t)(offset + base);
        if (f->grow)
            f->grow(f, f->mem_at < f->mem_end ? f->mem_at : f->mem_end);
        return (off_t)f->mem_at;
    }
    return CALL5(SYS_llseek, f->fd, offset >> 32, offset, &at, whence) < 0 ? -1 : at;
}

/* ---- the buffer ---- */

static int write_out(FILE *f, const unsigned char *s, size_t n)
{
    while (n) {
        ptrdiff_t r = raw_write(f, s, n);

        if (r < 0 && errno == EINTR)
            continue;
        if (r < 0) {
            f->error = 1;
            return EOF;
        }
        s += r;
        n -= (size_t)r;
    }
    return 0;
}

int __flush(FILE *f)
{
    size_t n = f->at;

    if (f->writing) {
        f->at = f->n = 0;
        f->writing = 0;
        return write_out(f, f->buf, n);
    }
    if (f->at < f->n) {         /* the next reader of the descriptor goes on from here */
        int was = errno;

        raw_seek(f, -(off_t)(f->n - f->at), SEEK_CUR);
        errno = was;
        f->at = f->n;
    }
    return 0;
}

static int need_buffer(FILE *f)
{
    if (f->buf)
        return 0;
    f->size = BUFSIZ;
    f->buf = malloc(UNGET + f->size);
    f->own_buf = f->buf != NULL;
    if (!f->buf)
        f->error = 1;
    return f->buf ? 0 : EOF;
}

int __fill(FILE *f)
{
    ptrdiff_t r;

    if (!f->can_read) {
        f->error = 1;
        errno = EBADF;
        return EOF;
    }
    if (need_buffer(f) || (f->writing && __flush(f)))
        return EOF;
    if (stdout->writing && stdout->line && f != stdout && ftrylockfile(stdout) == 0) {
        __flush(stdout);        /* a question is seen before its answer is read */
        funlockfile(stdout);
    }
    do
        r = raw_read(f, f->buf + UNGET, f->unbuffered ? 1 : f->size);
    while (r < 0 && errno == EINTR);
    f->at = UNGET;
    f->n = UNGET + (r > 0 ? (size_t)r : 0);
    f->eof |= r == 0;
    f->error |= r < 0;
    return r > 0 ? 0 : EOF;
}

static int begin_writing(FILE *f)
{
    if (!f->can_write) {
        f->error = 1;
        errno = EBADF;
        return EOF;
    }
    if (f->writing)
        return 0;
    if (need_buffer(f) || __flush(f))
        return EOF;
    f->at = f->n = 0;
    f->writing = 1;
    return 0;
}

static void ask_where_it_leads(FILE *f)
{
    int was = errno;

    f->fresh = 0;
    f->line = isatty(f->fd) != 0;
    errno = was;
}

size_t __put_all(FILE *f, const char *s, size_t n)
{
    const char *last;

    if (f->fresh)
        ask_where_it_leads(f);
    last = f->line ? memrchr(s, '\n', n) : NULL;
    if (f->unbuffered)
        return f->can_write && write_out(f, (const unsigned char *)s, n) == 0 ? n
             : (f->error = 1, 0);
    for (size_t done = 0; done < n;) {
        size_t part = n - done;

        if (begin_writing(f))
            return done;
        if (part > f->size - f->at)
            part = f->size - f->at;
        memcpy(f->buf + f->at, s + done, part);
        f->at += part;
        done += part;
        if (f->at == f->size && __flush(f))
            return 0;
    }
    return last && f->writing && __flush(f) ? 0 : n;
}

int __put(FILE *f, int c)
{
    char ch = (char)c;

    return __put_all(f, &ch, 1) ? (unsigned char)c : EOF;
}

/* ---- opening and closing ---- */

int __open_mode(const char *mode)
{
    int flags = *mode == 'r' ? O_RDONLY : *mode == 'w' ? O_WRONLY | O_CREAT | O_TRUNC
              : *mode == 'a' ? O_WRONLY | O_CREAT | O_APPEND : -1;

    if (flags < 0) {
        errno = EINVAL;
        return -1;
    }
    for (const char *m = mode + 1; *m; m++) {
        if (*m == '+')
            flags = (flags & ~O_ACCMODE) | O_RDWR;
        else if (*m == 'x')
            flags |= O_EXCL;
        else if (*m == 'e')
            flags |= O_CLOEXEC;
    }
    return flags;
}

static void set_mode(FILE *f, int flags)
{
    f->can_read = (flags & O_ACCMODE) != O_WRONLY;
    f->can_write = (flags & O_ACCMODE) != O_RDONLY;
    f->append = (flags & O_APPEND) != 0;
}

FILE *__make_stream(int fd, const char *mode)
{
    int flags = __open_mode(mode);
    FILE *f = flags < 0 ? NULL : calloc(1, sizeof *f);

    if (!f)
        return NULL;
    f->fd = fd;
    set_mode(f, flags);
    __lock(&opened_lock);
    f->next = opened;
    opened = f;
    __unlock(&opened_lock);
    return f;
}

void __drop_stream(FILE *f)
{
    FILE **slot = &opened;

    __lock(&opened_lock);
    while (*slot && *slot != f)
        slot = &(*slot)->next;
    if (*slot)
        *slot = f->next;
    __unlock(&opened_lock);
    if (f->own_buf)
        free(f->buf);
    if (f->own_mem)
        free(f->mem);
    if (f < streams || f >= streams + 3)
        free(f);
    else
        f->own_buf = 0, f->buf = NULL, f->fd = -1, f->can_read = f->can_write = 0;
}

static int open_file(const char *path, int flags)
{
    return (int)CALL4(SYS_openat, AT_FDCWD, path, flags | O_LARGEFILE, 0666);
}

FILE *fopen(const char *path, const char *mode)
{
    int flags = __open_mode(mode), fd = flags < 0 ? -1 : open_file(path, flags);
    FILE *f = fd < 0 ? NULL : __make_stream(fd, mode);

    if (fd >= 0 && !f)
        CALL1(SYS_close, fd);
    if (f)
        f->fresh = strncmp(path, "/dev/", 5) == 0;      /* others are no terminals */
    return f;
}

FILE *fdopen(int fd, const char *mode)
{
    FILE *f;

    if (CALL3(SYS_fcntl64, fd, F_GETFD, 0) < 0)
        return NULL;
    f = __make_stream(fd, mode);
    if (f)
        f->fresh = 1;
    return f;
}

FILE *freopen(const char *path, const char *mode, FILE *f)
{
    int flags = __open_mode(mode), fd;

    flockfile(f);
    __flush(f);
    f->eof = f->error = 0;
    f->at = f->n = 0;
    fd = !path || flags < 0 ? -1 : open_file(path, flags);
    if (fd >= 0 && f->fd >= 0 && fd != f->fd) {         /* the number stays */
        CALL3(SYS_dup3, fd, f->fd, flags & O_CLOEXEC);
        CALL1(SYS_close, fd);
        fd = f->fd;
    }
    if (fd >= 0) {
        f->fd = fd;
        f->fresh = !f->unbuffered;
        f->line = 0;
    }
    if (flags >= 0)
        set_mode(f, flags);
    funlockfile(f);
    return fd < 0 && path ? NULL : f;
}

int fclose(FILE *f)
{
    int r;

    flockfile(f);
    r = __flush(f);
    if (f->fd >= 0 && CALL1(SYS_close, f->fd) < 0)
        r = EOF;
    funlockfile(f);
    __drop_stream(f);
    return r;
}

int fflush(FILE *f)
{
    int r;

    if (!f) {
        __flush_all();
        return 0;
    }
    flockfile(f);
    r = __flush(f);
    funlockfile(f);
    return r;
}

/* At the end other threads may hold a stream for ever: those are left alone. */
static void try_flush(FILE *f)
{
    if (ftrylockfile(f) == 0) {
        __flush(f);
        funlockfile(f);
    }
}

void __flush_all(void)
{
    for (int i = 0; i < 3; i++)
        try_flush(&streams[i]);
    for (FILE *f = opened; f; f = f->next)
        try_flush(f);
}

/* ---- places ---- */

int fseeko(FILE *f, off_t offset, int whence)
{
    int r = -1;

    flockfile(f);
    if (__flush(f) == 0 && raw_seek(f, offset, whence) >= 0) {
        f->eof = 0;
        f->at = f->n = 0;
        r = 0;
    }
    funlockfile(f);
    return r;
}

off_t ftello(FILE *f)
{
    off_t at;

    flockfile(f);
    at = raw_seek(f, 0, f->append && f->writing ? SEEK_END : SEEK_CUR);
    if (at >= 0)
        at += f->writing ? (off_t)f->at : (off_t)f->at - (off_t)f->n;
    funlockfile(f);
    return at;
}

int fseek(FILE *f, long offset, int whence) { return fseeko(f, offset, whence); }
long ftell(FILE *f) { return (long)ftello(f); }

int fgetpos(FILE *f, fpos_t *at)
{
    *at = ftello(f);
    return *at < 0 ? -1 : 0;
}

int fsetpos(FILE *f, const fpos_t *at) { return fseeko(f, *at, SEEK_SET); }

void rewind(FILE *f)
{
    fseek(f, 0, SEEK_SET);
    f->error = 0;
}

int setvbuf(FILE *f, char *buf, int how, size_t n)
{
    if (how != _IOFBF && how != _IOLBF && how != _IONBF)
        return -1;
    flockfile(f);
    __flush(f);
    f->fresh = 0;
    f->line = how == _IOLBF;
    f->unbuffered = how == _IONBF;
    if (buf && n > UNGET && how != _IONBF) {
        if (f->own_buf)
            free(f->buf);
        f->own_buf = 0;
        f->buf = (unsigned char *)buf;
        f->size = n - UNGET;
        f->at = f->n = 0;
    }
    funlockfile(f);
    return 0;
}

void setbuf(FILE *f, char *buf) { setvbuf(f, buf, buf ? _IOFBF : _IONBF, BUFSIZ); }
void setlinebuf(FILE *f) { setvbuf(f, NULL, _IOLBF, 0); }
int feof(FILE *f) { return f->eof; }
int ferror(FILE *f) { return f->error; }
void clearerr(FILE *f) { f->eof = f->error = 0; }

int fileno(FILE *f)
{
    if (f->fd < 0)
        errno = EBADF;
    return f->fd;
}
