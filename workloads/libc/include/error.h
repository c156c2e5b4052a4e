/* error.h - a message to stderr, and the end if status is not 0. */
#ifndef ERROR_H
#define ERROR_H
__attribute__((format(printf, 3, 4))) void error(int status, int number, const char *format, ...);
#endif
