/* stream.h - what a stream is; for the parts of stdio only. */
#ifndef LIBC_STREAM_H
#define LIBC_STREAM_H
#include <stdio.h>

enum { UNGET = 8 };             /* room before the bytes that were read, for ungetc */

struct __file {
    int fd;                     /* -1: memory alone */
    int lock, owner, depth;     /* owner: the thread that holds it, depth times */
    unsigned char *buf;         /* NULL until the first use */
    size_t size, at, n;         /* reading: next, end; writing: at bytes wait */
    unsigned char can_read, can_write, append, line, unbuffered, own_buf;
    unsigned char fresh;        /* line by line only if it leads to a terminal: not asked yet */
    unsigned char writing, eof, error;
    int child;                  /* of popen */
    struct __file *next;        /* of all that fopen has made */
    unsigned char *mem;         /* of fmemopen and open_memstream, with mem_size bytes */
    size_t mem_size, mem_at, mem_end;
    unsigned char own_mem;      /* freed with the stream */
    int (*grow)(struct __file *f, size_t end);  /* of open_memstream; -1: no memory */
    char **told;                /* where the caller learns what `grow` made */
    size_t *told_size;
};

/* All of these want the stream locked. */
int __fill(FILE *f);            /* at least a byte more, or EOF */
int __put(FILE *f, int c);
size_t __put_all(FILE *f, const char *s, size_t n);
int __flush(FILE *f);           /* writes; what was read ahead is given back */

static inline int __get(FILE *f)
{
    return f->at < f->n && !f->writing ? f->buf[f->at++] : __fill(f) ? EOF : f->buf[f->at++];
}

/* vfprintf, where a width is one of characters, not of bytes, and so is the result. */
int __format_wide(FILE *f, const char *text, va_list ap);
int __open_mode(const char *mode);      /* of open(2); -1: nonsense */
FILE *__make_stream(int fd, const char *mode);
void __drop_stream(FILE *f);
#endif
