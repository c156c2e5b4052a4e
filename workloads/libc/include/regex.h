/* regex.h - regular expressions of POSIX, basic and extended, with GNU's \w \s \b \< \> and,
 * in basic ones, \+ \? \|. The match is the leftmost of the longest, its parts as long as
 * they can be from left to right. Characters are bytes. In the worst case the time grows
 * with the square of the text (with each group that \1 ... refer to by two powers more);
 * a group that is referred to is matched once, not again and again by an interval around it.
 */
#ifndef REGEX_H
#define REGEX_H
#include <sys/types.h>
#define REG_EXTENDED 1
#define REG_ICASE 2
#define REG_NEWLINE 4
#define REG_NOSUB 8
#define REG_NOTBOL 1
#define REG_NOTEOL 2
#define RE_DUP_MAX 32767
enum { REG_NOERROR, REG_NOMATCH, REG_BADPAT, REG_ECOLLATE, REG_ECTYPE, REG_EESCAPE, REG_ESUBREG,
       REG_EBRACK, REG_EPAREN, REG_EBRACE, REG_BADBR, REG_ERANGE, REG_ESPACE, REG_BADRPT };
typedef int regoff_t;
typedef struct { size_t re_nsub; struct __regex *__program; } regex_t;
typedef struct { regoff_t rm_so, rm_eo; } regmatch_t;
int regcomp(regex_t *re, const char *pattern, int flags);
int regexec(const regex_t *re, const char *text, size_t n, regmatch_t match[], int flags);
size_t regerror(int error, const regex_t *re, char *text, size_t size);
void regfree(regex_t *re);
#endif
