/* SPDX-License-Identifier: MIT */
/* The progress of runs, as one bar. */
#include "base/screen.h"
#include "learn/trial.h"

void show_progress(void *trial)
{
    enum { MOST = 30, WORDS = 32 };
    const struct trial *t = trial;
    int64_t samples = 0, total = 0;
    double loss = 0;
    int at_work = 0;
    if (!t->bar)
        return;
    for (int i = 0; i < t->how->seeds; i++) {
        const struct run_result *r = t->result[i];
        samples += r->end == RUN_UNFINISHED ? r->samples : r->total;
        total += r->total;
        if (r->end == RUN_UNFINISHED && r->samples) {
            loss += r->loss;
            at_work++;
        }
    }
    int width = screen_width(stderr) - WORDS;
    width = width > MOST ? MOST : width < 0 ? 0 : width;
    int filled = (int)(total ? samples * width / total : 0);
    fprintf(stderr, "\r  [%.*s%*s] %3d %%  loss %.3g ", filled, "##############################", width - filled, "",
            (int)(total ? 100 * samples / total : 0), at_work ? loss / at_work : 0);
    if (samples == total)
        fputs("\r\033[K", stderr);
    fflush(stderr);
}
