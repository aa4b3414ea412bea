% -- SPDX-License-Identifier: 0BSD
% -- A program for a PC, or for a board that has a printf. What it says is in thousandths: %f is seldom there.
#include "$(name).h"

#include <stdio.h>

% include "package_learn.tpl"

int main(void)
{
    if ($(name)_init(&net) != $(NAME)_OK)
        return 1;
    float before = learn(20);
    learn(160);
    float after = learn(20);
    printf("$(trains and "loss" or "score"): %ld/1000, then %ld/1000\n", (long)(1000.0f * before), (long)(1000.0f * after));
    return !($(trains and "after < before" or "after == after"));
}
