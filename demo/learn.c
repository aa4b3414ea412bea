/* SPDX-License-Identifier: MIT */
/* learn WORLD IMAGES RATE TITLE [SEED [SAVE]]: the emitted code at work, as a device would run it.
 *
 * Pictures come one at a time, each is learnt from once and then forgotten.  Prints "before after
 * microseconds-per-picture"; accuracy is measured on pictures never learnt from.  SEED (1): which
 * pictures.  SAVE: a file for what was learnt. */
#include "base/screen.h"
#include "demo.h"
#include "draw.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { TESTED = 1000, BAR = 24, WORDS = 54 }; /* columns of the bar at most, and of what stands around it */

static demo_net net;         /* what learning changes */
static demo_scratch scratch; /* free for others between calls */
static uint8_t image[DEMO_INPUT_BYTES];
static int chalk;

static int next_picture(uint64_t seed, int n)
{
    uint64_t mixed = draw_hash(seed, (uint64_t)n);
    int label = (int)(mixed >> 33) % DEMO_CLASSES;
    if (chalk)
        draw_chalk(mixed, label, image);
    else
        draw_printed(mixed, label, image);
    return label;
}

static double accuracy(uint64_t pictures)
{
    float scores[DEMO_CLASSES];
    int right = 0;
    for (int n = 0; n < TESTED; n++) {
        int label = next_picture(pictures, n), best = 0;
        demo_predict(&net, &scratch, image, scores);
        for (int i = 1; i < DEMO_CLASSES; i++)
            if (scores[i] > scores[best])
                best = i;
        right += best == label;
    }
    return 100.0 * right / TESTED;
}

static void show(const char *title, int done, int all, double loss)
{
    static const char *const block[2][2] = {{".", "#"}, {"\xe2\x96\x91", "\xe2\x96\x88"}};
    int pretty = getenv("DEMO_PLAIN") == NULL, room = screen_width(stderr) - WORDS, bar = room < BAR ? room : BAR;
    fprintf(stderr, "\r  %-22s ", title);
    for (int i = 0; i < bar; i++)
        fputs(block[pretty][done * (long)bar >= (i + 1) * (long)all], stderr);
    fprintf(stderr, " %5d pictures, loss %.2f ", done, loss);
}

int main(int argc, char **argv)
{
    if (argc < 5)
        return 2;
    chalk = !strcmp(argv[1], "chalk");
    int count = atoi(argv[2]), status = DEMO_OK;
    uint64_t seed = argc > 5 ? strtoull(argv[5], NULL, 10) : 1, learnt = 2 * seed - 1, tested = 2 * seed;
    double rate = atof(argv[3]), recent = log(DEMO_CLASSES), seconds = 0;

    demo_init(&net);
    double before = accuracy(tested);
    for (int n = 0; n < count; n++) {
        float loss = 0;
        int label = next_picture(learnt, n);
        clock_t start = clock();
        demo_set_rate(&net, (float)(rate * 0.5 * (1 + cos(3.14159265 * n / count))));
        status |= demo_train(&net, &scratch, image, label, &loss);
        seconds += (double)(clock() - start) / CLOCKS_PER_SEC;
        recent += 0.005 * ((double)loss - recent);
        if (isatty(STDERR_FILENO) && (n % 100 == 99 || n + 1 == count))
            show(argv[4], n + 1, count, recent);
    }
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
    printf("%.1f %.1f %.0f\n", before, accuracy(tested), 1e6 * seconds / count);
    if (argc > 6) {
        static uint8_t saved[DEMO_SAVE_BYTES];
        FILE *f = fopen(argv[6], "wb");
        demo_save(&net, saved);
        if (!f || fwrite(saved, 1, sizeof saved, f) != sizeof saved || fclose(f))
            return 5;
    }
    return status == DEMO_OK ? 0 : 1;
}
