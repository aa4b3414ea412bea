/* SPDX-License-Identifier: MIT */
#include "learn/subset.h"
#include "base/sort.h"

#include <math.h>

/* Knuth's MMIX; its upper bits are good. */
uint64_t random_draw(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

void shuffle(int *order, int count, uint64_t *state)
{
    for (int i = count - 1; i > 0; i--) {
        int k = (int)(random_draw(state) % (uint64_t)(i + 1)), t = order[i];
        order[i] = order[k];
        order[k] = t;
    }
}

static int *numbers(struct arena *mem, int count)
{
    int *n = NEW_ARRAY(mem, int, count + 1);
    for (int i = 0; i < count; i++)
        n[i] = i;
    return n;
}

struct subset subset_all(struct arena *mem, const struct dataset *data)
{
    return (struct subset){data, data->x.count, numbers(mem, data->x.count)};
}

/* ---- what stays together ---- */

/* Groups of samples, and how many of each class they have; without named groups every sample is one. */
struct bundles {
    int count, classes;
    int *of;      /* by sample: its bundle */
    int *samples; /* count * classes */
    double *want; /* by class: samples that are still to be held back */
};

static int class_of(const struct dataset *data, int n)
{
    return data->labels ? data->labels[n] : 0;
}

static struct bundles bundles_of(struct arena *mem, const struct dataset *data, double share)
{
    struct bundles b = {.count = data->groups ? data->groups : data->x.count,
                        .classes = data->labels ? data->classes : 1};
    b.of = data->groups ? data->group : numbers(mem, data->x.count);
    b.samples = NEW_ARRAY(mem, int, (int64_t)b.count *b.classes);
    b.want = NEW_ARRAY(mem, double, b.classes);
    for (int n = 0; n < data->x.count; n++) {
        b.samples[(int64_t)b.of[n] * b.classes + class_of(data, n)]++;
        b.want[class_of(data, n)] += share;
    }
    return b;
}

/* How much nearer the classes come to what is wanted of them if bundle i is held back. */
static double gain(const struct bundles *b, int i)
{
    double sum = 0;
    const int *has = b->samples + (int64_t)i * b->classes;
    for (int c = 0; c < b->classes; c++)
        sum += fabs(b->want[c]) - fabs(b->want[c] - has[c]);
    return sum;
}

static void hold(struct bundles *b, int i, bool *held)
{
    const int *has = b->samples + (int64_t)i * b->classes;
    for (int c = 0; c < b->classes; c++)
        b->want[c] -= has[c];
    held[i] = true;
}

/* Bundles in an order drawn by the seed; each is held back if that brings the classes nearer.  With bundles of one sample
 * this is stratified sampling: of every class the rounded share. */
static bool *draw(struct arena *mem, struct bundles *b, unsigned seed)
{
    bool *held = NEW_ARRAY(mem, bool, b->count + 1);
    int *order = numbers(mem, b->count), best = 0;
    uint64_t state = hash_word(HASH_START, seed);
    bool any = false;
    shuffle(order, b->count, &state);
    for (int i = 0; i < b->count; i++)
        if (gain(b, order[i]) > 0) {
            hold(b, order[i], held);
            any = true;
        }
    for (int i = 1; i < b->count; i++) /* large groups: the one that is wrong by the least */
        best = gain(b, order[i]) > gain(b, order[best]) ? i : best;
    if (!any)
        hold(b, order[best], held);
    return held;
}

bool subset_split(struct diag *d, const struct dataset *data, double share, unsigned seed, struct subset *learn,
                  struct subset *held)
{
    struct bundles b = bundles_of(d->mem, data, share);
    if (b.count < 2) {
        diag_error(d, (struct loc){"--validate", 0}, NULL,
                   data->groups ? "what is held back is of other groups than what is learnt from: two or more" : NULL,
                   "one %s cannot be parted", data->groups ? "group" : "sample");
        return false;
    }
    const bool *back = draw(d->mem, &b, seed);
    *learn = (struct subset){data, 0, numbers(d->mem, data->x.count)};
    *held = (struct subset){data, 0, numbers(d->mem, data->x.count)};
    for (int n = 0; n < data->x.count; n++) {
        struct subset *to = back[b.of[n]] ? held : learn;
        to->sample[to->count++] = n;
    }
    if (learn->count)
        return true;
    diag_error(d, (struct loc){"--validate", 0}, NULL, "a smaller share, or more groups",
               "nothing is left to learn from");
    return false;
}

struct subset subset_fewer(struct arena *mem, struct subset whole, int most, unsigned seed)
{
    struct subset few = {whole.data, 0, NEW_ARRAY(mem, int, most + 1)};
    if (whole.count <= most)
        return whole;
    int classes = whole.data->labels ? whole.data->classes : 1, *order = numbers(mem, whole.count);
    double *left = NEW_ARRAY(mem, double, classes);
    uint64_t state = hash_word(HASH_START, seed);
    shuffle(order, whole.count, &state);
    for (int i = 0; i < whole.count; i++)
        left[class_of(whole.data, whole.sample[i])] += (double)most / whole.count;
    for (int i = 0; i < whole.count && few.count < most; i++) {
        int n = whole.sample[order[i]], c = class_of(whole.data, n);
        if (left[c] < 0.5)
            continue;
        left[c] -= 1;
        few.sample[few.count++] = n;
    }
    sort_integers(few.sample, few.count);
    return few;
}
