/* strptime.c - a text becomes a calendar time. Source: POSIX.1-2017, and glibc's for the day
 * of the week and of the year, which follow from a date. */
#include <ctype.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

struct reading {
    struct tm *tm;
    const char *s;
    int century, year, afternoon;               /* -1: none */
    int has_day, has_year, has_yday;            /* has_day: a month, or a day of it */
};

static const char *parse(struct reading *r, const char *f);

/* A number of at most `digits` digits. 0: none in the range. */
static int number(struct reading *r, int digits, int from, int to, int *value)
{
    int n = 0, used = 0;

    while (isspace((unsigned char)*r->s))
        r->s++;
    for (; used < digits && isdigit((unsigned char)*r->s); used++)
        n = n * 10 + *r->s++ - '0';
    *value = n;
    return used > 0 && n >= from && n <= to;
}

/* One of `n` names, the long one of item `full` before the short one. */
static int name(struct reading *r, nl_item full, nl_item shorter, int n, int *value)
{
    for (int i = 0; i < 2 * n; i++) {
        const char *text = nl_langinfo((i < n ? full : shorter) + i % n);

        if (strncasecmp(r->s, text, strlen(text)) == 0) {
            r->s += strlen(text);
            *value = i % n;
            return 1;
        }
    }
    return 0;
}

static int zone(struct reading *r)
{
    int hours, minutes = 0, sign = *r->s == '-' ? -1 : 1;

    if (*r->s == 'Z') {
        r->s++;
        r->tm->tm_gmtoff = 0;
        return 1;
    }
    if (*r->s != '+' && *r->s != '-')
        return 0;
    r->s++;
    if (!number(r, 2, 0, 14, &hours))
        return 0;
    if (*r->s == ':')
        r->s++;
    if (isdigit((unsigned char)*r->s) && !number(r, 2, 0, 59, &minutes))
        return 0;
    r->tm->tm_gmtoff = sign * (hours * 3600 + minutes * 60);
    return 1;
}

static int seconds_since_1970(struct reading *r)
{
    char *end;
    time_t t = strtoll(r->s, &end, 10);

    if (end == r->s)
        return 0;
    r->s = end;
    localtime_r(&t, r->tm);
    return 1;
}

static int date_item(struct reading *r, char item)
{
    struct tm *tm = r->tm;
    int n, ok;

    switch (item) {
    case 'a': case 'A': return name(r, DAY_1, ABDAY_1, 7, &tm->tm_wday);
    case 'b': case 'B': case 'h': ok = name(r, MON_1, ABMON_1, 12, &tm->tm_mon); break;
    case 'C': r->has_year = 1; return number(r, 2, 0, 99, &r->century);
    case 'd': case 'e': ok = number(r, 2, 1, 31, &tm->tm_mday); break;
    case 'D': return parse(r, "%m/%d/%y") != NULL;
    case 'F': return parse(r, "%Y-%m-%d") != NULL;
    case 'x': return parse(r, nl_langinfo(D_FMT)) != NULL;
    case 'j':
        ok = number(r, 3, 1, 366, &n);
        tm->tm_yday = n - 1;
        r->has_yday = 1;
        return ok;
    case 'm': ok = number(r, 2, 1, 12, &n), tm->tm_mon = n - 1; break;
    case 'u': ok = number(r, 1, 1, 7, &n), tm->tm_wday = n % 7; return ok;
    case 'w': return number(r, 1, 0, 6, &tm->tm_wday);
    case 'U': case 'W': return number(r, 2, 0, 53, &n);
    case 'y': r->has_year = 1; return number(r, 2, 0, 99, &r->year);
    case 'Y':
        ok = number(r, 4, 0, 9999, &n);
        tm->tm_year = n - 1900;
        r->year = -1;
        r->has_year = 1;
        return ok;
    default: return 0;
    }
    r->has_day = 1;
    return ok;
}

static int time_item(struct reading *r, char item)
{
    struct tm *tm = r->tm;
    int ok;

    switch (item) {
    case 'c': return parse(r, nl_langinfo(D_T_FMT)) != NULL;
    case 'H': case 'k': return number(r, 2, 0, 23, &tm->tm_hour);
    case 'I': case 'l':
        ok = number(r, 2, 1, 12, &tm->tm_hour);
        tm->tm_hour %= 12;
        r->afternoon = r->afternoon < 0 ? 0 : r->afternoon;
        return ok;
    case 'M': return number(r, 2, 0, 59, &tm->tm_min);
    case 'p': return name(r, AM_STR, AM_STR, 2, &r->afternoon);
    case 'r': return parse(r, nl_langinfo(T_FMT_AMPM)) != NULL;
    case 'R': return parse(r, "%H:%M") != NULL;
    case 's': return seconds_since_1970(r);
    case 'S': return number(r, 2, 0, 61, &tm->tm_sec);
    case 'T': return parse(r, "%H:%M:%S") != NULL;
    case 'X': return parse(r, nl_langinfo(T_FMT)) != NULL;
    case 'z': return zone(r);
    case 'Z': return 1;
    default: return date_item(r, item);
    }
}

static const char *parse(struct reading *r, const char *f)
{
    for (; *f; f++) {
        if (isspace((unsigned char)*f) || (*f == '%' && (f[1] == 'n' || f[1] == 't'))) {
            f += *f == '%';
            while (isspace((unsigned char)*r->s))
                r->s++;
            continue;
        }
        if (*f != '%' || f[1] == '%') {
            f += *f == '%';
            if (*r->s++ != *f)
                return NULL;
            continue;
        }
        f += f[1] == 'E' || f[1] == 'O' ? 2 : 1;
        if (!*f || !time_item(r, *f))
            return NULL;
    }
    return r->s;
}

/* The day of the week and of the year, of a date; a month, of a day of the year. */
static void complete(struct reading *r)
{
    struct tm day = { .tm_year = r->tm->tm_year, .tm_mon = r->has_day ? r->tm->tm_mon : 0,
                      .tm_mday = r->has_day ? r->tm->tm_mday : r->tm->tm_yday + 1 };

    timegm(&day);
    r->tm->tm_wday = day.tm_wday;
    r->tm->tm_yday = day.tm_yday;
    if (!r->has_day) {
        r->tm->tm_mon = day.tm_mon;
        r->tm->tm_mday = day.tm_mday;
    }
}

char *strptime(const char *s, const char *format, struct tm *tm)
{
    struct reading r = { .tm = tm, .s = s, .century = -1, .year = -1, .afternoon = -1 };
    const char *end = parse(&r, format);

    if (!end)
        return NULL;
    if (r.afternoon > 0 && tm->tm_hour < 12)
        tm->tm_hour += 12;
    if (r.year >= 0)            /* 69 to 99 are of the twentieth century */
        tm->tm_year = r.century >= 0 ? r.century * 100 + r.year - 1900 : r.year < 69 ? r.year + 100 : r.year;
    else if (r.century >= 0)
        tm->tm_year = r.century * 100 - 1900 + (tm->tm_year + 1900) % 100;
    if (r.has_day ? tm->tm_mday > 0 : r.has_yday && r.has_year)
        complete(&r);
    return (char *)(uintptr_t)end;
}
