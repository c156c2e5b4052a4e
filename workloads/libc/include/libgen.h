/* libgen.h - the parts of a path. */
#ifndef LIBGEN_H
#define LIBGEN_H
char *basename(char *path);
char *dirname(char *path);
#endif
