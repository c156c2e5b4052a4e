/* stdio.h - streams, printing and scanning. A stream on a terminal is written line by
 * line, another one when its buffer is full, stderr at once. All conversions of C17;
 * floating point is rounded exactly, to the nearest, ties to even. */
#ifndef STDIO_H
#define STDIO_H
#include <stdarg.h>
#include <stddef.h>
#include <sys/types.h>
#define EOF (-1)
#define BUFSIZ 1024
#define FILENAME_MAX 4096
#define FOPEN_MAX 64
#define L_tmpnam 20
#define TMP_MAX 10000
#define P_tmpdir "/tmp"
#define _IOFBF 0
#define _IOLBF 1
#define _IONBF 2
#ifndef SEEK_SET
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#define SEEK_DATA 3
#define SEEK_HOLE 4
#endif
typedef struct __file FILE;
typedef off_t fpos_t;
extern FILE *const stdin, *const stdout, *const stderr;
#define stdin stdin
#define stdout stdout
#define stderr stderr
#define PRINTF(f, a) __attribute__((format(printf, f, a)))
#define SCANF(f, a) __attribute__((format(scanf, f, a)))
int printf(const char *format, ...) PRINTF(1, 2);
int fprintf(FILE *f, const char *format, ...) PRINTF(2, 3);
int dprintf(int fd, const char *format, ...) PRINTF(2, 3);
int sprintf(char *s, const char *format, ...) PRINTF(2, 3);
int snprintf(char *s, size_t n, const char *format, ...) PRINTF(3, 4);
int asprintf(char **s, const char *format, ...) PRINTF(2, 3);
int vprintf(const char *format, va_list ap) PRINTF(1, 0);
int vfprintf(FILE *f, const char *format, va_list ap) PRINTF(2, 0);
int vdprintf(int fd, const char *format, va_list ap) PRINTF(2, 0);
int vsprintf(char *s, const char *format, va_list ap) PRINTF(2, 0);
int vsnprintf(char *s, size_t n, const char *format, va_list ap) PRINTF(3, 0);
int vasprintf(char **s, const char *format, va_list ap) PRINTF(2, 0);
int scanf(const char *format, ...) SCANF(1, 2);
int fscanf(FILE *f, const char *format, ...) SCANF(2, 3);
int sscanf(const char *s, const char *format, ...) SCANF(2, 3);
int vscanf(const char *format, va_list ap) SCANF(1, 0);
int vfscanf(FILE *f, const char *format, va_list ap) SCANF(2, 0);
int vsscanf(const char *s, const char *format, va_list ap) SCANF(2, 0);
#undef PRINTF
#undef SCANF
FILE *fopen(const char *path, const char *mode);
FILE *fdopen(int fd, const char *mode);
FILE *freopen(const char *path, const char *mode, FILE *f);
int renameat(int dir, const char *from, int to_dir, const char *to);
char *ctermid(char *buf);
#define L_ctermid 9
FILE *open_memstream(char **text, size_t *size);
FILE *fmemopen(void *mem, size_t n, const char *mode);
FILE *popen(const char *command, const char *mode);
FILE *tmpfile(void);
char *tmpnam(char *name);
char *tempnam(const char *folder, const char *prefix);
int fgetc_unlocked(FILE *f);
int fputc_unlocked(int c, FILE *f);
int fflush_unlocked(FILE *f);
int fileno_unlocked(FILE *f);
int feof_unlocked(FILE *f);
int ferror_unlocked(FILE *f);
void clearerr_unlocked(FILE *f);
char *fgets_unlocked(char *s, int n, FILE *f);
int fputs_unlocked(const char *s, FILE *f);
size_t fread_unlocked(void *p, size_t size, size_t n, FILE *f);
size_t fwrite_unlocked(const void *p, size_t size, size_t n, FILE *f);
int getw(FILE *f);
int putw(int word, FILE *f);
void setbuffer(FILE *f, char *buf, size_t n);
int pclose(FILE *f);
int fclose(FILE *f);
int fflush(FILE *f);
int setvbuf(FILE *f, char *buf, int how, size_t n);
void setbuf(FILE *f, char *buf);
void setlinebuf(FILE *f);
int puts(const char *s);
int putchar(int c);
int fputs(const char *s, FILE *f);
int fputc(int c, FILE *f);
int putc(int c, FILE *f);
size_t fwrite(const void *p, size_t size, size_t n, FILE *f);
size_t fread(void *p, size_t size, size_t n, FILE *f);
int getchar(void);
int fgetc(FILE *f);
int getc(FILE *f);
int ungetc(int c, FILE *f);
char *fgets(char *s, int n, FILE *f);
ssize_t getline(char **line, size_t *size, FILE *f);
ssize_t getdelim(char **line, size_t *size, int delimiter, FILE *f);
int getc_unlocked(FILE *f);
int getchar_unlocked(void);
int putc_unlocked(int c, FILE *f);
int putchar_unlocked(int c);
void flockfile(FILE *f);
int ftrylockfile(FILE *f);
void funlockfile(FILE *f);
int fseek(FILE *f, long offset, int whence);
int fseeko(FILE *f, off_t offset, int whence);
long ftell(FILE *f);
off_t ftello(FILE *f);
void rewind(FILE *f);
int fgetpos(FILE *f, fpos_t *at);
int fsetpos(FILE *f, const fpos_t *at);
int feof(FILE *f);
int ferror(FILE *f);
void clearerr(FILE *f);
int fileno(FILE *f);
void perror(const char *what);
int remove(const char *path);
int rename(const char *from, const char *to);
/* Names of large files, which all are here. */
#define fopen64 fopen
#define fseeko64 fseeko
#define ftello64 ftello
#endif
