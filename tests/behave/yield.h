/* SPDX-License-Identifier: MIT */
/* Put before what yield.sh compiles: counts the calls of NAME_YIELD(), and in files where yield.sh made marks behind the
 * kernels of these, how many multiply-adds the largest call of one made. */
#include <stdio.h>

enum { KERNELS = 2000 };
static long yields;
static struct {
    long macs, rows, maps, most; /* of a whole map; made in all, and of how many maps; the tallest strip */
} kernel[KERNELS];

static inline void kernel_ran(int line, long macs, int y0, int y1)
{
    const int i = line % KERNELS;
    yields++;
    kernel[i].macs = macs;
    kernel[i].rows += y1 - y0;
    kernel[i].maps += y0 == 0;
    if (kernel[i].most < y1 - y0)
        kernel[i].most = y1 - y0;
}

__attribute__((destructor)) static void tell(void)
{
    long most = 0;
    for (int i = 0; i < KERNELS; i++) {
        const long macs = kernel[i].rows ? kernel[i].macs * kernel[i].most * kernel[i].maps / kernel[i].rows : 0;
        most = most > macs ? most : macs;
    }
    if (yields)
        fprintf(stderr, "yields %ld macs %ld\n", yields, most);
}
