/* SPDX-License-Identifier: MIT */
/* twins: warnings of data with which an accuracy says little. */
#ifndef TWINS_H
#define TWINS_H

#include "data/data.h"

/* Samples of --test that are among those that are learnt from, to the last bit. */
void warn_of_known(struct diag *d, const char *test, const struct samples *learnt, const struct samples *asked);

/* Samples that are there twice, where some are held back and no groups keep them together. */
void warn_of_twins(struct diag *d, const char *train, const struct samples *x);

/* So few held back that their accuracy is chance: two standard errors at one half. */
void warn_of_few(struct diag *d, const char *train, int held);

#endif
