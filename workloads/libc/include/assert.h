/* assert.h */
#ifndef ASSERT_H
#define ASSERT_H
_Noreturn void __assert_failed(const char *condition, const char *file, int line);
#ifdef NDEBUG
#define assert(c) ((void)0)
#else
#define assert(c) ((c) ? (void)0 : __assert_failed(#c, __FILE__, __LINE__))
#endif
#define static_assert _Static_assert
#endif
