/* SPDX-License-Identifier: MIT */
/* twins: what a measured accuracy cannot be trusted for, seen in the data: samples that are learnt from and asked, too, and so few
 * of them that chance decides. */
#include "learn/twins.h"

#include <math.h>
#include <stdlib.h>

enum { FEW = 50 };

static int by_word(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* A hash of each sample; sorted. */
static uint64_t *hashes_of(struct arena *mem, const struct samples *x)
{
    uint64_t *hash = NEW_ARRAY(mem, uint64_t, x->count + 1);
    size_t bytes = (size_t)x->each * (x->pixel ? sizeof *x->pixel : sizeof *x->number);
    const unsigned char *at = x->pixel ? x->pixel : (const unsigned char *)x->number;
    for (int i = 0; i < x->count; i++)
        hash[i] = hash_bytes(HASH_START, at + bytes * (size_t)i, bytes);
    qsort(hash, (size_t)x->count, sizeof *hash, by_word);
    return hash;
}

void warn_of_known(struct diag *d, const char *test, const struct samples *learnt, const struct samples *asked)
{
    struct arena *mem = arena_new();
    const uint64_t *known = hashes_of(mem, learnt), *hash = hashes_of(mem, asked);
    int count = 0;
    for (int i = 0; i < asked->count; i++)
        count += bsearch(&hash[i], known, (size_t)learnt->count, sizeof *known, by_word) != NULL;
    arena_free(mem);
    if (count)
        diag_warn(d, (struct loc){test, 0}, NULL, "other samples; --validate 0.25 holds some of --train back",
                  "%d of the %d samples of --test are in --train, too: of these the accuracy says how well they are "
                  "remembered",
                  count, asked->count);
}

void warn_of_twins(struct diag *d, const char *train, const struct samples *x)
{
    struct arena *mem = arena_new();
    const uint64_t *hash = hashes_of(mem, x);
    int count = 0;
    for (int i = 1; i < x->count; i++)
        count += hash[i] == hash[i - 1];
    arena_free(mem);
    if (count)
        diag_warn(d, (struct loc){train, 0}, NULL, "take them out, or --group FILE keeps them on one side",
                  "%d of the %d samples equal one before them: what is held back may be learnt from, too", count,
                  x->count);
}

void warn_of_few(struct diag *d, const char *train, int held)
{
    if (held > 0 && held < FEW)
        diag_warn(d, (struct loc){train, 0}, NULL,
                  "more samples, or the mean of several --seed, which hold others back",
                  "of %d samples held back one is %.1f points of accuracy, and %.0f may be chance", held, 100.0 / held,
                  100 * sqrt(1.0 / held));
}
