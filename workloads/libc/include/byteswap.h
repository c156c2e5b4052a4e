/* byteswap.h */
#ifndef BYTESWAP_H
#define BYTESWAP_H
#define bswap_16(n) __builtin_bswap16(n)
#define bswap_32(n) __builtin_bswap32(n)
#define bswap_64(n) __builtin_bswap64(n)
#endif
