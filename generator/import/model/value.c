/* SPDX-License-Identifier: MIT */
/* Values: what operators read and make. */
#include "import/model/model.h"

#include <string.h>

int64_t count_of(int rank, const int64_t *shape)
{
    int64_t count = 1;
    for (int i = 0; i < rank; i++) {
        if (shape[i] < 0 || shape[i] > MOST_ELEMENTS)
            return -1;
        count *= shape[i]; /* at most 2^56 */
        if (count > MOST_ELEMENTS)
            return -1;
    }
    return count;
}

int64_t asked_operator(const struct asked *asked, int64_t operators)
{
    int64_t number = 0;
    const char *at = asked->output;
    for (; *at >= '0' && *at <= '9' && number < operators; at++)
        number = 10 * number + *at - '0';
    return *at || at == asked->output || number >= operators ? -1 : number;
}

bool same_sizes(int rank_a, const int64_t *a, int rank_b, const int64_t *b)
{
    return rank_a == rank_b && !memcmp(a, b, sizeof *a * (size_t)rank_a);
}

struct value *value_new(struct model *m, const char *name, int rank, const int64_t *shape)
{
    struct value *v = NEW(m->mem, struct value);
    v->t.name = name;
    v->t.type = TENSOR_F32;
    v->t.rank = rank;
    if (rank)
        memcpy(v->t.shape, shape, sizeof *shape * (size_t)rank);
    v->t.count = count_of(rank, shape);
    return v;
}

struct value *constant_new(struct model *m, const char *name, enum tensor_type type, int rank, const int64_t *shape,
                           const unsigned char *data)
{
    struct value *v = value_new(m, name, rank, shape);
    v->t.type = type;
    v->t.data = data;
    return v;
}

struct value *value_lost(struct model *m, const char *name)
{
    struct value *v = value_new(m, name, 0, NULL);
    v->lost = true;
    return v;
}
