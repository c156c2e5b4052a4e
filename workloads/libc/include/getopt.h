/* getopt.h - the options of a command line. Long options in GNU's manner; getopt_long
 * moves what is no option behind the options, getopt stops at it, as POSIX says. */
#ifndef GETOPT_H
#define GETOPT_H
extern char *optarg;
extern int optind, opterr, optopt;
struct option { const char *name; int has_arg, *flag, val; };
#define no_argument 0
#define required_argument 1
#define optional_argument 2
int getopt(int argc, char *const argv[], const char *letters);
int getopt_long(int argc, char *const argv[], const char *letters, const struct option *options,
                int *index);
int getopt_long_only(int argc, char *const argv[], const char *letters,
                     const struct option *options, int *index);
#endif
