/* stdio.c - three streams over descriptors 0, 1 and 2. */
#include "internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct __file {
    int fd, lock;
    unsigned n, at;             /* bytes in buf; next to be read */
    unsigned char line, eof, error;     /* line: written after each newline */
    char buf[BUFSIZ];
};

static FILE streams[3] = { { .fd = 0 }, { .fd = 1, .line = 1 }, { .fd = 2 } };
FILE *const stdin = &streams[0], *const stdout = &streams[1], *const stderr = &streams[2];

/* ---- out ---- */

static int flush(FILE *f)
{
    unsigned done = 0;

    while (done < f->n) {
        ssize_t r = write(f->fd, f->buf + done, f->n - done);

        if (r < 0 && errno == EINTR)
            continue;
        if (r < 0) {
            f->n = 0;
            f->error = 1;
            return EOF;
        }
        done += (unsigned)r;
    }
    f->n = 0;
    return 0;
}

static void put(FILE *f, char ch)
{
    f->buf[f->n++] = ch;
    if (f->n == BUFSIZ || (f->line && ch == '\n'))
        flush(f);
}

static size_t put_all(FILE *f, const char *s, size_t n)
{
    __lock(&f->lock);
    for (size_t i = 0; i < n; i++)
        put(f, s[i]);
    if (!f->line)
        flush(f);
    __unlock(&f->lock);
    return f->error ? 0 : n;
}

int fflush(FILE *f)
{
    int r = 0;

    if (!f || f == stdout) {
        __lock(&stdout->lock);
        r = flush(stdout);
        __unlock(&stdout->lock);
    }
    return r;
}

void __flush_all(void)
{
    fflush(NULL);
}

size_t fwrite(const void *p, size_t size, size_t n, FILE *f)
{
    return size ? put_all(f, p, size * n) / size : 0;
}

int fputs(const char *s, FILE *f)
{
    put_all(f, s, strlen(s));
    return f->error ? EOF : 0;
}

int fputc(int c, FILE *f)
{
    char ch = (char)c;

    return put_all(f, &ch, 1) ? (unsigned char)c : EOF;
}

int putchar(int c)
{
    return fputc(c, stdout);
}

int puts(const char *s)
{
    fputs(s, stdout);
    return fputc('\n', stdout) == EOF ? EOF : 0;
}

void perror(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
}

/* ---- in ---- */

int fgetc(FILE *f)
{
    if (f->at == f->n) {
        ssize_t r;

        fflush(stdout);         /* a question is seen before its answer is read */
        do
            r = read(f->fd, f->buf, BUFSIZ);
        while (r < 0 && errno == EINTR);
        f->at = 0;
        f->n = r > 0 ? (unsigned)r : 0;
        f->eof = r == 0;
        f->error = r < 0;
        if (r <= 0)
            return EOF;
    }
    return (unsigned char)f->buf[f->at++];
}

int getchar(void)
{
    return fgetc(stdin);
}

char *fgets(char *s, int n, FILE *f)
{
    int i = 0, c = 0;

    while (i < n - 1 && c != '\n' && (c = fgetc(f)) != EOF)
        s[i++] = (char)c;
    if (n < 1 || (i == 0 && c == EOF))
        return NULL;
    s[i] = '\0';
    return s;
}

size_t fread(void *p, size_t size, size_t n, FILE *f)
{
    char *out = p;
    size_t i = 0;

    for (int c; i < size * n && (c = fgetc(f)) != EOF; i++)
        out[i] = (char)c;
    return size ? i / size : 0;
}

int feof(FILE *f) { return f->eof; }
int ferror(FILE *f) { return f->error; }
int fileno(FILE *f) { return f->fd; }
