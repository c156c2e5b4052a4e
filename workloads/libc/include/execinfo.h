/* execinfo.h - who called: frames are not kept, so that only the nearest caller is known. */
#ifndef EXECINFO_H
#define EXECINFO_H
int backtrace(void **at, int n);
char **backtrace_symbols(void *const *at, int n);
void backtrace_symbols_fd(void *const *at, int n, int fd);
#endif
