/* stdatomic.h - by the compiler's builtins. */
#ifndef STDATOMIC_H
#define STDATOMIC_H
#include <stddef.h>
#include <stdint.h>
typedef enum {
    memory_order_relaxed = __ATOMIC_RELAXED, memory_order_consume = __ATOMIC_CONSUME,
    memory_order_acquire = __ATOMIC_ACQUIRE, memory_order_release = __ATOMIC_RELEASE,
    memory_order_acq_rel = __ATOMIC_ACQ_REL, memory_order_seq_cst = __ATOMIC_SEQ_CST
} memory_order;
typedef _Atomic _Bool atomic_bool;
typedef _Atomic char atomic_char;
typedef _Atomic signed char atomic_schar;
typedef _Atomic unsigned char atomic_uchar;
typedef _Atomic short atomic_short;
typedef _Atomic unsigned short atomic_ushort;
typedef _Atomic int atomic_int;
typedef _Atomic unsigned atomic_uint;
typedef _Atomic long atomic_long;
typedef _Atomic unsigned long atomic_ulong;
typedef _Atomic long long atomic_llong;
typedef _Atomic unsigned long long atomic_ullong;
typedef _Atomic size_t atomic_size_t;
typedef _Atomic ptrdiff_t atomic_ptrdiff_t;
typedef _Atomic intptr_t atomic_intptr_t;
typedef _Atomic uintptr_t atomic_uintptr_t;
#define ATOMIC_VAR_INIT(v) (v)
#define ATOMIC_INT_LOCK_FREE 2
#define ATOMIC_LONG_LOCK_FREE 2
#define ATOMIC_POINTER_LOCK_FREE 2
#define atomic_init(p, v) atomic_store_explicit(p, v, memory_order_relaxed)
#define kill_dependency(y) (y)
#define atomic_thread_fence(m) __atomic_thread_fence(m)
#define atomic_signal_fence(m) __atomic_signal_fence(m)
#define atomic_is_lock_free(p) (sizeof *(p) <= 4)
#ifdef __clang__                /* whose __atomic builtins want plain types */
#define atomic_load_explicit(p, m) __c11_atomic_load((p), (m))
#define atomic_store_explicit(p, v, m) __c11_atomic_store((p), (v), (m))
#define atomic_exchange_explicit(p, v, m) __c11_atomic_exchange((p), (v), (m))
#define atomic_compare_exchange_strong_explicit(p, e, v, s, f) \
        __c11_atomic_compare_exchange_strong((p), (e), (v), (s), (f))
#define atomic_compare_exchange_weak_explicit(p, e, v, s, f) \
        __c11_atomic_compare_exchange_weak((p), (e), (v), (s), (f))
#define atomic_fetch_add_explicit(p, v, m) __c11_atomic_fetch_add((p), (v), (m))
#define atomic_fetch_sub_explicit(p, v, m) __c11_atomic_fetch_sub((p), (v), (m))
#define atomic_fetch_or_explicit(p, v, m) __c11_atomic_fetch_or((p), (v), (m))
#define atomic_fetch_xor_explicit(p, v, m) __c11_atomic_fetch_xor((p), (v), (m))
#define atomic_fetch_and_explicit(p, v, m) __c11_atomic_fetch_and((p), (v), (m))
#else
#define atomic_load_explicit(p, m) __extension__({ \
        __auto_type __p = (p); __typeof__((void)0, *__p) __v; \
        __atomic_load(__p, &__v, (m)); __v; })
#define atomic_store_explicit(p, v, m) __extension__({ \
        __auto_type __p = (p); __typeof__((void)0, *__p) __v = (v); \
        __atomic_store(__p, &__v, (m)); })
#define atomic_exchange_explicit(p, v, m) __extension__({ \
        __auto_type __p = (p); __typeof__((void)0, *__p) __v = (v), __o; \
        __atomic_exchange(__p, &__v, &__o, (m)); __o; })
#define atomic_compare_exchange_strong_explicit(p, e, v, s, f) __extension__({ \
        __auto_type __p = (p); __typeof__((void)0, *__p) __v = (v); \
        __atomic_compare_exchange(__p, (e), &__v, 0, (s), (f)); })
#define atomic_compare_exchange_weak_explicit(p, e, v, s, f) __extension__({ \
        __auto_type __p = (p); __typeof__((void)0, *__p) __v = (v); \
        __atomic_compare_exchange(__p, (e), &__v, 1, (s), (f)); })
#define atomic_fetch_add_explicit(p, v, m) __atomic_fetch_add((p), (v), (m))
#define atomic_fetch_sub_explicit(p, v, m) __atomic_fetch_sub((p), (v), (m))
#define atomic_fetch_or_explicit(p, v, m) __atomic_fetch_or((p), (v), (m))
#define atomic_fetch_xor_explicit(p, v, m) __atomic_fetch_xor((p), (v), (m))
#define atomic_fetch_and_explicit(p, v, m) __atomic_fetch_and((p), (v), (m))
#endif
#define atomic_load(p) atomic_load_explicit(p, memory_order_seq_cst)
#define atomic_store(p, v) atomic_store_explicit(p, v, memory_order_seq_cst)
#define atomic_exchange(p, v) atomic_exchange_explicit(p, v, memory_order_seq_cst)
#define atomic_compare_exchange_strong(p, e, v) atomic_compare_exchange_strong_explicit( \
        p, e, v, memory_order_seq_cst, memory_order_seq_cst)
#define atomic_compare_exchange_weak(p, e, v) atomic_compare_exchange_weak_explicit( \
        p, e, v, memory_order_seq_cst, memory_order_seq_cst)
#define atomic_fetch_add(p, v) atomic_fetch_add_explicit(p, v, memory_order_seq_cst)
#define atomic_fetch_sub(p, v) atomic_fetch_sub_explicit(p, v, memory_order_seq_cst)
#define atomic_fetch_or(p, v) atomic_fetch_or_explicit(p, v, memory_order_seq_cst)
#define atomic_fetch_xor(p, v) atomic_fetch_xor_explicit(p, v, memory_order_seq_cst)
#define atomic_fetch_and(p, v) atomic_fetch_and_explicit(p, v, memory_order_seq_cst)
typedef struct { unsigned char set; } atomic_flag;
#define ATOMIC_FLAG_INIT { 0 }
#define atomic_flag_test_and_set(f) __atomic_test_and_set(&(f)->set, __ATOMIC_SEQ_CST)
#define atomic_flag_test_and_set_explicit(f, m) __atomic_test_and_set(&(f)->set, (m))
#define atomic_flag_clear(f) __atomic_clear(&(f)->set, __ATOMIC_SEQ_CST)
#define atomic_flag_clear_explicit(f, m) __atomic_clear(&(f)->set, (m))
#endif
