/* values.h - old names of limits. */
#ifndef VALUES_H
#define VALUES_H
#include <float.h>
#include <limits.h>
#define BITSPERBYTE CHAR_BIT
#define MAXSHORT SHRT_MAX
#define MAXINT INT_MAX
#define MAXLONG LONG_MAX
#define MAXDOUBLE DBL_MAX
#define MINDOUBLE DBL_MIN
#define MAXFLOAT FLT_MAX
#define MINFLOAT FLT_MIN
#endif
