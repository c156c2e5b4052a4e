/* kern/syscall.h - for files with handlers of system calls. */
#ifndef KERN_SYSCALL_H
#define KERN_SYSCALL_H

#include <kern/proc.h>
#include <kern/request.h>
#include <kern/uaccess.h>

typedef int32_t sys_fn(struct sysc *c);
#define SYSCALL(nr, name, service, fn, args, what) sys_fn sys_##fn;
#include <ossim/syscall.def>
#undef SYSCALL

#endif
