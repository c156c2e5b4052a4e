/* gnu.c - what GNU, BSD and System V added: few programs need one of these. */
#include "internal.h"

#include <ctype.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <malloc.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <termios.h>
#include <time.h>
#include <ulimit.h>
#include <unistd.h>

/* ---- users ---- */

int getresuid(uid_t *real, uid_t *effective, uid_t *saved) { return (int)CALL3(SYS_getresuid, real, effective, saved); }
int getresgid(gid_t *real, gid_t *effective, gid_t *saved) { return (int)CALL3(SYS_getresgid, real, effective, saved); }
int setresuid(uid_t real, uid_t effective, uid_t saved) { return (int)CALL3(SYS_setresuid, real, effective, saved); }
int setresgid(gid_t real, gid_t effective, gid_t saved) { return (int)CALL3(SYS_setresgid, real, effective, saved); }
int setgroups(size_t n, const gid_t *list) { return (int)CALL2(SYS_setgroups, n, list); }
int euidaccess(const char *path, int how) { return faccessat(AT_FDCWD, path, how, AT_EACCESS); }
int eaccess(const char *path, int how) { return euidaccess(path, how); }

/* ---- limits and the system ---- */

int prlimit(pid_t pid, int resource, const struct rlimit *limit, struct rlimit *old)
{
    return (int)CALL4(SYS_prlimit64, pid, resource, limit, old);
}

int getdtablesize(void)
{
    struct rlimit limit = { OPEN_MAX, OPEN_MAX };

    getrlimit(RLIMIT_NOFILE, &limit);
    return (int)limit.rlim_cur;
}

/* In blocks of 512 bytes. */
long ulimit(int what, ...)
{
    struct rlimit limit;
    va_list ap;

    if ((what != UL_GETFSIZE && what != UL_SETFSIZE) || getrlimit(RLIMIT_FSIZE, &limit) < 0) {
        errno = EINVAL;
        return -1;
    }
    if (what == UL_SETFSIZE) {
        va_start(ap, what);
        limit.rlim_cur = limit.rlim_max = (rlim_t)va_arg(ap, long) * 512;
        va_end(ap);
        if (setrlimit(RLIMIT_FSIZE, &limit) < 0)
            return -1;
    }
    return limit.rlim_cur / 512 > LONG_MAX ? LONG_MAX : (long)(limit.rlim_cur / 512);
}

int getentropy(void *buf, size_t n)
{
    if (n > 256) {
        errno = EIO;
        return -1;
    }
    return getrandom(buf, n, 0) == (ssize_t)n ? 0 : -1;
}

int getdomainname(char *name, size_t n) { return snprintf(name, n, "(none)") < (int)n ? 0 : -1; }

char *getpass(const char *prompt)
{
    static char word[128];
    struct termios was, silent;
    int hidden = tcgetattr(STDIN_FILENO, &was) == 0;

    silent = was;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
    fputs(prompt, stderr);
    if (hidden)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    if (!fgets(word, sizeof word, stdin))
        word[0] = '\0';
    word[strcspn(word, "\n")] = '\0';
    if (hidden) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
        fputs("\n", stderr);
    }
    return word;
}

/* ---- files ---- */

/* There are only the files of one disk: it is written with all others. */
int syncfs(int fd)
{
    if (fcntl(fd, F_GETFD) < 0)
        return -1;
    sync();
    return 0;
}

int fexecve(int fd, char *const argv[], char *const envp[])
{
    char path[32];

    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return execve(path, argv, envp);
}

ssize_t sendfile(int to, int from, off_t *at, size_t n) { return CALL4(SYS_sendfile64, to, from, at, n); }

/* By way of a buffer, as where the file system has no better way. */
ssize_t copy_file_range(int from, off_t *from_at, int to, off_t *to_at, size_t n, unsigned flags)
{
    char buf[4096];
    size_t done = 0;

    if (flags) {
        errno = EINVAL;
        return -1;
    }
    while (done < n) {
        size_t part = n - done < sizeof buf ? n - done : sizeof buf;
        ssize_t got = from_at ? pread(from, buf, part, *from_at) : read(from, buf, part);
        ssize_t put = got <= 0 ? got : to_at ? pwrite(to, buf, (size_t)got, *to_at) : write(to, buf, (size_t)got);

        if (put <= 0)
            return done ? (ssize_t)done : put;
        if (from_at)
            *from_at += put;
        if (to_at)
            *to_at += put;
        done += (size_t)put;
        if (put < got)
            break;
    }
    return (ssize_t)done;
}

/* One vector after another, as far as each is filled. */
static ssize_t each(int fd, const struct iovec *v, int n, off_t at, int writes)
{
    ssize_t done = 0;

    for (int i = 0; i < n; i++) {
        ssize_t r = writes ? pwrite(fd, v[i].iov_base, v[i].iov_len, at + done)
                           : pread(fd, v[i].iov_base, v[i].iov_len, at + done);

        if (r < 0)
            return done ? done : r;
        done += r;
        if ((size_t)r < v[i].iov_len)
            break;
    }
    return done;
}

ssize_t preadv(int fd, const struct iovec *v, int n, off_t at) { return each(fd, v, n, at, 0); }
ssize_t pwritev(int fd, const struct iovec *v, int n, off_t at) { return each(fd, v, n, at, 1); }
char *get_current_dir_name(void) { return getcwd(NULL, 0); }

/* ---- memory ---- */

void *memalign(size_t alignment, size_t n) { return aligned_alloc(alignment, n); }
void *valloc(size_t n) { return aligned_alloc((size_t)getpagesize(), n); }
void *pvalloc(size_t n) { return valloc((n + 4095) & ~(size_t)4095); }

void explicit_bzero(void *s, size_t n)
{
    memset(s, 0, n);
    __asm__ volatile("" : : "r"(s) : "memory"); /* it is read, for all the compiler knows */
}

void *rawmemchr(const void *s, int byte) { return memchr(s, byte, (size_t)-1 - (size_t)(uintptr_t)s); }
int ffsl(long word) { return ffs((int)word); }

int ffsll(long long word)
{
    int low = ffs((int)word), high = ffs((int)(word >> 32));

    return low ? low : high ? high + 32 : 0;
}

/* ---- texts ---- */

/* Numbers by their value; those that begin with a zero as fractions, before others. */
int strverscmp(const char *a, const char *b)
{
    size_t i = 0, start, na, nb;
    int zeros;

    while (a[i] && a[i] == b[i])
        i++;
    for (start = i; start > 0 && isdigit((unsigned char)a[start - 1]); start--)
        continue;
    na = strspn(a + start, "0123456789");
    nb = strspn(b + start, "0123456789");
    zeros = start < i && strspn(a + start, "0") >= i - start;
    if (na && nb && a[start] != '0' && b[start] != '0')
        return na != nb ? (na < nb ? -1 : 1) : (unsigned char)a[i] - (unsigned char)b[i];
    if (zeros && (na > i - start) != (nb > i - start))  /* a further digit: a smaller fraction */
        return na > i - start ? -1 : 1;
    return (unsigned char)a[i] - (unsigned char)b[i];
}

char *secure_getenv(const char *name) { return getenv(name); }

int getsubopt(char **text, char *const names[], char **value)
{
    char *s = *text, *end = strchrnul(s, ','), *equals = memchr(s, '=', (size_t)(end - s));
    size_t n = (size_t)((equals ? equals : end) - s);

    *text = *end ? end + 1 : end;
    *end = '\0';
    *value = equals ? equals + 1 : NULL;
    for (int i = 0; names[i]; i++)
        if (strlen(names[i]) == n && strncmp(names[i], s, n) == 0)
            return i;
    *value = s;
    return -1;
}

static const char sixty_four[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

long a64l(const char *s)
{
    uint32_t n = 0;

    for (int i = 0; i < 6 && s[i] && strchr(sixty_four, s[i]); i++)
        n |= (uint32_t)(strchr(sixty_four, s[i]) - sixty_four) << 6 * i;
    return (long)(int32_t)n;
}

char *l64a(long n)
{
    static char text[7];
    uint32_t left = (uint32_t)n;
    int i = 0;

    for (; left; left >>= 6)
        text[i++] = sixty_four[left & 63];
    text[i] = '\0';
    return text;
}

/* The digits alone, and where the point stands. */
static char *digits(const char *format, double x, int n, int *point, int *sign)
{
    static char text[400];
    char *e, *to = text;

    *sign = signbit(x) != 0;
    snprintf(text, sizeof text, format, n, fabs(x));
    e = strchr(text, 'e');
    *point = e ? atoi(e + 1) + 1 : (int)strcspn(text, ".");
    if (e)
        *e = '\0';
    for (const char *s = text; *s; s++)
        if (*s != '.')
            *to++ = *s;
    *to = '\0';
    if (x == 0.0)
        *point = e ? 1 : *point;
    return text;
}

char *ecvt(double x, int n, int *point, int *sign)
{
    char *s = digits("%.*e", x, n > 0 ? n - 1 : 0, point, sign);

    return n > 0 ? s : (*s = '\0', s);
}

char *fcvt(double x, int n, int *point, int *sign)
{
    char *s = digits("%.*f", x, n, point, sign);

    while (*s == '0' && s[1] && x != 0.0 && fabs(x) < 1.0) {
        s++;                    /* no zeros before the first digit, as glibc */
        --*point;
    }
    return s;
}

char *gcvt(double x, int n, char *text)
{
    sprintf(text, "%.*g", n, x);
    return text;
}

time_t timelocal(struct tm *tm) { return mktime(tm); }

/* ---- who called ---- */

int backtrace(void **at, int n)
{
    if (n > 0)
        at[0] = __builtin_return_address(0);
    return n > 0;
}

char **backtrace_symbols(void *const *at, int n)
{
    enum { TEXT = 16 };
    char **list = malloc((size_t)n * (sizeof *list + TEXT)), *text = (char *)(list + n);

    for (int i = 0; list && i < n; i++) {
        list[i] = text + i * TEXT;
        snprintf(list[i], TEXT, "[%p]", at[i]);
    }
    return list;
}

void backtrace_symbols_fd(void *const *at, int n, int fd)
{
    for (int i = 0; i < n; i++)
        dprintf(fd, "[%p]\n", at[i]);
}
