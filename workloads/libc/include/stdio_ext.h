/* stdio_ext.h - a look into streams. */
#ifndef STDIO_EXT_H
#define STDIO_EXT_H
#include <stdio.h>
void __fpurge(FILE *f);
size_t __fbufsize(FILE *f);     /* bytes */
size_t __fpending(FILE *f);     /* bytes that wait to be written */
int __flbf(FILE *f);            /* line by line? */
int __freading(FILE *f);
int __fwriting(FILE *f);
int __freadable(FILE *f);
int __fwritable(FILE *f);
#endif
