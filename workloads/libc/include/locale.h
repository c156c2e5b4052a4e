/* locale.h - the "C" locale, and no other; its narrow characters are UTF-8. Names that end in
 * .UTF-8 are taken for it. */
#ifndef LOCALE_H
#define LOCALE_H
#include <stddef.h>
#define LC_CTYPE 0
#define LC_NUMERIC 1
#define LC_TIME 2
#define LC_COLLATE 3
#define LC_MONETARY 4
#define LC_MESSAGES 5
#define LC_ALL 6
struct lconv {
    char *decimal_point, *thousands_sep, *grouping, *int_curr_symbol, *currency_symbol,
         *mon_decimal_point, *mon_thousands_sep, *mon_grouping, *positive_sign, *negative_sign;
    char int_frac_digits, frac_digits, p_cs_precedes, p_sep_by_space, n_cs_precedes,
         n_sep_by_space, p_sign_posn, n_sign_posn;
};
typedef struct __locale *locale_t;
#define LC_CTYPE_MASK 1
#define LC_NUMERIC_MASK 2
#define LC_TIME_MASK 4
#define LC_COLLATE_MASK 8
#define LC_MONETARY_MASK 16
#define LC_MESSAGES_MASK 32
#define LC_ALL_MASK 63
#define LC_GLOBAL_LOCALE ((locale_t)-1)
locale_t newlocale(int mask, const char *name, locale_t base);
locale_t duplocale(locale_t l);
locale_t uselocale(locale_t l);
void freelocale(locale_t l);
char *setlocale(int category, const char *name);
struct lconv *localeconv(void);
#endif
