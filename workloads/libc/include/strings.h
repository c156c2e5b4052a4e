/* strings.h - comparisons without case, and what BSD had. */
#ifndef STRINGS_H
#define STRINGS_H
#include <stddef.h>
int strcasecmp(const char *a, const char *b);
int strncasecmp(const char *a, const char *b, size_t n);
void bzero(void *s, size_t n);
void bcopy(const void *from, void *to, size_t n);
int bcmp(const void *a, const void *b, size_t n);
char *index(const char *s, int ch);
char *rindex(const char *s, int ch);
int ffs(int word);
int ffsl(long word);
int ffsll(long long word);
#endif
