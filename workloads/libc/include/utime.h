/* utime.h */
#ifndef UTIME_H
#define UTIME_H
#include <time.h>
struct utimbuf { time_t actime, modtime; };
int utime(const char *path, const struct utimbuf *times);
#endif
