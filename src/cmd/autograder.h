/* cmd/autograder.h - a zip that a course platform unpacks and runs. */
#ifndef CMD_AUTOGRADER_H
#define CMD_AUTOGRADER_H

#include <formats/vocabulary.h>
#include <stdbool.h>

/* For Gradescope: setup.sh, run_autograder, this executable with its headers, its library for
 * guests and its cost sets, the rubric's folder, and what the rubric uses elsewhere. v: the
 * rubric was read with it, and nothing else. The same bytes each time. False: said why. */
bool autograder_write(const char *rubric, const char *zip, const struct vocabulary *v);

#endif
