/* ucontext.h - what a handler of signals gets to see; and contexts of one's own, as threads
 * in user space are made of. */
#ifndef UCONTEXT_H
#define UCONTEXT_H
#include <signal.h>
int getcontext(ucontext_t *u) __attribute__((returns_twice));
int setcontext(const ucontext_t *u);
void makecontext(ucontext_t *u, void (*fn)(void), int argc, ...);
int swapcontext(ucontext_t *old, const ucontext_t *u);
#endif
