/* machine/source.h - where in its source a program is: symbols and lines of its image.
 *
 * What is found points into the image. In time proportional to its tables: for reports, not
 * for every instruction.
 */
#ifndef MACHINE_SOURCE_H
#define MACHINE_SOURCE_H

#include <sim/config.h>

struct source_place {
    const char *symbol;         /* the nearest one at or below; NULL: unknown */
    uint32_t offset;            /* from there */
    const char *file;           /* NULL: no line is known */
    uint32_t line;
};

/* Of an instruction. image may be NULL: nothing is known. */
struct source_place source_code(const struct program_config *image, uint32_t pc);
/* Of a variable: the object that va is in, else the nearest label below; no line. */
struct source_place source_data(const struct program_config *image, uint32_t va);

#endif
