/* sim/check.h - CHECK: we are wrong, and stop at once.
 *
 * Never for what a user, a guest or a plug-in can cause. DCHECK is for checks
 * too costly for every build; `make DEBUG=1` turns it on.
 */
#ifndef SIM_CHECK_H
#define SIM_CHECK_H

/* Says what did not hold, with what is known of the run, and ends the process with
 * status 3. The core only calls it; src/host/check.c is where it stands, since
 * the core has no way to say anything. */
_Noreturn void check_failed(const char *file, int line, const char *cond);

#define CHECK(cond) \
    (__builtin_expect(!(cond), 0) ? check_failed(__FILE__, __LINE__, #cond) : (void)0)

#ifdef OSSIM_DEBUG
#define DCHECK(cond) CHECK(cond)
#else
#define DCHECK(cond) ((void)sizeof(!(cond)))
#endif

#endif
