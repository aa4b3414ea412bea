/* SPDX-License-Identifier: 0BSD */
/* A bracelet that learns, and notices when learning makes it worse: somebody presses the wrong button, or wears it on the
 * other arm.  Every sample that has a label judges the net before it teaches it.  A round that is as good as any is kept; one that is much worse
 * than the best is forgotten: the net goes back to what was kept last, or, where that has just been proved to be no better, to what was
 * kept before, and learns on with half the rate.  Flash survives power that fails at any time (docs/api.md, Keeping).
 *
 *     tinytl-gen examples/keep_the_best.lua -o .
 *     cc keep_the_best.c motion.c board.c                                                                  */
#include "board.h"
#include "motion.h"

#include <string.h>

enum { AXES = 3, WINDOW = MOTION_INPUT_BYTES / AXES };
enum { ROUND = 16, MUCH = ROUND / 4, GOOD = ROUND * 3 / 4, YOUNG = 5 * ROUND };

static motion_net net;
static motion_scratch scratch;
static motion_score score; /* of the round under way */
static float rate = 0.01f; /* as in the spec */
static uint32_t best;      /* right answers of the best round */
static int since_keep;     /* rounds since something was kept */
static const float least_rate = 1e-4f;

static int flash_read(void *user, uint32_t at, void *to, uint32_t n)
{
    (void)user;
    return board_flash_read(at, to, n);
}

static int flash_erase(void *user, uint32_t at)
{
    (void)user;
    return board_flash_erase(at);
}

static int flash_write(void *user, uint32_t at, const void *from, uint32_t n)
{
    (void)user;
    return board_flash_write(at, from, n);
}

static const motion_flash flash = {flash_read, flash_erase, flash_write, NULL};

static void keep(void)
{
    best = score.right;
    if (motion_keep(&net, &flash) == MOTION_OK)
        since_keep = 0;
}

/* What was kept last was judged by the round that follows it: if that is a bad one, it goes, too, if there is one before it. */
static void go_back(void)
{
    if (since_keep > 1 || motion_back(&net, &flash) != MOTION_OK)
        motion_restore(&net, &flash);
    if (rate > least_rate)
        rate /= 2;
    best--; /* if the world has changed, the bar has to come down */
    motion_set_rate(&net, rate);
    board_alarm(1);
}

static void end_of_round(void)
{
    since_keep++;
    if (score.right >= best)
        keep();
    else if (score.right + MUCH < best)
        go_back();
    memset(&score, 0, sizeof score);
}

static int answer(const float *scores)
{
    int largest = 0;
    for (int i = 1; i < MOTION_CLASSES; i++)
        largest = scores[i] > scores[largest] ? i : largest;
    return largest;
}

int main(void)
{
    static int8_t window[MOTION_INPUT_BYTES];
    float scores[MOTION_CLASSES];
    motion_init(&net);
    /* Nobody wrote down what it was worth when it was kept: what has learnt for long was good, what has not need not be. */
    if (motion_restore(&net, &flash) == MOTION_OK && net.steps >= YOUNG) /* where nothing is kept factory values stay */
        best = GOOD;
    while (board_running()) {
        for (int i = 0; i < WINDOW; i++)
            board_motion(window + AXES * i);
        motion_predict(&net, &scratch, window, scores);
        board_show(answer(scores));
        const int label = board_button();
        if (label < 0)
            continue;
        motion_score_add(&score, scores, label);
        motion_train(&net, &scratch, window, label, NULL);
        if (score.seen == ROUND)
            end_of_round();
    }
    return 0;
}
