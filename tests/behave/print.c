/* SPDX-License-Identifier: MIT */
/* Some training, and every bit of what comes of it: for comparing outputs with each other. */
#include "helpers.h"

int main(void)
{
    static net_net net;
    static net_scratch scratch;
    float scores[NET_CLASSES], loss = 0;
    uint32_t bits;
    net_init(&net);
    for (int i = 0; i < 40; i++) {
        sample s = sample_new();
        int status = train(&net, &scratch, &s, &loss);
        memcpy(&bits, &loss, sizeof bits);
        printf("%d %08lx\n", status, (unsigned long)bits);
        predict(&net, &scratch, &s, scores);
        for (int k = 0; k < NET_CLASSES; k++) {
            memcpy(&bits, &scores[k], sizeof bits);
            printf("    %08lx\n", (unsigned long)bits);
        }
    }
    for (size_t i = 0; i < sizeof net / 4; i++) {
        memcpy(&bits, (const uint8_t *)&net + 4 * i, sizeof bits);
        printf("%08lx\n", (unsigned long)bits);
    }
    return 0;
}
