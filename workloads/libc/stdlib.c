/* stdlib.c - the environment, odd ends, and what ends a program. */
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the environment ---- */

static char **own;              /* the array, once it is ours */

static char **find(const char *name, size_t n)
{
    for (char **e = environ; e && *e; e++)
        if (strncmp(*e, name, n) == 0 && (*e)[n] == '=')
            return e;
    return NULL;
}

char *getenv(const char *name)
{
    size_t n = strlen(name);
    char **e = find(name, n);

    return e ? *e + n + 1 : NULL;
}

int putenv(char *both)
{
    char *equals = strchr(both, '='), **e, **bigger;
    size_t n = 0;

    if (!equals)
        return unsetenv(both);
    e = find(both, (size_t)(equals - both));
    if (e) {
        *e = both;
        return 0;
    }
    while (environ && environ[n])
        n++;
    bigger = realloc(environ == own ? own : NULL, (n + 2) * sizeof *bigger);
    if (!bigger)
        return -1;
    if (environ != own && n)
        memcpy(bigger, environ, n * sizeof *bigger);
    bigger[n] = both;
    bigger[n + 1] = NULL;
    environ = own = bigger;
    return 0;
}

static int bad_name(const char *name)
{
    if (name && *name && !strchr(name, '='))
        return 0;
    errno = EINVAL;
    return 1;
}

int setenv(const char *name, const char *value, int replace)
{
    char *both;

    if (bad_name(name))
        return -1;
    if (!replace && getenv(name))
        return 0;
    both = malloc(strlen(name) + strlen(value) + 2);
    if (!both)
        return -1;
    stpcpy(stpcpy(stpcpy(both, name), "="), value);
    return putenv(both);
}

int unsetenv(const char *name)
{
    char **e;

    if (bad_name(name))
        return -1;
    while ((e = find(name, strlen(name))))
        do
            e[0] = e[1];
        while (*++e);
    return 0;
}

int clearenv(void)
{
    static char *none;

    environ = &none;
    return 0;
}

/* ---- the "C" locale, which is one of UTF-8 under whatever name ---- */

char *setlocale(int category, const char *name)
{
    static char now[32] = "C";
    const char *code = name ? strchr(name, '.') : NULL;

    if (category < LC_CTYPE || category > LC_ALL)
        return NULL;
    if (!name || !*name)
        return now;
    if (strcmp(name, "C") && strcmp(name, "POSIX") &&
        !(code && (!strcasecmp(code, ".UTF-8") || !strcasecmp(code, ".UTF8"))))
        return NULL;
    if (strlen(name) >= sizeof now)
        return NULL;
    return strcpy(now, strcmp(name, "POSIX") ? name : "C");
}

/* One locale: whichever is asked for by a name that setlocale knows. */
static char the_locale;

locale_t newlocale(int mask, const char *name, locale_t base)
{
    (void)base;
    if (mask & ~LC_ALL_MASK || !name) {
        errno = EINVAL;
        return NULL;
    }
    if (strcmp(name, "") && strcmp(name, "C") && strcmp(name, "POSIX") && !strchr(name, '.')) {
        errno = ENOENT;
        return NULL;
    }
    return (locale_t)&the_locale;
}

locale_t duplocale(locale_t l) { (void)l; return (locale_t)&the_locale; }
locale_t uselocale(locale_t l) { (void)l; return LC_GLOBAL_LOCALE; }
void freelocale(locale_t l) { (void)l; }

struct lconv *localeconv(void)
{
    static char point[] = ".", none[] = "";
    static struct lconv c = {
        point, none, none, none, none, none, none, none, none, none, CHAR_MAX, CHAR_MAX,
        CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX };

    return &c;
}

/* ---- the end ---- */

_Noreturn void abort(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGABRT);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    raise(SIGABRT);
    signal(SIGABRT, SIG_DFL);
    raise(SIGABRT);
    _Exit(127);
}

_Noreturn void __assert_failed(const char *condition, const char *file, int line)
{
    fflush(stdout);
    fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, condition);
    abort();
}
