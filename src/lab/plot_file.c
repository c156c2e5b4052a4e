/* plot_file.c - see plot_file.h */
#include <lab/plot_file.h>

#include <host/file.h>
#include <lab/plot.h>

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum err plot_open(struct plot_file *f, const char *dir, const char *name,
                   const char *kind, struct diag *diag)
{
    enum err err = dir_make(dir, diag);

    *f = (struct plot_file){ .failed = false };
    if (err)
        return err;
    int n = snprintf(f->base, sizeof f->base, "%s/%s-%s", dir, name, kind);
    if (n < 0 || (size_t)n >= sizeof f->base) {
        snprintf(diag->text, sizeof diag->text, "the path of the figures is too long");
        return ERR_IO;
    }
    snprintf(f->csv, sizeof f->csv, "%s.csv", f->base);
    f->file = outfile_open(f->csv, diag);
    return f->file ? ERR_OK : ERR_IO;
}

void plot_put(struct plot_file *f, const char *format, ...)
{
    char buf[512];
    va_list ap;

    va_start(ap, format);
    int n = vsnprintf(buf, sizeof buf, format, ap);
    va_end(ap);
    if (n < 0 || (size_t)n >= sizeof buf || !outfile_write(f->file, buf, (size_t)n))
        f->failed = true;
}

void plot_field(struct plot_file *f, const char *text)
{
    plot_put(f, "\"");
    for (; *text; text++)
        plot_put(f, *text == '"' ? "\"\"" : "%c", *text);
    plot_put(f, "\"");
}

enum err plot_close(struct plot_file *f, struct diag *diag)
{
    if (!f->failed)
        return outfile_commit(f->file, diag);
    outfile_abort(f->file);
    snprintf(diag->file, sizeof diag->file, "%.255s", f->csv);
    snprintf(diag->text, sizeof diag->text, "cannot write it");
    return ERR_IO;
}

void plot_word(char *list, size_t size, const char *text)
{
    static const char hard_blank[] = "\xc2\xa0";
    size_t used = strlen(list), start = used;

    if (used > 0)
        list[used++] = ' ';
    for (const char *c = *text ? text : "-"; *c; c++) {
        if (used + 4 > size) {
            list[start] = '\0';
            return;
        }
        if (isspace((unsigned char)*c)) {
            memcpy(list + used, hard_blank, 2);
            used += 2;
        } else {
            list[used++] = *c == '"' || *c == '\'' ? '_' : *c;
        }
    }
    list[used] = '\0';
}

const char *plot_name(const char *workload, char *buf, size_t size)
{
    size_t n = 0;

    for (; *workload && n + 1 < size; workload++)
        buf[n++] = isalnum((unsigned char)*workload) || *workload == '_' ? *workload : '-';
    buf[n] = '\0';
    if (n == 0)
        snprintf(buf, size, "workload");
    return buf;
}
