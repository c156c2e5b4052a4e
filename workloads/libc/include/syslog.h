/* syslog.h - the log is stderr. */
#ifndef SYSLOG_H
#define SYSLOG_H
#include <stdarg.h>
#define LOG_EMERG 0
#define LOG_ALERT 1
#define LOG_CRIT 2
#define LOG_ERR 3
#define LOG_WARNING 4
#define LOG_NOTICE 5
#define LOG_INFO 6
#define LOG_DEBUG 7
#define LOG_KERN 0
#define LOG_USER 8
#define LOG_DAEMON 24
#define LOG_LOCAL0 128
#define LOG_PID 1
#define LOG_CONS 2
#define LOG_NDELAY 8
#define LOG_PERROR 32
#define LOG_MASK(p) (1 << (p))
#define LOG_UPTO(p) ((1 << ((p) + 1)) - 1)
void openlog(const char *name, int options, int facility);
void closelog(void);
int setlogmask(int mask);
__attribute__((format(printf, 2, 3))) void syslog(int priority, const char *format, ...);
void vsyslog(int priority, const char *format, va_list list);
#endif
