/* err.h - messages to stderr, with the program's name. */
#ifndef ERR_H
#define ERR_H
#include <stdarg.h>
#define __PRINTF(n) __attribute__((format(printf, n, n + 1)))
_Noreturn __PRINTF(2) void err(int status, const char *format, ...);
_Noreturn __PRINTF(2) void errx(int status, const char *format, ...);
__PRINTF(1) void warn(const char *format, ...);
__PRINTF(1) void warnx(const char *format, ...);
_Noreturn void verr(int status, const char *format, va_list list);
_Noreturn void verrx(int status, const char *format, va_list list);
void vwarn(const char *format, va_list list);
void vwarnx(const char *format, va_list list);
#undef __PRINTF
#endif
