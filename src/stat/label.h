/* stat/label.h - names where there is little room, printed, drawn and on the screens. */
#ifndef STAT_LABEL_H
#define STAT_LABEL_H

#include <stddef.h>

/* A name in at most so many characters. What is longer loses its middle, where `gap` stands
 * instead (one character): names of many alike differ at their ends. Characters, not columns
 * of a terminal; below 3 of them nothing is taken out. Returns buf. */
char *label_fit(const char *name, unsigned most, const char *gap, char *buf, size_t size);

#endif
