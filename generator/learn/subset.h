/* SPDX-License-Identifier: MIT */
/* subset: some of the samples of a data set, and how it is parted. */
#ifndef SUBSET_H
#define SUBSET_H

#include "data/data.h"

struct subset {
    const struct dataset *data; /* NULL: there is no such part */
    int count;
    int *sample; /* their numbers in the data */
};

struct subset subset_all(struct arena *mem, const struct dataset *data);

/* Holds a share of 0 < share < 1 back: of every class about as many, and what belongs together on one side (data->group).
 * Both parts are in the order of the data; the same seed gives the same parts.  False after a message. */
bool subset_split(struct diag *d, const struct dataset *data, double share, unsigned seed, struct subset *learn,
                  struct subset *held);

/* At most `most` samples, of every class about as many. */
struct subset subset_fewer(struct arena *mem, struct subset whole, int most, unsigned seed);

/* The next of a stream of random numbers, the same on every machine; and an order of numbers drawn by it. */
uint64_t random_draw(uint64_t *state);
void shuffle(int *order, int count, uint64_t *state);

#endif
