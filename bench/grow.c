/* SPDX-License-Identifier: MIT */
/* New classes on the device: grow TRAIN TEST SEED
 *
 * TRAIN and TEST are data as `train --cache` keeps them, ten classes, 0 to 4 the old ones.  Of a network for five classes with room for
 * five more (SPEC_H, Name): classes from shown samples alone; five learnt, then five more with some remembered samples of the old
 * ones; all ten at once.  Everything goes through the latents of all samples, which are made once: in an int8 network they give the
 * bits of their images.  A line for each figure: key, seed, right of all ten, right of the old five, in per cent. */
#include SPEC_H

#include "data/decoded.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define JOIN(a, b)       JOIN_WORDS(a, b)
#define JOIN_WORDS(a, b) a##b
#define CALL(function)   JOIN(Name, function)
#define SIZE(what)       JOIN(Upper, what)

#define MORE_RATE (1.5 * RATE) /* of the classes that come later */

enum { CLASSES = 10, OLD = 5, EPOCHS = 6, MORE_EPOCHS = 3, DRAWS = 20, LATENT = SIZE(_LATENT_BYTES) };

struct part {
    const struct decoded *d;
    const int32_t *label;
    uint8_t (*latent)[LATENT];
    int count;
};

/* Right of all samples and of those of the old classes, in per cent. */
struct score {
    double all, old;
};

static struct part learnt, tested;
static CALL(_net) net, five;
static CALL(_scratch) scratch;
static CALL(_replay) memory;
static uint64_t seed;

static void demand(int right, const char *what)
{
    if (right)
        return;
    fprintf(stderr, "grow: %s\n", what);
    exit(1);
}

static const void *image(const struct part *p, int i)
{
    return (const char *)p->d + p->d->sample + (uint64_t)i * p->d->each;
}

static struct part open_part(const char *path)
{
    struct stat s;
    int fd = open(path, O_RDONLY);
    demand(fd >= 0 && !fstat(fd, &s), path);
    void *map = mmap(NULL, (size_t)s.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    demand(map != MAP_FAILED && decoded_is_whole(map, (size_t)s.st_size), path);
    struct part p = {.d = map};
    demand(p.d->classes == CLASSES, "ten classes are wanted");
    p.label = (const void *)((const char *)map + p.d->label);
    p.count = (int)p.d->count;
    p.latent = malloc(sizeof *p.latent * (size_t)p.count);
    for (int i = 0; i < p.count; i++)
        demand(CALL(_latent)(&net, &scratch, image(&p, i), p.latent[i]) == SIZE(_OK), "latent");
    return p;
}

static uint32_t below(uint32_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((seed >> 32) % n);
}

static void shuffle(int *at, int n)
{
    for (int i = n - 1; i > 0; i--) {
        int k = (int)below((uint32_t)i + 1), other = at[k];
        at[k] = at[i];
        at[i] = other;
    }
}

/* The samples of classes from .. to - 1, in any order; how many. */
static int samples_of(int from, int to, int *at)
{
    int n = 0;
    for (int i = 0; i < learnt.count; i++)
        if (learnt.label[i] >= from && learnt.label[i] < to)
            at[n++] = i;
    shuffle(at, n);
    return n;
}

static struct score score_of(int classes)
{
    int right = 0, all = 0, old_right = 0, old = 0;
    for (int i = 0; i < tested.count; i++) {
        float scores[SIZE(_CLASSES)];
        int best = 0, label = tested.label[i];
        if (label >= classes)
            continue;
        demand(CALL(_predict_latent)(&net, &scratch, tested.latent[i], scores) == SIZE(_OK), "predict_latent");
        for (int c = 1; c < CLASSES; c++)
            best = scores[c] > scores[best] ? c : best;
        right += best == label, all++;
        old_right += best == label && label < OLD, old += label < OLD;
    }
    return (struct score){100.0 * right / all, 100.0 * old_right / old};
}

static void print(const char *key, uint64_t of, struct score s)
{
    printf("%s %llu %.2f %.2f\n", key, (unsigned long long)of, s.all, s.old);
    fflush(stdout);
}

static void tell(const char *key, uint64_t of, int classes)
{
    print(key, of, score_of(classes));
}

/* One sample, with the rate that is due: from `rate` it falls as half a cosine. */
static void learn(const uint8_t *latent, int label, double rate, double done)
{
    demand(CALL(_set_rate)(&net, (float)(rate * 0.5 * (1 + cos(3.14159265358979 * done)))) == SIZE(_OK), "set_rate");
    demand(CALL(_train_latent)(&net, &scratch, latent, label, NULL) == SIZE(_OK), "train_latent");
}

/* Classes from .. to - 1, some epochs; behind each sample one that is remembered. */
static void learn_classes(int from, int to, int epochs, double rate)
{
    int *at = malloc(sizeof *at * (size_t)learnt.count);
    for (int e = 0; e < epochs; e++) {
        int n = samples_of(from, to, at), label;
        for (int i = 0; i < n; i++) {
            const double done = (e + (double)i / n) / epochs;
            learn(learnt.latent[at[i]], learnt.label[at[i]], rate, done);
            const uint8_t *kept = CALL(_replay_get)(&memory, &label);
            if (kept)
                learn(kept, label, rate, done);
        }
    }
    free(at);
}

/* `each` samples of each old class; all there is of them where the reservoir is to choose. */
static void remember(int each)
{
    int *at = malloc(sizeof *at * (size_t)learnt.count);
    memset(&memory, 0, sizeof memory);
    for (int c = 0; c < OLD && each; c++) {
        int n = samples_of(c, c + 1, at);
        for (int i = 0; i < n && (i < each || each * OLD == SIZE(_REPLAY_SAMPLES)); i++)
            demand(CALL(_replay_put)(&memory, learnt.latent[at[i]], c) == SIZE(_OK), "replay_put");
    }
    demand((int)memory.count == each * OLD, "the reservoir is not full");
    free(at);
}

/* All ten classes from so many shown samples each, on the network as it is. */
static void show(int shots)
{
    int *at = malloc(sizeof *at * (size_t)learnt.count);
    for (int c = 0; c < CLASSES; c++)
        demand(!CALL(_class_used)(&net, c) || CALL(_class_forget)(&net, c) == SIZE(_OK), "class_forget");
    for (int c = 0; c < CLASSES; c++)
        demand(CALL(_class_new)(&net) == c, "class_new");
    for (int c = 0; c < CLASSES; c++) {
        samples_of(c, c + 1, at);
        for (int i = 0; i < shots; i++)
            demand(CALL(_class_show)(&net, &scratch, image(&learnt, at[i]), c) == SIZE(_OK), "class_show");
    }
    free(at);
}

/* The mean of several draws: which samples are shown makes more of a difference than all else. */
static void show_often(const char *key, uint64_t of, int shots)
{
    struct score mean = {0};
    for (int i = 0; i < DRAWS; i++) {
        show(shots);
        const struct score s = score_of(CLASSES);
        mean.all += s.all / DRAWS, mean.old += s.old / DRAWS;
    }
    print(key, of, mean);
}

static void more_classes(void)
{
    for (int c = OLD; c < CLASSES; c++)
        demand(CALL(_class_new)(&net) == c, "class_new");
}

int main(int argc, char **argv)
{
    static const int shots[] = {1, 5, 20}, kept[] = {0, 10, 25};
    char key[40];
    demand(argc == 4, "usage: grow TRAIN TEST SEED");
    const uint64_t of = strtoull(argv[3], NULL, 10);
    CALL(_init)(&net);
    learnt = open_part(argv[1]), tested = open_part(argv[2]);
    seed = of * 1000003u;
    for (int i = 0; i < 3; i++) {
        CALL(_init)(&net);
        snprintf(key, sizeof key, "shown.%d", shots[i]);
        show_often(key, of, shots[i]);
    }
    CALL(_init)(&net);
    learn_classes(0, OLD, EPOCHS, RATE);
    tell("five", of, OLD);
    five = net;
    show_often("five.shown.5", of, 5);
    for (int i = 0; i < 3; i++) {
        net = five;
        more_classes();
        remember(kept[i]);
        learn_classes(OLD, CLASSES, MORE_EPOCHS, MORE_RATE);
        snprintf(key, sizeof key, "remembered.%d", kept[i]);
        tell(key, of, CLASSES);
    }
    CALL(_init)(&net);
    more_classes();
    remember(0);
    learn_classes(0, CLASSES, EPOCHS, RATE);
    tell("at_once", of, CLASSES);
    return 0;
}
