/* endian.h - the machine is little-endian. */
#ifndef ENDIAN_H
#define ENDIAN_H
#include <byteswap.h>
#define LITTLE_ENDIAN 1234
#define BIG_ENDIAN 4321
#define BYTE_ORDER LITTLE_ENDIAN
#define __BYTE_ORDER LITTLE_ENDIAN
#define __LITTLE_ENDIAN LITTLE_ENDIAN
#define __BIG_ENDIAN BIG_ENDIAN
#define htobe16(n) bswap_16(n)
#define htobe32(n) bswap_32(n)
#define htobe64(n) bswap_64(n)
#define be16toh(n) bswap_16(n)
#define be32toh(n) bswap_32(n)
#define be64toh(n) bswap_64(n)
#define htole16(n) (n)
#define htole32(n) (n)
#define htole64(n) (n)
#define le16toh(n) (n)
#define le32toh(n) (n)
#define le64toh(n) (n)
#endif
