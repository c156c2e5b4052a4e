/* string.h - memory and strings. */
#ifndef STRING_H
#define STRING_H
#include <stddef.h>
#include <strings.h>
void *memcpy(void *to, const void *from, size_t n);
void *mempcpy(void *to, const void *from, size_t n);
void *memccpy(void *to, const void *from, int stop, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int byte, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *s, int byte, size_t n);
void *memrchr(const void *s, int byte, size_t n);
void *memmem(const void *s, size_t n, const void *find, size_t nfind);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t n);
char *strcpy(char *to, const char *from);
char *stpcpy(char *to, const char *from);
char *strncpy(char *to, const char *from, size_t n);
char *stpncpy(char *to, const char *from, size_t n);
char *strcat(char *to, const char *from);
char *strncat(char *to, const char *from, size_t n);
size_t strlcpy(char *to, const char *from, size_t n);
size_t strlcat(char *to, const char *from, size_t n);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
int strcoll(const char *a, const char *b);
size_t strxfrm(char *to, const char *from, size_t n);
char *strchr(const char *s, int ch);
char *strchrnul(const char *s, int ch);
char *strrchr(const char *s, int ch);
char *strstr(const char *s, const char *find);
char *strcasestr(const char *s, const char *find);
size_t strspn(const char *s, const char *set);
size_t strcspn(const char *s, const char *set);
char *strpbrk(const char *s, const char *set);
char *strtok(char *s, const char *set);
char *strtok_r(char *s, const char *set, char **rest);
char *strsep(char **s, const char *set);
char *strdup(const char *s);
char *strndup(const char *s, size_t n);
char *strerror(int error);
int strerror_r(int error, char *text, size_t n);        /* POSIX's, not GNU's */
char *strsignal(int sig);
int strverscmp(const char *a, const char *b);
void *rawmemchr(const void *s, int byte);
void explicit_bzero(void *s, size_t n);
#endif
