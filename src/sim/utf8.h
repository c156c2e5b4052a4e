/* sim/utf8.h - a character as UTF-8. Source: RFC 3629, "UTF-8 definition". */
#ifndef SIM_UTF8_H
#define SIM_UTF8_H

#include <stdint.h>

/* The bytes of ch, at most U+1FFFFF, go to out; how many. Surrogates are not refused. */
static inline unsigned utf8_encode(uint32_t ch, char out[4])
{
    unsigned more = ch < 0x80 ? 0 : ch < 0x800 ? 1 : ch < 0x10000 ? 2 : 3;
    static const uint8_t head[] = { 0, 0xc0, 0xe0, 0xf0 };

    out[0] = (char)(head[more] | ch >> 6 * more);
    for (unsigned i = 1; i <= more; i++)
        out[i] = (char)(0x80 | (ch >> 6 * (more - i) & 0x3f));
    return more + 1;
}

#endif
