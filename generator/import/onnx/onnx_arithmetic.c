/* SPDX-License-Identifier: MIT */
/* Arithmetic of constants: sizes that are computed, and weights that the network standardises. */
#include "import/onnx/onnx.h"

#include <math.h>
#include <string.h>

/* ---- of each element ---- */

static double one_of(const char *type, double x)
{
    return !strcmp(type, "Sqrt") ? sqrt(x) : !strcmp(type, "Neg") ? -x : 1 / x;
}

struct value *onnx_one_constant(struct node_reading *n)
{
    const struct value *x = n->in[0];
    unsigned char *data;
    if (x->t.type != TENSOR_F32 || x->nscale)
        return refuse(n->m, NULL, "of a constant of type %s", tensor_type_name(x->t.type));
    struct value *v = onnx_fresh(n, TENSOR_F32, x->t.rank, x->t.shape, &data);
    for (int64_t i = 0; v && i < v->t.count; i++)
        onnx_put_number(data, TENSOR_F32, i, one_of(n->m->type, tensor_at(&x->t, i)));
    return v;
}

/* ---- of two ---- */

static double two_of(char op, double x, double y)
{
    return op == 'A' ? x + y : op == 'S' ? x - y : op == 'M' ? x * y : op == 'P' ? pow(x, y) : y != 0 ? x / y : 0;
}

/* Along each axis of the result, how far apart elements of x stand: 0 where x has one for all.  False: x does not fit. */
static bool steps_of(const struct value *x, int rank, const int64_t *shape, int64_t *step)
{
    int64_t size = 1;
    for (int i = rank - 1, k = x->t.rank - 1; i >= 0; i--, k--) {
        int64_t own = k >= 0 ? x->t.shape[k] : 1;
        if (own != 1 && own != shape[i])
            return false;
        step[i] = own == 1 ? 0 : size;
        size *= own;
    }
    return true;
}

/* The place of element i of the result in an operand. */
static int64_t place_of(int64_t i, int rank, const int64_t *shape, const int64_t *step)
{
    int64_t at = 0;
    for (int k = rank - 1; k >= 0; k--) {
        at += i % shape[k] * step[k];
        i /= shape[k];
    }
    return at;
}

struct value *onnx_two_constants(struct node_reading *n)
{
    const struct value *a = n->in[0], *b = n->in[1];
    int64_t shape[TENSOR_RANK] = {0}, step[2][TENSOR_RANK];
    int rank = a->t.rank > b->t.rank ? a->t.rank : b->t.rank;
    unsigned char *data;
    for (int i = 0; i < rank; i++) {
        int of_a = i - rank + a->t.rank, of_b = i - rank + b->t.rank;
        shape[i] = of_a >= 0 && a->t.shape[of_a] != 1 ? a->t.shape[of_a] : of_b >= 0 ? b->t.shape[of_b] : 1;
    }
    if (!steps_of(a, rank, shape, step[0]) || !steps_of(b, rank, shape, step[1]))
        return refuse(n->m, NULL, "of constants of different shapes");
    if (a->nscale || b->nscale)
        return refuse(n->m, NULL, "of constants with scales");
    enum tensor_type type = a->t.count >= b->t.count ? a->t.type : b->t.type;
    struct value *v = onnx_fresh(n, type, rank, shape, &data);
    for (int64_t i = 0; v && i < v->t.count; i++)
        onnx_put_number(data, type, i,
                        two_of(n->m->type[0], tensor_at(&a->t, place_of(i, rank, shape, step[0])),
                               tensor_at(&b->t, place_of(i, rank, shape, step[1]))));
    return v;
}

/* ---- over axes ---- */

/* Which axes: a bit each; none named are all.  -1 after a message. */
static int axes_over(struct node_reading *n)
{
    int64_t axes[TENSOR_RANK];
    int rank = n->in[0]->t.rank, count = whole_list(n, "axes", 1, axes, TENSOR_RANK), mask = 0;
    if (count < -1)
        return -1;
    for (int i = 0; i < count && i < TENSOR_RANK; i++) {
        int64_t axis = axis_of(axes[i], rank);
        if (axis < 0 || axis >= rank)
            return refuse(n->m, NULL, "axis %lld of %d", (long long)axes[i], rank) ? 0 : -1;
        mask |= 1 << axis;
    }
    return count > 0 ? mask : attribute_int(n, "noop_with_empty_axes", 0) ? 0 : (1 << rank) - 1;
}

/* Takes element x into a sum, or a product. */
static void take(const char *what, double *sum, double x)
{
    if (!strcmp(what, "Prod"))
        *sum *= x;
    else
        *sum += !strcmp(what, "SumSquare") || !strcmp(what, "L2") ? x * x : x;
}

struct value *onnx_reduce_constant(struct node_reading *n)
{
    const struct value *x = n->in[0];
    const char *what = n->m->type + strlen("Reduce");
    int64_t step[TENSOR_RANK], shape[TENSOR_RANK], count = 1;
    int mask = axes_over(n), kept = 0;
    unsigned char *data;
    if (mask < 0 || x->nscale || !x->t.count)
        return mask < 0 ? NULL : refuse(n->m, NULL, "of a constant with scales, or of none");
    for (int i = x->t.rank - 1; i >= 0; i--) {
        step[i] = mask >> i & 1 ? 0 : count;
        count *= mask >> i & 1 ? 1 : x->t.shape[i];
    }
    for (int i = 0; i < x->t.rank; i++)
        if (!(mask >> i & 1) || attribute_int(n, "keepdims", 1))
            shape[kept++] = mask >> i & 1 ? 1 : x->t.shape[i];
    struct value *v = onnx_fresh(n, x->t.type, kept, shape, &data);
    if (!v || !affordable(n->m, 8 * count))
        return NULL;
    double *sum = NEW_ARRAY(n->m->mem, double, count);
    for (int64_t i = 0; i < count; i++)
        sum[i] = strcmp(what, "Prod") ? 0 : 1;
    for (int64_t i = 0; i < x->t.count; i++)
        take(what, &sum[place_of(i, x->t.rank, x->t.shape, step)], tensor_at(&x->t, i));
    for (int64_t i = 0; i < count; i++) {
        double mean = strcmp(what, "Mean") ? sum[i] : sum[i] / (double)(x->t.count / count);
        onnx_put_number(data, x->t.type, i, strcmp(what, "L2") ? mean : sqrt(mean));
    }
    return v;
}
