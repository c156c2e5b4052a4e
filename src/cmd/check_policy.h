/* cmd/check_policy.h - is a .c file a scheduler that builds and runs? */
#ifndef CMD_CHECK_POLICY_H
#define CMD_CHECK_POLICY_H

#include <cmd/options.h>
#include <formats/vocabulary.h>

/* The exit status; what is wrong is said on stderr. It is a smoke test and no proof. */
int check_policy(const char *file, struct vocabulary *v, bool quiet);

#endif
