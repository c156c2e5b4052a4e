/* messages.c - messages with the program's name, and the parts of a path. */
#include <err.h>
#include <errno.h>
#include <error.h>
#include <libgen.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <utime.h>
#include <sys/stat.h>
#include <fcntl.h>

static const char *name_of(void)
{
    const char *slash = program_invocation_name ? strrchr(program_invocation_name, '/') : NULL;

    return slash ? slash + 1 : program_invocation_name ? program_invocation_name : "?";
}

char *__short_name(void) { return (char *)(uintptr_t)name_of(); }

/* number < 0: without the text of an error. */
static void say(const char *name, int number, const char *format, va_list list)
{
    fflush(stdout);
    fprintf(stderr, "%s: ", name);
    if (format)
        vfprintf(stderr, format, list);
    if (number >= 0)
        fprintf(stderr, "%s%s", format ? ": " : "", strerror(number));
    putc('\n', stderr);
}

void vwarn(const char *format, va_list list) { say(name_of(), errno, format, list); }
void vwarnx(const char *format, va_list list) { say(name_of(), -1, format, list); }
_Noreturn void verr(int status, const char *format, va_list list) { vwarn(format, list); exit(status); }
_Noreturn void verrx(int status, const char *format, va_list list) { vwarnx(format, list); exit(status); }

#define WITH_LIST(call) do { \
        va_list list; \
        va_start(list, format); \
        call; \
        va_end(list); \
    } while (0)
void warn(const char *format, ...) { WITH_LIST(vwarn(format, list)); }
void warnx(const char *format, ...) { WITH_LIST(vwarnx(format, list)); }
_Noreturn void err(int status, const char *format, ...) { WITH_LIST(vwarn(format, list)); exit(status); }
_Noreturn void errx(int status, const char *format, ...) { WITH_LIST(vwarnx(format, list)); exit(status); }

void error(int status, int number, const char *format, ...)
{
    WITH_LIST(say(program_invocation_name ? program_invocation_name : "?", number ? number : -1, format, list));
    if (status)
        exit(status);
}

/* --- the log goes to stderr: there is no daemon --- */

static const char *log_name;
static int log_mask = 0xff;

void openlog(const char *name, int options, int facility) { (void)options, (void)facility; log_name = name; }
void closelog(void) { log_name = NULL; }

int setlogmask(int mask)
{
    int old = log_mask;

    log_mask = mask ? mask : old;
    return old;
}

void vsyslog(int priority, const char *format, va_list list)
{
    char text[1024];
    size_t n = 0;
    int number = errno;

    if (!(log_mask >> (priority & 7) & 1))
        return;
    for (const char *s = format; *s && n < sizeof text - 1; s++) {
        if (s[0] == '%' && s[1] == 'm') {
            n += (size_t)snprintf(text + n, sizeof text - n, "%s", strerror(number));
            s++;
        } else {
            text[n++] = *s;
        }
    }
    text[n < sizeof text ? n : sizeof text - 1] = '\0';
    say(log_name ? log_name : name_of(), -1, text, list);
}

void syslog(int priority, const char *format, ...) { WITH_LIST(vsyslog(priority, format, list)); }

/* --- paths --- */

static char dot[] = ".", slash[] = "/";

static void trim(char *path)
{
    for (size_t n = strlen(path); n > 1 && path[n - 1] == '/'; n--)
        path[n - 1] = '\0';
}

char *basename(char *path)
{
    char *last;

    if (!path || !*path)
        return dot;
    trim(path);
    last = strrchr(path, '/');
    return last && last[1] ? last + 1 : path;
}

char *dirname(char *path)
{
    char *last;

    if (!path || !*path)
        return dot;
    trim(path);
    last = strrchr(path, '/');
    if (!last)
        return dot;
    while (last > path && last[-1] == '/')
        last--;
    if (last == path)
        return slash;
    *last = '\0';
    return path;
}

int utime(const char *path, const struct utimbuf *times)
{
    struct timespec t[2] = { { .tv_sec = times ? times->actime : 0 },
                             { .tv_sec = times ? times->modtime : 0 } };

    return utimensat(AT_FDCWD, path, times ? t : NULL, 0);
}
