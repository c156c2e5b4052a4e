/* netdb.h - declared so that programs compile; nobody is found. */
#ifndef NETDB_H
#define NETDB_H
#include <netinet/in.h>
struct hostent { char *h_name, **h_aliases; int h_addrtype, h_length; char **h_addr_list; };
#define h_addr h_addr_list[0]
struct addrinfo { int ai_flags, ai_family, ai_socktype, ai_protocol; socklen_t ai_addrlen;
                  struct sockaddr *ai_addr; char *ai_canonname; struct addrinfo *ai_next; };
#define AI_PASSIVE 1
#define EAI_NONAME (-2)
#define EAI_FAIL (-4)
#define EAI_SYSTEM (-11)
#define NI_MAXHOST 1025
#define NI_MAXSERV 32
extern int h_errno;
#define HOST_NOT_FOUND 1
struct hostent *gethostbyname(const char *name);
int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                struct addrinfo **out);
void freeaddrinfo(struct addrinfo *info);
const char *gai_strerror(int error);
#endif
