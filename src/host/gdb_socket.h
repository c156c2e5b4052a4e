/* host/gdb_socket.h - one debugger on a loopback port. */
#ifndef HOST_GDB_SOCKET_H
#define HOST_GDB_SOCKET_H

#include <ossim/err.h>
#include <stdbool.h>
#include <stddef.h>

/* Listen on 127.0.0.1:port and wait for one connection; *fd is then open. `waiting` is
 * called once the port is open. ERR_IO: the port is taken, say. */
enum err gdb_accept(unsigned port, void (*waiting)(unsigned port), int *fd,
                    struct diag *diag);
/* The next byte; -1: the debugger is gone. Blocks. */
int gdb_get(int fd);
/* Is there a byte to read (or an end to notice)? Does not block. */
bool gdb_ready(int fd);
/* The same, but wait for it so many milliseconds. */
bool gdb_ready_within(int fd, int ms);
/* False: the debugger is gone. */
bool gdb_put(int fd, const char *bytes, size_t n);
void gdb_close(int fd);

#endif
