/* wctype.h - kinds of wide characters: ASCII exactly; beyond it letters of the alphabets in
 * wctype.c's table, whose case is known for Latin, Greek and Cyrillic. */
#ifndef WCTYPE_H
#define WCTYPE_H
#include <wchar.h>
typedef const int *wctrans_t;
int iswalnum(wint_t c);
int iswalpha(wint_t c);
int iswblank(wint_t c);
int iswcntrl(wint_t c);
int iswdigit(wint_t c);
int iswgraph(wint_t c);
int iswlower(wint_t c);
int iswprint(wint_t c);
int iswpunct(wint_t c);
int iswspace(wint_t c);
int iswupper(wint_t c);
int iswxdigit(wint_t c);
wint_t towlower(wint_t c);
wint_t towupper(wint_t c);
wctype_t wctype(const char *name);
int iswctype(wint_t c, wctype_t kind);
wctrans_t wctrans(const char *name);
wint_t towctrans(wint_t c, wctrans_t how);
#endif
