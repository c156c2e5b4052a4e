/* arpa/inet.h */
#ifndef ARPA_INET_H
#define ARPA_INET_H
#include <netinet/in.h>
in_addr_t inet_addr(const char *text);
char *inet_ntoa(struct in_addr addr);
int inet_pton(int family, const char *text, void *addr);
const char *inet_ntop(int family, const void *addr, char *text, socklen_t n);
int inet_aton(const char *text, struct in_addr *addr);
#endif
