/* formats/suggest.h - did you mean? */
#ifndef FORMATS_SUGGEST_H
#define FORMATS_SUGGEST_H

/* The nearest of the NULL-ended names, near enough to be meant; else NULL. */
const char *suggest(const char *word, const char *const *names);
/* Where a workload has this key, for one that stands in the wrong place; else NULL. */
const char *suggest_place(const char *key);

#endif
