/* setjmp.h - jumps out of functions. */
#ifndef SETJMP_H
#define SETJMP_H
#include <signal.h>
typedef struct { unsigned long regs[14], has_mask; sigset_t mask; } jmp_buf[1];
typedef jmp_buf sigjmp_buf;
int setjmp(jmp_buf at) __attribute__((returns_twice));
int _setjmp(jmp_buf at) __attribute__((returns_twice));
_Noreturn void longjmp(jmp_buf at, int value);
_Noreturn void _longjmp(jmp_buf at, int value);
int __sigsetjmp_mask(sigjmp_buf at, int save);
/* The mask is saved by a function that returns before the registers are. */
#define sigsetjmp(at, save) (__sigsetjmp_mask(at, save), setjmp(at))
_Noreturn void siglongjmp(sigjmp_buf at, int value);
#endif
