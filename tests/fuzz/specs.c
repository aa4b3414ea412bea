/* SPDX-License-Identifier: MIT */
/* Some training of any network, and every bit of what comes of it; what is saved comes back. C99 and C++17.
 * specs.sh says what the header shows: HEADER, PREFIX and PREFIX_UPPER (of its names), TYPE of an input; TARGET where a loss takes
 * one, TRAINS where it learns, SPARE where classes may come, LATENT where samples are remembered, STORE where it is kept in flash,
 * IN_SCRATCH where the image lives there, ROWS of one that comes row by row: what is printed does not show which. */
#include HEADER

#include <stdio.h>
#include <string.h>

#define JOIN_(a, b) a##b
#define JOIN(a, b)  JOIN_(a, b)
#define OF(name)    JOIN(PREFIX, name)
#define SIZE(name)  JOIN(PREFIX_UPPER, name)

static OF(_net) net, back;
static OF(_scratch) scratch;
static TYPE image[SIZE(_INPUT_BYTES) / sizeof(TYPE)];
static uint8_t saved[SIZE(_SAVE_BYTES)], again[SIZE(_SAVE_BYTES)];
static uint32_t state = 1;

static uint32_t random_bits(void)
{
    state = state * 1664525u + 1013904223u;
    return state >> 8;
}

/* Sizes of many powers for floats, now and then; bytes as they come. */
static void draw_image(int step)
{
    for (size_t i = 0; i < sizeof image / sizeof *image; i++) {
        const int v = (int)(random_bits() % 256);
        const float real = (float)(v - 128) / 64.0f;
        image[i] = (TYPE)((TYPE)0.5f > (TYPE)0 ? real * (step == 3 ? 1e20f : 1.0f)
                                               : (float)(v - ((TYPE)-1 < (TYPE)0 ? 128 : 0)));
    }
}

/* Scratch holds rubbish before a call; an image in it is put there. */
#ifndef ROWS
static const TYPE *place(void)
{
    memset(&scratch, 0xff, sizeof scratch);
#ifdef IN_SCRATCH
    memcpy(OF(_input)(&scratch), image, sizeof image);
    return OF(_input)(&scratch);
#else
    return image;
#endif
}
#else
/* All rows come, in portions of any size. */
static int rows(const OF(_net) * which, int learn)
{
    static int portion;
    int status;
    memset(&scratch, 0xff, sizeof scratch);
    status = OF(_begin)(which, &scratch, learn);
    for (int y = 0, count; !status && y < ROWS; y += count) {
        count = 1 + ++portion % 3;
        count = count < ROWS - y ? count : ROWS - y;
        status = OF(_rows)(which, &scratch, image + (size_t)y * (sizeof image / sizeof *image / ROWS), count);
    }
    return status;
}
#endif

/* Not finite is not finite, whatever its bits. */
static void print_float(float v)
{
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    if (v - v == 0.0f)
        printf(" %08lx", (unsigned long)bits);
    else
        printf(v != v ? " nan" : v > 0.0f ? " inf" : " -inf");
}

static void print_floats(const char *what, int status, const float *v, int n)
{
    printf("%s %d", what, status);
    for (int i = 0; i < n; i++)
        print_float(v[i]);
    printf("\n");
}

static void print_scores(const OF(_net) * which)
{
    float scores[SIZE(_CLASSES)];
#ifdef ROWS
    const int begun = rows(which, 0);
    print_floats("scores", begun ? begun : OF(_finish_predict)(which, &scratch, scores), scores, SIZE(_CLASSES));
#else
    print_floats("scores", OF(_predict)(which, &scratch, place(), scores), scores, SIZE(_CLASSES));
#endif
}

#ifdef TRAINS
#ifdef TARGET
typedef const float *truth;
#else
typedef int truth;
#endif

static void learn(truth t)
{
    float loss = 0.0f, scores[SIZE(_CLASSES)] = {0};
    int status;
#ifdef ROWS
    const int begun = rows(&net, 1);
    status = begun ? begun : OF(_finish_loss)(&net, &scratch, t, &loss, scores);
    print_floats("judged", status, scores, SIZE(_CLASSES));
    print_floats("loss", status, &loss, 1);
    status = begun ? begun : OF(_finish_train)(&net, &scratch, t, &loss);
#else
    status = OF(_loss)(&net, &scratch, place(), t, &loss, scores);
    print_floats("judged", status, scores, SIZE(_CLASSES));
    print_floats("loss", status, &loss, 1);
    status = OF(_train)(&net, &scratch, place(), t, &loss);
#endif
    print_floats("learnt", status, &loss, 1);
}

#ifdef LATENT
/* What is remembered of the image is learnt from. */
static void remember(truth t)
{
    float loss = 0.0f, scores[SIZE(_CLASSES)];
    static uint8_t latent[SIZE(_LATENT_BYTES)];
    uint32_t sum = 1;
    int status;
#ifdef ROWS
    status = rows(&net, random_bits() % 2 == 0);
    status = status ? status : OF(_finish_latent)(&net, &scratch, latent);
#else
    (void)random_bits();
    status = OF(_latent)(&net, &scratch, place(), latent);
#endif
    for (size_t i = 0; i < sizeof latent; i++)
        sum = (sum ^ latent[i]) * 16777619u;
    printf("latent %d %08lx\n", status, status ? 0ul : (unsigned long)sum);
    if (status)
        return;
    memset(&scratch, 0xff, sizeof scratch);
    print_floats("scores", OF(_predict_latent)(&net, &scratch, latent, scores), scores, SIZE(_CLASSES));
    memset(&scratch, 0xff, sizeof scratch);
    print_floats("learnt", OF(_train_latent)(&net, &scratch, latent, t, &loss), &loss, 1);
}
#endif

static void train(void)
{
#ifdef TARGET
    float target[SIZE(_CLASSES)];
    for (int k = 0; k < SIZE(_CLASSES); k++)
        target[k] = (float)(random_bits() % 256) / 128.0f - 1.0f;
#else
    const int target = (int)(random_bits() % SIZE(_CLASSES));
#endif
    learn(target);
#ifdef LATENT
    remember(target);
#endif
}
#endif

#ifdef SPARE
/* A class comes, is shown, and goes again if the samples are many. */
static void classes(int step)
{
    const int label = step < 3 ? OF(_class_new)(&net) : SIZE(_CLASSES) - 1;
#ifdef ROWS
    const int begun = rows(&net, 0), shown = begun ? begun : OF(_finish_show)(&net, &scratch, label);
#else
    const int shown = OF(_class_show)(&net, &scratch, place(), label);
#endif
    printf("class %d shown %d of %d\n", label, shown, OF(_classes)(&net));
    if (step == 4)
        printf("forgotten %d\n", OF(_class_forget)(&net, label));
}
#endif

#ifdef STORE
static uint8_t flash[SIZE(_STORE_BYTES)];

static int flash_read(void *user, uint32_t at, void *to, uint32_t n)
{
    (void)user;
    memcpy(to, flash + at, n);
    return 0;
}

static int flash_erase(void *user, uint32_t at)
{
    (void)user;
    memset(flash + at, 0xff, ERASE);
    return 0;
}

static int flash_write(void *user, uint32_t at, const void *from, uint32_t n)
{
    (void)user;
    memcpy(flash + at, from, n);
    return 0;
}

/* What is kept is restored, and the one before it is, too. */
static int keep_and_restore(void)
{
    const OF(_flash) where = {flash_read, flash_erase, flash_write, NULL};
    memset(flash, 0xff, sizeof flash);
    if (OF(_init)(&back) || OF(_keep)(&back, &where) || OF(_keep)(&net, &where) || OF(_restore)(&back, &where) ||
        OF(_save)(&back, again) || memcmp(saved, again, sizeof saved))
        return printf("what is kept is not restored\n"), 1;
    if (OF(_back)(&net, &where) || OF(_init)(&back) || OF(_save)(&back, saved) || OF(_save)(&net, again) ||
        memcmp(saved, again, sizeof saved))
        return printf("what was kept before does not come back\n"), 1;
    return 0;
}
#endif

/* What is saved is loaded, all of it; a cut or a changed file is not, and leaves the net as it was. */
static int save_and_load(void)
{
    uint32_t sum = 1;
    const size_t at = random_bits() % sizeof saved;
    if (OF(_init)(&back) || OF(_save)(&net, saved) || OF(_load)(&back, saved, sizeof saved) ||
        OF(_save)(&back, again) || memcmp(saved, again, sizeof saved))
        return printf("what is saved does not come back\n"), 1;
    again[at] ^= 1;
    if (!OF(_load)(&back, again, sizeof again) || !OF(_load)(&back, saved, sizeof saved - 1) ||
        OF(_save)(&back, again) || memcmp(saved, again, sizeof saved))
        return printf("a damaged save changes the net\n"), 1;
    for (size_t i = 0; i < sizeof saved; i++)
        sum = (sum ^ saved[i]) * 16777619u;
    printf("saved %lu bytes %08lx\n", (unsigned long)sizeof saved, (unsigned long)sum);
    return 0;
}

int main(void)
{
    if (OF(_init)(&net))
        return 1;
    for (int step = 0; step < 5; step++) {
        draw_image(step);
        print_scores(&net);
#ifdef TRAINS
        train();
#endif
#ifdef SPARE
        classes(step);
#endif
    }
    draw_image(0);
    if (save_and_load())
        return 1;
    print_scores(&back);
#ifdef STORE
    if (keep_and_restore())
        return 1;
#endif
    return 0;
}
