/* fenv.h - floating point is software: it rounds to the nearest and raises no flags. */
#ifndef FENV_H
#define FENV_H
#define FE_TONEAREST 0
typedef unsigned fenv_t;
typedef unsigned fexcept_t;
#define FE_ALL_EXCEPT 0
static inline int fegetround(void) { return FE_TONEAREST; }
static inline int fesetround(int mode) { return mode != FE_TONEAREST; }
static inline int feclearexcept(int which) { (void)which; return 0; }
static inline int feraiseexcept(int which) { return which != 0; }
static inline int fetestexcept(int which) { (void)which; return 0; }
static inline int fegetenv(fenv_t *env) { *env = 0; return 0; }
static inline int fesetenv(const fenv_t *env) { (void)env; return 0; }
#endif
