/* sys/sendfile.h */
#ifndef SYS_SENDFILE_H
#define SYS_SENDFILE_H
#include <sys/types.h>
ssize_t sendfile(int to, int from, off_t *at, size_t n);
#endif
