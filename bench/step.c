/* SPDX-License-Identifier: MIT */
/*
 * Times the kernels of a training step: clocks.lua puts an emitted network between the two halves of this file.
 * Prints one line for the step, and one for each kernel and each kind of kernel:
 *
 *     share of the step, microseconds, calls, thousands of products, share of the multiply-add peak, name
 *
 * The peak is measured by the same program; products with padding count as done. Of all steps the best counts, kernel by kernel: on a shared machine the
 * others measure the neighbours.
 */
#define _POSIX_C_SOURCE 200809L
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#if defined __x86_64__
#include <x86intrin.h>
#endif

/* Any unit: it is compared with seconds at the end. */
static inline uint64_t ticks(void)
{
#if defined __x86_64__
    return __rdtsc();
#else
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
#endif
}

/* Of one kernel in one step; `rows` and `height` tell how often it made a whole map. */
static struct reading {
    uint64_t ticks;
    long calls, rows;
    int height;
} reading[KERNELS];

struct running {
    int kernel, y0, y1;
    uint64_t start;
};

static inline void stop(const struct running *r)
{
    struct reading *to = &reading[r->kernel];
    to->ticks += ticks() - r->start;
    to->calls++;
    to->rows += r->y1 - r->y0;
    to->height = r->y1 > to->height ? r->y1 : to->height;
}

#define CLOCK(kernel) const struct running running __attribute__((cleanup(stop))) = {kernel, y0, y1, ticks()}

struct kernel {
    const char *name;
    long products; /* of one layer */
};

/* -- the network -- */

enum { STEPS = 200, KINDS = 64 };

struct line {
    const char *name;
    int name_length;
    double ticks, products, calls;
};

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

#if LANES > 1
/* Multiply-adds a tick of vectors that never leave their registers. */
static double peak(void)
{
    vec s[10], a = {0}, b = {0};
    double best = 0;
    memset(s, 0, sizeof s);
    for (int t = 0; t < 200; t++) {
        vec s0 = s[0], s1 = s[1], s2 = s[2], s3 = s[3], s4 = s[4], s5 = s[5], s6 = s[6], s7 = s[7], s8 = s[8],
            s9 = s[9];
        const uint64_t start = ticks();
        for (int i = 0; i < 10000; i++) {
            s0 = mul_add(a, b, s0);
            s1 = mul_add(a, b, s1);
            s2 = mul_add(a, b, s2);
            s3 = mul_add(a, b, s3);
            s4 = mul_add(a, b, s4);
            s5 = mul_add(a, b, s5);
            s6 = mul_add(a, b, s6);
            s7 = mul_add(a, b, s7);
            s8 = mul_add(a, b, s8);
            s9 = mul_add(a, b, s9);
#if defined __x86_64__
            __asm__ volatile(""
                             : "+x"(s0), "+x"(s1), "+x"(s2), "+x"(s3), "+x"(s4), "+x"(s5), "+x"(s6), "+x"(s7), "+x"(s8),
                               "+x"(s9));
            __asm__ volatile("" : "+x"(a), "+x"(b));
#else
            __asm__ volatile(""
                             : "+w"(s0), "+w"(s1), "+w"(s2), "+w"(s3), "+w"(s4), "+w"(s5), "+w"(s6), "+w"(s7), "+w"(s8),
                               "+w"(s9));
            __asm__ volatile("" : "+w"(a), "+w"(b));
#endif
        }
        const double rate = 10000.0 * 10 * LANES / (double)(ticks() - start);
        best = rate > best ? rate : best;
    }
    return best;
}
#else
static double peak(void)
{
    return 0;
} /* scalars: no share is printed */
#endif

/* "conv_k1s1_64x64x16_8" is of the kind "conv_k1s1": all before the first size; of a group convolution too. */
static int kind_length(const char *name)
{
    const char *at = name;
    for (; *at; at++) {
        const size_t digits = at[0] == '_' ? strspn(at + 1, "0123456789") : 0;
        if (digits && (at[digits + 1] == 'x' || !at[digits + 1] || at[digits + 1] == '_'))
            break;
    }
    return (int)(at - name);
}

static int descending(const void *a, const void *b)
{
    const double x = ((const struct line *)a)->ticks, y = ((const struct line *)b)->ticks;
    return (x < y) - (x > y);
}

static void print(struct line *line, int count, double step, double second, double top)
{
    qsort(line, (size_t)count, sizeof *line, descending);
    for (int i = 0; i < count && line[i].ticks > 0; i++) {
        const struct line *l = &line[i];
        printf("%5.1f %% %9.2f us %5.0f calls ", 100 * l->ticks / step, 1e6 * l->ticks / second, l->calls);
        if (l->products > 0 && top > 0)
            printf("%9.1f k %5.1f %%  ", 1e-3 * l->products, 100 * l->products / l->ticks / top);
        else
            printf("%21s", "");
        printf("%.*s\n", l->name_length, l->name);
    }
}

/* The lines of kinds; returns their number. */
static int gather(const struct line *line, struct line *kind)
{
    int count = 0;
    for (int i = 0; i < KERNELS; i++) {
        const int length = kind_length(line[i].name);
        int k = 0;
        while (k < count && (kind[k].name_length != length || strncmp(kind[k].name, line[i].name, (size_t)length)))
            k++;
        if (k == KINDS)
            continue;
        if (k == count)
            kind[count++] = (struct line){line[i].name, length, 0, 0, 0};
        kind[k].ticks += line[i].ticks;
        kind[k].products += line[i].products;
        kind[k].calls += line[i].calls;
    }
    return count;
}

static void *room(size_t size)
{
    void *p = aligned_alloc(64, (size + 63) / 64 * 64);
    if (!p)
        abort();
    return memset(p, 0, (size + 63) / 64 * 64);
}

/* The best of `STEPS` steps, kernel by kernel; returns ticks of the whole. */
static double run(struct line *line, double *second)
{
    NET_net *net = room(sizeof *net);
    NET_scratch *s = room(sizeof *s);
    uint8_t *image = room(sizeof(float) * TITLE_INPUT_BYTES);
    double best = 1e300;
    float loss;
    for (int i = 0; i < TITLE_INPUT_BYTES; i++)
        image[i] = (uint8_t)(i * 37 % 251 / 2);
    NET_init(net);
    NET_set_rate(net, 1e-5f);
    const uint64_t begin = ticks();
    const double from = seconds();
    for (int i = 0; i < STEPS; i++) {
        memset(reading, 0, sizeof reading);
        const uint64_t start = ticks();
        NET_train(net, s, (const void *)image, 0, &loss);
        const double whole = (double)(ticks() - start);
        best = whole < best ? whole : best;
        for (int k = 0; k < KERNELS; k++) {
            const struct reading *r = &reading[k];
            if (i == 0)
                line[k] = (struct line){kernels[k].name, (int)strlen(kernels[k].name), 1e300, 0, (double)r->calls};
            line[k].ticks = (double)r->ticks < line[k].ticks ? (double)r->ticks : line[k].ticks;
            line[k].products = r->height ? (double)kernels[k].products * (double)r->rows / r->height : 0;
        }
    }
    *second = (double)(ticks() - begin) / (seconds() - from);
    free(net);
    free(s);
    free(image);
    return best;
}

int main(int argc, char **argv)
{
    static struct line line[KERNELS], kind[KINDS];
    double second, inside = 0, products = 0;
    const double top = peak(), step = run(line, &second);
    for (int k = 0; k < KERNELS; k++) {
        inside += line[k].ticks;
        products += line[k].products;
    }
    printf("%.3f ms a step, %.1f %% of it in kernels; %.1f M products, %.1f %% of the peak of %.1f G a second (%d "
           "lanes)\n",
           1e3 * step / second, 100 * inside / step, 1e-6 * products, top > 0 ? 100 * products / step / top : 0,
           1e-9 * top * second, LANES);
    if (argc > 1 && !strcmp(argv[1], "all"))
        print(line, KERNELS, step, second, top);
    else
        print(kind, gather(line, kind), step, second, top);
    return 0;
}
