/* sim/check.h - CHECK: we are wrong, and stop at once.
 *
 * Never for what a user, a guest or a plug-in can cause. DCHECK is for checks
 * too costly for every build; `make DEBUG=1` turns it on.
 */
#ifndef SIM_CHECK_H
#define SIM_CHECK_H

/* Called with the place and the text of a condition that does not hold. Must not
 * return. The host installs one that prints time, seed and the last events;
 * without one, the process is stopped by a trap instruction. */
typedef void check_failed_fn(const char *file, int line, const char *cond);

/* The one piece of process-wide state of the core: where a failed check goes.
 * It never influences a run. */
void check_set_handler(check_failed_fn *fn);
_Noreturn void check_failed(const char *file, int line, const char *cond);

#define CHECK(cond) \
    (__builtin_expect(!(cond), 0) ? check_failed(__FILE__, __LINE__, #cond) : (void)0)

#ifdef OSSIM_DEBUG
#define DCHECK(cond) CHECK(cond)
#else
#define DCHECK(cond) ((void)sizeof(!(cond)))
#endif

#endif
