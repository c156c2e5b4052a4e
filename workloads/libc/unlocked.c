/* unlocked.c - streams by other names: without locks, in words, with a size. A lock that the
 * caller has taken already is taken again, which is what these save elsewhere. */
#include "stream.h"

#include <stdio_ext.h>
#include <string.h>

int fgetc_unlocked(FILE *f) { return fgetc(f); }
int fputc_unlocked(int c, FILE *f) { return fputc(c, f); }
int fflush_unlocked(FILE *f) { return fflush(f); }
int fileno_unlocked(FILE *f) { return fileno(f); }
int feof_unlocked(FILE *f) { return feof(f); }
int ferror_unlocked(FILE *f) { return ferror(f); }
void clearerr_unlocked(FILE *f) { clearerr(f); }
char *fgets_unlocked(char *s, int n, FILE *f) { return fgets(s, n, f); }
int fputs_unlocked(const char *s, FILE *f) { return fputs(s, f); }
size_t fread_unlocked(void *p, size_t size, size_t n, FILE *f) { return fread(p, size, n, f); }
size_t fwrite_unlocked(const void *p, size_t size, size_t n, FILE *f) { return fwrite(p, size, n, f); }

int getw(FILE *f)
{
    int word;

    return fread(&word, sizeof word, 1, f) == 1 ? word : EOF;
}

int putw(int word, FILE *f) { return fwrite(&word, sizeof word, 1, f) == 1 ? 0 : EOF; }
void setbuffer(FILE *f, char *buf, size_t n) { setvbuf(f, buf, buf ? _IOFBF : _IONBF, n); }

void __fpurge(FILE *f)
{
    flockfile(f);
    f->at = f->n = 0;
    f->writing = 0;
    funlockfile(f);
}

size_t __fbufsize(FILE *f) { return f->unbuffered ? 1 : f->buf ? f->size : BUFSIZ; }
size_t __fpending(FILE *f) { return f->writing ? f->at : 0; }
int __flbf(FILE *f) { return f->line; }
int __freading(FILE *f) { return !f->can_write || (!f->writing && f->n > 0); }
int __fwriting(FILE *f) { return !f->can_read || f->writing; }
int __freadable(FILE *f) { return f->can_read; }
int __fwritable(FILE *f) { return f->can_write; }
