/* SPDX-License-Identifier: MIT */
/* How many instructions a call takes on a microcontroller: an estimate, good to a fifth or so. */
#include "report/facts.h"

bool estimate_instructions(const struct product *p, int64_t *predict, int64_t *train)
{
    const struct price *price = price_of(p->target);
    if (!price)
        return false;
    int64_t latent = p->plan->latent ? program_work(price, p->plan->latent) : 0; /* both begin with it */
    *predict = (latent + program_work(price, p->plan->predict)) / 100;
    *train = p->plan->train ? (latent + program_work(price, p->plan->train)) / 100 : 0;
    return true;
}
