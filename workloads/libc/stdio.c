/* stdio.c - characters, lines and blocks, over stream.c. */
#include "internal.h"
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- out ---- */

size_t fwrite(const void *p, size_t size, size_t n, FILE *f)
{
    size_t done;

    if (!size || !n)
        return 0;
    flockfile(f);
    done = __put_all(f, p, size * n);
    funlockfile(f);
    return done / size;
}

int fputs(const char *s, FILE *f)
{
    size_t n = strlen(s);

    return n == 0 || fwrite(s, 1, n, f) == n ? 0 : EOF;
}

int fputc(int c, FILE *f)
{
    flockfile(f);
    c = __put(f, c);
    funlockfile(f);
    return c;
}

int putc(int c, FILE *f) { return fputc(c, f); }
int putchar(int c) { return fputc(c, stdout); }
int putc_unlocked(int c, FILE *f) { return __put(f, c); }
int putchar_unlocked(int c) { return __put(stdout, c); }

int puts(const char *s)
{
    int r;

    flockfile(stdout);
    r = fputs(s, stdout) == EOF || __put(stdout, '\n') == EOF ? EOF : 0;
    funlockfile(stdout);
    return r;
}

/* ---- in ---- */

int fgetc(FILE *f)
{
    int c;

    flockfile(f);
    c = __get(f);
    funlockfile(f);
    return c;
}

int getc(FILE *f) { return fgetc(f); }
int getchar(void) { return fgetc(stdin); }
int getc_unlocked(FILE *f) { return __get(f); }
int getchar_unlocked(void) { return __get(stdin); }

int ungetc(int c, FILE *f)
{
    if (c == EOF)
        return EOF;
    flockfile(f);
    if (f->writing)
        __flush(f);
    if (!f->buf && !(f->buf = malloc(UNGET + BUFSIZ)))
        c = EOF;
    else if (f->size == 0)
        f->size = BUFSIZ, f->own_buf = 1, f->at = f->n = UNGET;
    if (c != EOF && f->at == f->n && f->at < UNGET)
        f->at = f->n = UNGET;
    if (c == EOF || f->at == 0) {
        funlockfile(f);
        return EOF;
    }
    f->buf[--f->at] = (unsigned char)c;
    f->eof = 0;
    funlockfile(f);
    return (unsigned char)c;
}

char *fgets(char *s, int n, FILE *f)
{
    int i = 0, c = 0;

    flockfile(f);
    while (i < n - 1 && c != '\n' && (c = __get(f)) != EOF)
        s[i++] = (char)c;
    funlockfile(f);
    if (n < 1 || (i == 0 && c == EOF))
        return NULL;
    s[i] = '\0';
    return s;
}

size_t fread(void *p, size_t size, size_t n, FILE *f)
{
    size_t all = size * n, done = 0;

    flockfile(f);
    while (done < all) {
        size_t part = all - done;

        if ((f->at >= f->n || f->writing) && __fill(f))
            break;
        if (part > f->n - f->at)
            part = f->n - f->at;
        memcpy((char *)p + done, f->buf + f->at, part);
        f->at += part;
        done += part;
    }
    funlockfile(f);
    return size ? done / size : 0;
}

ssize_t getdelim(char **line, size_t *size, int delimiter, FILE *f)
{
    size_t n = 0;
    int c = 0;

    flockfile(f);
    if (!*line)
        *size = 0;
    do {
        if (n + 2 > *size) {
            size_t more = *size < 60 ? 120 : *size * 2;
            char *bigger = realloc(*line, more);

            if (!bigger) {
                n = 0;
                break;
            }
            *line = bigger;
            *size = more;
        }
        if ((c = __get(f)) == EOF)
            break;
        (*line)[n++] = (char)c;
    } while (c != delimiter);
    if (n)
        (*line)[n] = '\0';
    funlockfile(f);
    return n ? (ssize_t)n : -1;
}

ssize_t getline(char **line, size_t *size, FILE *f)
{
    return getdelim(line, size, '\n', f);
}

/* ---- the rest ---- */

void perror(const char *what)
{
    char text[64];

    strerror_r(errno, text, sizeof text);
    if (what && *what)
        fprintf(stderr, "%s: %s\n", what, text);
    else
        fprintf(stderr, "%s\n", text);
}

static _Noreturn void shell(const char *command, int end, int as, int other)
{
    close(other);
    if (end != as) {
        dup2(end, as);
        close(end);
    }
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

FILE *popen(const char *command, const char *mode)
{
    int fd[2], ours = *mode == 'r' ? 0 : 1;
    pid_t pid;
    FILE *f;

    if (*mode != 'r' && *mode != 'w') {
        errno = EINVAL;
        return NULL;
    }
    if (pipe(fd) < 0)
        return NULL;
    pid = fork();
    if (pid == 0)
        shell(command, fd[1 - ours], 1 - ours, fd[ours]);
    close(fd[1 - ours]);
    f = pid < 0 ? NULL : __make_stream(fd[ours], mode);
    if (!f) {
        close(fd[ours]);
        return NULL;
    }
    fcntl(fd[ours], F_SETFD, FD_CLOEXEC);
    f->child = pid;
    return f;
}

int pclose(FILE *f)
{
    int status, child = f->child;

    fclose(f);
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return status;
}

FILE *tmpfile(void)
{
    char name[] = P_tmpdir "/tmpXXXXXX";
    int fd = mkstemp(name);

    if (fd < 0)
        return NULL;
    unlink(name);
    return __make_stream(fd, "w+");
}
