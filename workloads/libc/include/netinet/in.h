/* netinet/in.h */
#ifndef NETINET_IN_H
#define NETINET_IN_H
#include <stdint.h>
#include <sys/socket.h>
#define IPPROTO_IP 0
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define INADDR_ANY 0u
#define INADDR_BROADCAST 0xffffffffu
#define INADDR_LOOPBACK 0x7f000001u
#define INADDR_NONE 0xffffffffu
#define INET_ADDRSTRLEN 16
typedef uint16_t in_port_t;
typedef uint32_t in_addr_t;
struct in_addr { in_addr_t s_addr; };
struct sockaddr_in { sa_family_t sin_family; in_port_t sin_port; struct in_addr sin_addr;
                     unsigned char sin_zero[8]; };
#define htons(n) __builtin_bswap16(n)
#define ntohs(n) __builtin_bswap16(n)
#define htonl(n) __builtin_bswap32(n)
#define ntohl(n) __builtin_bswap32(n)
#endif
