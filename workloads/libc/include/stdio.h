/* stdio.h - printing and reading. stdout is written line by line, stderr at once.
 * Conversions: d i u x X o c s p %, with flags, width, precision, hh h l ll j z t;
 * no floating point, which the machine has not. */
#ifndef STDIO_H
#define STDIO_H
#include <stdarg.h>
#include <stddef.h>
#define EOF (-1)
#define BUFSIZ 1024
typedef struct __file FILE;
extern FILE *const stdin, *const stdout, *const stderr;
#define PRINTF(f, a) __attribute__((format(printf, f, a)))
int printf(const char *format, ...) PRINTF(1, 2);
int fprintf(FILE *f, const char *format, ...) PRINTF(2, 3);
int dprintf(int fd, const char *format, ...) PRINTF(2, 3);
int sprintf(char *s, const char *format, ...) PRINTF(2, 3);
int snprintf(char *s, size_t n, const char *format, ...) PRINTF(3, 4);
int vprintf(const char *format, va_list ap);
int vfprintf(FILE *f, const char *format, va_list ap);
int vsnprintf(char *s, size_t n, const char *format, va_list ap);
#undef PRINTF
int puts(const char *s);
int putchar(int c);
int fputs(const char *s, FILE *f);
int fputc(int c, FILE *f);
#define putc fputc
size_t fwrite(const void *p, size_t size, size_t n, FILE *f);
size_t fread(void *p, size_t size, size_t n, FILE *f);
int getchar(void);
int fgetc(FILE *f);
#define getc fgetc
char *fgets(char *s, int n, FILE *f);
int fflush(FILE *f);
int feof(FILE *f);
int ferror(FILE *f);
int fileno(FILE *f);
void perror(const char *what);
#endif
