/* time.h - the simulated clocks, and calendars. Local time is UTC unless TZ says
 * otherwise (its POSIX form with an offset and no rule, as in UTC-1). */
#ifndef TIME_H
#define TIME_H
#include <sys/types.h>
#define CLOCKS_PER_SEC 1000000
#define CLOCK_REALTIME 0
#define CLOCK_MONOTONIC 1
#define CLOCK_PROCESS_CPUTIME_ID 2
#define CLOCK_THREAD_CPUTIME_ID 3
#define CLOCK_MONOTONIC_RAW 4
#define CLOCK_REALTIME_COARSE 5
#define CLOCK_MONOTONIC_COARSE 6
#define CLOCK_BOOTTIME 7
#define CLOCK_TAI 11
#define TIMER_ABSTIME 1
struct timespec { time_t tv_sec; long tv_nsec; };
struct itimerspec { struct timespec it_interval, it_value; };
struct tm {
    int tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year, tm_wday, tm_yday, tm_isdst;
    long tm_gmtoff;
    const char *tm_zone;
};
extern char *tzname[2];
extern long timezone;
extern int daylight;
int clock_gettime(clockid_t clock, struct timespec *t);
int clock_getres(clockid_t clock, struct timespec *t);
int clock_settime(clockid_t clock, const struct timespec *t);
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *t, struct timespec *left);
int nanosleep(const struct timespec *t, struct timespec *left);
struct sigevent;
int timer_create(clockid_t clock, struct sigevent *event, timer_t *timer);
int timer_settime(timer_t timer, int flags, const struct itimerspec *to, struct itimerspec *old);
int timer_gettime(timer_t timer, struct itimerspec *now);
int timer_getoverrun(timer_t timer);
int timer_delete(timer_t timer);
int timespec_get(struct timespec *t, int base);
#define TIME_UTC 1
time_t time(time_t *t);
clock_t clock(void);
double difftime(time_t a, time_t b);
time_t mktime(struct tm *tm);
time_t timegm(struct tm *tm);
struct tm *gmtime(const time_t *t);
struct tm *localtime(const time_t *t);
struct tm *gmtime_r(const time_t *t, struct tm *tm);
struct tm *localtime_r(const time_t *t, struct tm *tm);
char *asctime(const struct tm *tm);
char *ctime(const time_t *t);
char *asctime_r(const struct tm *tm, char *s);
char *ctime_r(const time_t *t, char *s);
size_t strftime(char *s, size_t n, const char *format, const struct tm *tm);
void tzset(void);
char *strptime(const char *s, const char *format, struct tm *tm);       /* the end; NULL: no match */
time_t timelocal(struct tm *tm);
#endif
