/* How many instructions a call takes on a microcontroller, from its MACs: an estimate, good to a fifth or so.
 *
 * The factors are what tests/firmware/count.sh finds for mcunet-5fps at gcc -O2, all of a call divided by its MACs. */
#include "report/facts.h"

#include <string.h>

struct factors {
    const char *target;
    double integer[2], real[2]; /* forward, backward */
};

static const struct factors table[] = {
    {"cortex-m4", {1.55, 2.2}, {3.75, 3.9}},
    {"cortex-m7", {1.55, 2.2}, {3.75, 3.9}},
    {"cortex-m0plus", {9.2, 10}, {189, 203}}, /* floats in software */
};

static bool is_integer(const struct node *n)
{
    return strstr(n->op->name, "int8") != NULL;
}

bool estimate_instructions(const struct product *p, int64_t *predict, int64_t *train)
{
    const struct factors *f = NULL;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (p->target && !strcmp(p->target, table[i].target))
            f = &table[i];
    if (!f)
        return false;
    double of[2] = {0, 0}, macs = 0;
    for (int i = 0; i < p->graph->nnode; i++) {
        const struct node *n = p->graph->node[i];
        bool backward = n->pass == PASS_BACKWARD;
        of[backward] += (double)node_macs(n) * (is_integer(n) ? f->integer : f->real)[backward];
        macs += backward ? 0 : (double)node_macs(n);
    }
    double again = p->plan->train && macs > 0 ? (double)p->plan->train->macs[2] * of[0] / macs : 0;
    *predict = (int64_t)of[0];
    *train = p->plan->train ? (int64_t)(of[0] + of[1] + again) : 0;
    return true;
}
