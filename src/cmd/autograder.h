/* cmd/autograder.h - a zip that a course platform unpacks and runs. */
#ifndef CMD_AUTOGRADER_H
#define CMD_AUTOGRADER_H

#include <stdbool.h>

/* For Gradescope: setup.sh, run_autograder, this executable with its headers and library for
 * guests, and the rubric's folder. The same bytes each time. False: said why. */
bool autograder_write(const char *rubric, const char *zip);

#endif
