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
#define NI_NUMERICHOST 1
#define NI_NUMERICSERV 2
struct servent { char *s_name, **s_aliases; int s_port; char *s_proto; };
struct protoent { char *p_name, **p_aliases; int p_proto; };
struct hostent *gethostbyaddr(const void *addr, socklen_t n, int family);
struct servent *getservbyname(const char *name, const char *protocol);
struct servent *getservbyport(int port, const char *protocol);
struct protoent *getprotobyname(const char *name);
struct protoent *getprotobynumber(int number);
int getnameinfo(const struct sockaddr *addr, socklen_t n, char *host, socklen_t nhost, char *service,
                socklen_t nservice, int flags);
struct hostent *gethostbyname(const char *name);
int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                struct addrinfo **out);
void freeaddrinfo(struct addrinfo *info);
const char *gai_strerror(int error);
#endif
