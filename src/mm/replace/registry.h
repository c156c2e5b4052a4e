/* mm/replace/registry.h - the built-in replacement policies, by name. */
#ifndef MM_REPLACE_REGISTRY_H
#define MM_REPLACE_REGISTRY_H

#include <ossim/replace.h>

/* In the order of `ossim list replacement`. NULL at and past the end. */
const struct replace_ops *replace_builtin(unsigned i);
/* By name, or another word for it (len bytes); NULL if there is none. */
const struct replace_ops *replace_find(const char *name, size_t len);
/* The i-th other word for that policy; NULL at and past the last. */
const char *replace_alias(const struct replace_ops *ops, unsigned i);

#endif
