/* stdlib.h - memory, numbers, chance, sorting, the end. */
#ifndef STDLIB_H
#define STDLIB_H
#include <stddef.h>
#include <stdint.h>
#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1
#define RAND_MAX 0x7fffffff
#define MB_CUR_MAX 4
typedef struct { int quot, rem; } div_t;
typedef struct { long quot, rem; } ldiv_t;
typedef struct { long long quot, rem; } lldiv_t;
void *malloc(size_t n);
void *calloc(size_t n, size_t size);
void *realloc(void *p, size_t n);
void *reallocarray(void *p, size_t n, size_t size);
void *aligned_alloc(size_t alignment, size_t n);
int posix_memalign(void **p, size_t alignment, size_t n);
void free(void *p);
void *valloc(size_t n);
_Noreturn void exit(int status);
_Noreturn void _Exit(int status);
_Noreturn void quick_exit(int status);
_Noreturn void abort(void);
int atexit(void (*fn)(void));
int at_quick_exit(void (*fn)(void));
int atoi(const char *s);
long atol(const char *s);
long long atoll(const char *s);
double atof(const char *s);
long strtol(const char *s, char **end, int base);
unsigned long strtoul(const char *s, char **end, int base);
long long strtoll(const char *s, char **end, int base);
unsigned long long strtoull(const char *s, char **end, int base);
float strtof(const char *s, char **end);
double strtod(const char *s, char **end);
long double strtold(const char *s, char **end);
int abs(int n);
long labs(long n);
long long llabs(long long n);
div_t div(int n, int d);
ldiv_t ldiv(long n, long d);
lldiv_t lldiv(long long n, long long d);
/* The same numbers as glibc's. */
int rand(void);
void srand(unsigned seed);
int rand_r(unsigned *seed);
long random(void);
void srandom(unsigned seed);
char *initstate(unsigned seed, char *state, size_t n);
char *setstate(char *state);
/* The 48 bits of POSIX. */
double drand48(void);
double erand48(unsigned short x[3]);
long lrand48(void);
long nrand48(unsigned short x[3]);
long mrand48(void);
long jrand48(unsigned short x[3]);
void srand48(long seed);
unsigned short *seed48(unsigned short x[3]);
void lcong48(unsigned short x[7]);
void qsort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *));
void qsort_r(void *base, size_t n, size_t size,
             int (*compare)(const void *, const void *, void *), void *ctx);
void *bsearch(const void *key, const void *base, size_t n, size_t size,
              int (*compare)(const void *, const void *));
char *getenv(const char *name);
int setenv(const char *name, const char *value, int replace);
int unsetenv(const char *name);
int putenv(char *both);
int clearenv(void);
int system(const char *command);
int mkstemp(char *name);
int mkostemp(char *name, int flags);
int mkstemps(char *name, int suffix);
char *mktemp(char *name);
char *canonicalize_file_name(const char *path);
char *secure_getenv(const char *name);
int getsubopt(char **text, char *const names[], char **value);
char *ecvt(double x, int n, int *point, int *sign);
char *fcvt(double x, int n, int *point, int *sign);
char *gcvt(double x, int n, char *text);
long a64l(const char *s);
char *l64a(long n);
/* There are no pseudo-terminals: ENOSYS. */
int posix_openpt(int flags);
int grantpt(int fd);
int unlockpt(int fd);
char *ptsname(int fd);
char *mkdtemp(char *name);
char *realpath(const char *path, char *out);
int mblen(const char *s, size_t n);
int mbtowc(wchar_t *to, const char *s, size_t n);
int wctomb(char *s, wchar_t c);
size_t mbstowcs(wchar_t *to, const char *s, size_t n);
size_t wcstombs(char *to, const wchar_t *s, size_t n);
#endif
