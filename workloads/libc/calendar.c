/* calendar.c - seconds and dates. Days are counted from 1 March of year 0, so that the
 * leap day is a year's last; an era has 400 years. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *const days[] = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday",
                                    "Friday", "Saturday" };
static const char *const months[] = { "January", "February", "March", "April", "May", "June",
                                      "July", "August", "September", "October", "November",
                                      "December" };

static char zone[8] = "UTC";
char *tzname[2] = { zone, zone };
long timezone;
int daylight;

static long long floor_div(long long n, long long d)
{
    return n / d - (n % d < 0);
}

/* Days since 1970-01-01 of the first of a month, 0 to 11. */
static long long days_to(long long year, int month)
{
    int shifted = (month + 10) % 12;    /* March is 0 */
    long long era;
    int in_era;

    year -= month < 2;
    era = floor_div(year, 400);
    in_era = (int)(year - era * 400);
    return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + (153 * shifted + 2) / 5 - 719468;
}

static int leap(long long year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int day_of_year(const struct tm *tm)
{
    static const short before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };

    return before[tm->tm_mon] + tm->tm_mday - 1 + (tm->tm_mon > 1 && leap(tm->tm_year + 1900LL));
}

struct tm *gmtime_r(const time_t *t, struct tm *tm)
{
    long long day = floor_div(*t, 86400), era, year;
    int second = (int)(*t - day * 86400), in_era, in_year, of_era, month;

    tm->tm_wday = (int)((day % 7 + 11) % 7);
    day += 719468;
    era = floor_div(day, 146097);
    in_era = (int)(day - era * 146097);
    of_era = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    in_year = in_era - (365 * of_era + of_era / 4 - of_era / 100);
    month = (5 * in_year + 2) / 153;
    tm->tm_mday = in_year - (153 * month + 2) / 5 + 1;
    tm->tm_mon = month < 10 ? month + 2 : month - 10;
    year = era * 400 + of_era + (tm->tm_mon < 2) - 1900;
    if (year > INT_MAX || year < INT_MIN) {
        errno = EOVERFLOW;
        return NULL;
    }
    tm->tm_year = (int)year;
    tm->tm_hour = second / 3600;
    tm->tm_min = second / 60 % 60;
    tm->tm_sec = second % 60;
    tm->tm_yday = day_of_year(tm);
    tm->tm_isdst = 0;
    tm->tm_gmtoff = 0;
    tm->tm_zone = "GMT";
    return tm;
}

time_t timegm(struct tm *tm)
{
    long long month = tm->tm_year * 12LL + tm->tm_mon, year = floor_div(month, 12);
    time_t t = days_to(year + 1900, (int)(month - year * 12)) * 86400 + (tm->tm_mday - 1) * 86400LL +
               tm->tm_hour * 3600LL + tm->tm_min * 60LL + tm->tm_sec;

    return gmtime_r(&t, tm) ? t : -1;
}

/* ---- local time: NAME[+-]hh[:mm[:ss]], west is positive ---- */

void tzset(void)
{
    const char *tz = getenv("TZ");
    size_t n = 0;
    long part[3] = { 0 };
    int west;
    char *p;

    strcpy(zone, "UTC");
    timezone = 0;
    if (!tz || !*tz || *tz == ':')
        return;
    while (isalpha((unsigned char)tz[n]))
        n++;
    if (n < 3 || n >= sizeof zone)
        return;
    memcpy(zone, tz, n);
    zone[n] = '\0';
    p = (char *)tz + n;
    west = *p != '-';
    p += *p == '-' || *p == '+';
    for (int i = 0; i < 3 && isdigit((unsigned char)*p); i++) {
        part[i] = strtol(p, &p, 10);
        p += *p == ':';
    }
    timezone = (part[0] * 3600 + part[1] * 60 + part[2]) * (west ? 1 : -1);
}

struct tm *localtime_r(const time_t *t, struct tm *tm)
{
    time_t there;

    tzset();
    there = *t - timezone;
    if (!gmtime_r(&there, tm))
        return NULL;
    tm->tm_gmtoff = -timezone;
    tm->tm_zone = zone;
    return tm;
}

time_t mktime(struct tm *tm)
{
    time_t t;

    tzset();
    t = timegm(tm) + timezone;
    return localtime_r(&t, tm) ? t : -1;
}

static struct tm shared;

struct tm *gmtime(const time_t *t) { return gmtime_r(t, &shared); }
struct tm *localtime(const time_t *t) { return localtime_r(t, &shared); }
double difftime(time_t a, time_t b) { return (double)(a - b); }

char *asctime_r(const struct tm *tm, char *s)
{
    sprintf(s, "%.3s %.3s%3d %.2d:%.2d:%.2d %d\n",
            (unsigned)tm->tm_wday < 7 ? days[tm->tm_wday] : "???",
            (unsigned)tm->tm_mon < 12 ? months[tm->tm_mon] : "???", tm->tm_mday, tm->tm_hour,
            tm->tm_min, tm->tm_sec, 1900 + tm->tm_year);
    return s;
}

char *asctime(const struct tm *tm)
{
    static char text[64];

    return asctime_r(tm, text);
}

char *ctime_r(const time_t *t, char *s)
{
    struct tm tm;

    return localtime_r(t, &tm) ? asctime_r(&tm, s) : NULL;
}

char *ctime(const time_t *t)
{
    return asctime(localtime(t));
}

/* ---- strftime ---- */

/* The week of the year by ISO 8601, and its year: the one that has its Thursday. */
static int iso_week(const struct tm *tm, long long *year)
{
    int day = (tm->tm_wday + 6) % 7, thursday = tm->tm_yday - day + 3;

    *year = tm->tm_year + 1900LL;
    if (thursday < 0) {
        --*year;
        thursday += 365 + leap(*year);
    } else if (thursday >= 365 + leap(*year)) {
        thursday -= 365 + leap(*year);
        ++*year;
    }
    return thursday / 7 + 1;
}

struct text { char *s; size_t n, size; };

static void add(struct text *t, const char *s)
{
    for (; *s; s++, t->n++)
        if (t->n + 1 < t->size)
            t->s[t->n] = *s;
}

/* A number as wide as `width`, filled with `fill`; '-' takes no filling. */
static void add_number(struct text *t, long long v, int width, char fill)
{
    char buf[32];

    snprintf(buf, sizeof buf, fill == '_' ? "%*lld" : "%0*lld", fill == '-' ? 1 : width, v);
    add(t, buf);
}

static void add_format(struct text *t, const char *format, const struct tm *tm);

static void add_offset(struct text *t, const struct tm *tm)
{
    long m = tm->tm_gmtoff / 60;

    add(t, m < 0 ? "-" : "+");
    m = m < 0 ? -m : m;
    add_number(t, m / 60 * 100 + m % 60, 4, '0');
}

static int hour12(const struct tm *tm)
{
    return tm->tm_hour % 12 ? tm->tm_hour % 12 : 12;
}

/* Those that are a number: its value and width, and the usual filling. */
static int number(char kind, const struct tm *tm, long long *v, char *fill)
{
    long long year = tm->tm_year + 1900LL, iso;
    struct tm copy;

    *fill = '0';
    switch (kind) {
    case 'C': *v = floor_div(year, 100); return 2;
    case 'd': *v = tm->tm_mday; return 2;
    case 'e': *v = tm->tm_mday; *fill = '_'; return 2;
    case 'g': iso_week(tm, &iso); *v = iso % 100; return 2;
    case 'G': iso_week(tm, &iso); *v = iso; return 1;
    case 'H': *v = tm->tm_hour; return 2;
    case 'I': *v = hour12(tm); return 2;
    case 'j': *v = tm->tm_yday + 1; return 3;
    case 'k': *v = tm->tm_hour; *fill = '_'; return 2;
    case 'l': *v = hour12(tm); *fill = '_'; return 2;
    case 'm': *v = tm->tm_mon + 1; return 2;
    case 'M': *v = tm->tm_min; return 2;
    case 's': copy = *tm; *v = mktime(&copy); return 1;
    case 'S': *v = tm->tm_sec; return 2;
    case 'u': *v = tm->tm_wday ? tm->tm_wday : 7; return 1;
    case 'U': *v = (tm->tm_yday + 7 - tm->tm_wday) / 7; return 2;
    case 'V': *v = iso_week(tm, &iso); return 2;
    case 'w': *v = tm->tm_wday; return 1;
    case 'W': *v = (tm->tm_yday + 7 - (tm->tm_wday + 6) % 7) / 7; return 2;
    case 'y': *v = (year % 100 + 100) % 100; return 2;
    case 'Y': *v = year; return 1;
    default: return 0;
    }
}

static const char *name_of(const char *const *names, int i, int n)
{
    return i >= 0 && i < n ? names[i] : "?";
}

static void add_short(struct text *t, const char *name)
{
    char s[4] = { 0 };

    strncpy(s, name, 3);
    add(t, s);
}

static void add_item(struct text *t, char kind, char flag, const struct tm *tm)
{
    const char letters[] = { '%', kind, '\0' };
    long long v;
    char fill;
    int width = number(kind, tm, &v, &fill);

    if (width) {
        add_number(t, v, width, flag ? flag : fill);
        return;
    }
    switch (kind) {
    case 'a': add_short(t, name_of(days, tm->tm_wday, 7)); break;
    case 'A': add(t, name_of(days, tm->tm_wday, 7)); break;
    case 'b': case 'h': add_short(t, name_of(months, tm->tm_mon, 12)); break;
    case 'B': add(t, name_of(months, tm->tm_mon, 12)); break;
    case 'c': add_format(t, "%a %b %e %H:%M:%S %Y", tm); break;
    case 'D': case 'x': add_format(t, "%m/%d/%y", tm); break;
    case 'F': add_format(t, "%Y-%m-%d", tm); break;
    case 'n': add(t, "\n"); break;
    case 'p': add(t, tm->tm_hour < 12 ? "AM" : "PM"); break;
    case 'P': add(t, tm->tm_hour < 12 ? "am" : "pm"); break;
    case 'r': add_format(t, "%I:%M:%S %p", tm); break;
    case 'R': add_format(t, "%H:%M", tm); break;
    case 't': add(t, "\t"); break;
    case 'T': case 'X': add_format(t, "%H:%M:%S", tm); break;
    case 'z': add_offset(t, tm); break;
    case 'Z': add(t, tm->tm_zone ? tm->tm_zone : ""); break;
    case '%': add(t, "%"); break;
    default: add(t, letters);
    }
}

static void add_format(struct text *t, const char *f, const struct tm *tm)
{
    for (; *f; f++) {
        char flag = 0, plain[2] = { *f, '\0' };

        if (*f != '%') {
            add(t, plain);
            continue;
        }
        if (f[1] == '-' || f[1] == '_' || f[1] == '0')
            flag = *++f;
        if (f[1] == 'E' || f[1] == 'O')
            f++;
        if (!*++f)
            return;
        add_item(t, *f, flag, tm);
    }
}

size_t strftime(char *s, size_t n, const char *format, const struct tm *tm)
{
    struct text t = { .s = s, .size = n };

    add_format(&t, format, tm);
    if (t.n >= n)
        return 0;
    s[t.n] = '\0';
    return t.n;
}
