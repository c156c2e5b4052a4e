/* arpa/inet.h */
#ifndef ARPA_INET_H
#define ARPA_INET_H
#include <netinet/in.h>
in_addr_t inet_addr(const char *text);
char *inet_ntoa(struct in_addr addr);
#endif
