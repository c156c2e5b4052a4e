/* features.h - nothing is hidden here: all that there is is declared. */
#ifndef FEATURES_H
#define FEATURES_H
#endif
