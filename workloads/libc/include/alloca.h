/* alloca.h */
#ifndef ALLOCA_H
#define ALLOCA_H
#define alloca(n) __builtin_alloca(n)
#endif
