/* SPDX-License-Identifier: MIT */
/* Federated averaging (McMahan et al., "Communication-Efficient Learning of Deep Networks from Decentralized Data",
 * AISTATS 2017): the mean of what devices learnt from one start, by samples or all the same. */
#include "saves/average.h"
#include "saves/against.h"
#include "saves/saves.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- weights ---- */

/* The numbers of a list with commas between, at most `count` of them; how many there are, or 0: it is none. */
static int numbers_of(const char *by, double *weight, int count)
{
    int n = 0;
    for (const char *at = by;; at++) {
        char *end;
        double value = strtod(at, &end);
        if (end == at || !isfinite(value) || value < 0 || (*end && *end != ','))
            return 0;
        if (n < count)
            weight[n] = value;
        n++;
        at = end;
        if (!*end)
            return n;
    }
}

const char *saves_weights_wrong(struct arena *mem, const char *by, int count)
{
    if (!strcmp(by, "steps"))
        return NULL;
    double *weight = NEW_ARRAY(mem, double, count + 1), sum = 0;
    int n = numbers_of(by, weight, count);
    for (int i = 0; i < n && i < count; i++)
        sum += weight[i];
    return !n                             ? "must be steps, or a number from 0 on for each saved net, such as 1,2,3"
           : n != count                   ? arena_format(mem, "%d numbers for %d saved nets", n, count)
           : !(sum > 0) || !isfinite(sum) ? "the numbers have no sum"
                                          : NULL;
}

/* Shares, whose sum is 1; NULL after a message. */
static double *shares_of(struct arena *mem, struct diag *d, struct save *const *from, int count, const char *by)
{
    double *share = NEW_ARRAY(mem, double, count), sum = 0;
    bool steps = by && !strcmp(by, "steps");
    const char *why = by ? saves_weights_wrong(mem, by, count) : NULL;
    if (by && !why && !steps)
        numbers_of(by, share, count);
    for (int i = 0; i < count; i++) {
        if (!by || steps)
            share[i] = by ? from[i]->step : 1;
        sum += share[i];
    }
    if (!why && !(sum > 0))
        why = "none of the saved nets has learnt anything: their steps are 0";
    if (why) {
        diag_error(d, (struct loc){"--by", 0}, NULL, "a number for each saved net: --by 1,2,3", "%s", why);
        return NULL;
    }
    for (int i = 0; i < count; i++)
        share[i] /= sum;
    return share;
}

/* ---- what can be averaged ---- */

static bool is_range_name(const char *name)
{
    return !strncmp(name, "d.", 2) && strstr(name, ".range");
}

static bool is_finite(struct diag *d, const struct save *s, const struct save_tensor *t)
{
    for (int64_t i = 0; i < t->count; i++)
        if (!isfinite(save_at(s, t, i))) {
            diag_error(d, (struct loc){s->path, 0}, NULL, "leave this saved net out of the average",
                       "value %lld of '%s' is not finite", (long long)i, t->name);
            return false;
        }
    return true;
}

static void check_pair(struct diag *d, const struct save *first, const struct save *s)
{
    struct loc at = {s->path, 0};
    if (s->base != first->base) {
        diag_error(d, at, NULL, "only nets that began as one can be averaged",
                   "of another base: it belongs to %08x, %s to %08x", (unsigned)s->base, first->path,
                   (unsigned)first->base);
    } else if (s->layout != first->layout || s->length != first->length) {
        const char *how = tables_differ(d->mem, s, first);
        diag_error(d, at, NULL, "--into one spec makes nets of one layout of them", "of another layout than %s: %s",
                   first->path, how ? how : "the hashes of their tables differ");
    }
    for (int i = 0; i < s->count; i++)
        if (!is_finite(d, s, &s->tensor[i]))
            return;
}

/* Classes in use (docs/saved.md) have to be the same: the mean of a row and of one that means nothing would be nothing. */
static void check_classes(struct diag *d, const struct save *first, const struct save *s)
{
    for (int i = 0; i < s->count; i++) {
        const struct save_tensor *t = &s->tensor[i];
        for (int64_t k = 0; t->type == SAVED_INT32 && !is_range_name(t->name) && k < t->count; k++)
            if ((save_at(s, t, k) != 0) != (save_at(first, t, k) != 0)) {
                diag_error(d, (struct loc){s->path, 0}, NULL, "average those that know the same classes",
                           "class %lld is in use in one of %s and this alone", (long long)k, first->path);
                return;
            }
    }
}

/* ---- means ---- */

/* Samples shown of a class: the most; where one has learnt since, so has the mean. */
static double shown_at(struct save *const *from, int count, const struct save_tensor *t, int64_t i)
{
    double most = 0;
    bool learnt = false;
    for (int k = 0; k < count; k++) {
        most = fmax(most, fabs(save_at(from[k], t, i)));
        learnt = learnt || save_at(from[k], t, i) < 0;
    }
    return learnt ? -most : most;
}

static double mean_at(struct save *const *from, int count, const double *share, const struct save_tensor *t, int64_t i)
{
    double sum = 0;
    for (int k = 0; k < count; k++)
        sum += share[k] * save_at(from[k], t, i);
    return sum;
}

/* Signed bytes of a word, the largest of each. */
static uint32_t larger_bytes(uint32_t a, uint32_t b)
{
    uint32_t word = 0;
    for (int shift = 0; shift < 32; shift += 8) {
        int x = (int8_t)(a >> shift), y = (int8_t)(b >> shift);
        word |= (uint32_t)(uint8_t)(x > y ? x : y) << shift;
    }
    return word;
}

/* The scale of an integer gradient (docs/saved.md): real = q * 2^-exponent, so that the least exponent has the largest range;
 * nothing is seen yet of the next step; the largest of what the last 16 were. */
static void merge_range(struct save *sum, struct save *const *from, int count, const struct save_tensor *t)
{
    double exponent = save_at(from[0], t, 0);
    for (int k = 1; k < count; k++)
        exponent = fmin(exponent, save_at(from[k], t, 0));
    save_set(sum, t, 0, exponent);
    save_set(sum, t, 1, 0);
    for (int64_t i = 2; i < t->count; i++) {
        uint32_t word = (uint32_t)(int32_t)save_at(from[0], t, i);
        for (int k = 1; k < count; k++)
            word = larger_bytes(word, (uint32_t)(int32_t)save_at(from[k], t, i));
        save_set(sum, t, i, (int32_t)word);
    }
}

static void average_tensor(struct save *sum, struct save *const *from, int count, const double *share,
                           const struct save_tensor *t)
{
    enum save_role role = save_role(sum, t);
    if (role == SAVE_RANGE && is_range_name(t->name)) {
        merge_range(sum, from, count, t);
        return;
    }
    for (int64_t i = 0; i < t->count; i++) {
        double value = role == SAVE_GRADIENT ? 0
                       : role == SAVE_RANGE  ? shown_at(from, count, t, i)
                                             : mean_at(from, count, share, t, i);
        save_set(sum, t, i, value);
    }
}

struct save *saves_average(struct arena *mem, struct diag *d, struct save *const *from, int count, const char *by)
{
    struct save *sum = save_copy(mem, from[0]);
    double *share = shares_of(mem, d, from, count, by);
    uint64_t steps = 0;
    for (int i = 0; i < count; i++)
        check_pair(d, from[0], from[i]);
    for (int i = 0; i < count && !d->errors; i++)
        check_classes(d, from[0], from[i]);
    if (!share || d->errors)
        return NULL;
    for (int i = 0; i < count; i++)
        steps += from[i]->step;
    sum->step = steps > UINT32_MAX ? UINT32_MAX : (uint32_t)steps;
    sum->samples = 0;
    for (int i = 0; i < sum->count; i++)
        average_tensor(sum, from, count, share, &sum->tensor[i]);
    return sum;
}
