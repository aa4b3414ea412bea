/* SPDX-License-Identifier: MIT */
/* Draws what a machine sounds and shakes like, sound and with faults: data to try an autoencoder on, the same on every machine.
 *
 *     machines vibration FOLDER     FOLDER/{train,test}/KIND/N.csv: three axes of an accelerometer, in g, 1600 times a second
 *     machines sound FOLDER         FOLDER/{train,test,labels}.npy: five frames of 128 mel energies in decibels (label 0: normal)
 *
 * A shaft turns with some 50 Hz.  It shakes by its own frequency and twice and three times that, along each axis in its
 * own way; every recording has a speed and a load of its own.  Faults:
 *
 *     bearing     a ball strikes a dent 3.6 times a turn, and the housing rings
 *     loose       a foot lifts every other turn: half the frequency, and one and a half times
 *     unbalance   a lost blade: the first frequency turns around the shaft instead of shaking along one direction */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define TURN 6.283185307179586

enum { KINDS = 4, STEPS = 320, AXES = 3, FRAMES = 5, BANDS = 128 };
static const char *const kinds[KINDS] = {"normal", "bearing", "loose", "unbalance"};

/* splitmix64 (Steele, Lea and Flood, OOPSLA 2014) */
static double between(uint64_t *state, double low, double high)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return low + (high - low) * (double)(z >> 11) / 9007199254740992.0;
}

/* Nearly normal: mean 0, deviation 1. */
static double noise(uint64_t *state)
{
    double sum = 0;
    for (int i = 0; i < 12; i++)
        sum += between(state, -0.5, 0.5);
    return sum;
}

/* ---- vibration ---- */

struct shaft {
    double speed, angle, load; /* turns a step; where it stands; how hard it works */
};

static double shaken(const struct shaft *s, int step, int axis)
{
    static const double size[AXES][3] = {{0.80, 0.30, 0.12}, {0.45, 0.40, 0.08}, {0.20, 0.10, 0.15}};
    static const double phase[AXES][3] = {{0, 0.9, 2.0}, {0.4, 2.1, 0.3}, {2.2, 1.0, 1.4}};
    double sum = 0;
    for (int k = 0; k < 3; k++)
        sum += s->load * size[axis][k] * sin(TURN * (k + 1) * (s->angle + s->speed * step) + phase[axis][k]);
    return sum;
}

static double fault(const struct shaft *s, int kind, double size, int step, int axis)
{
    static const double share[AXES] = {0.6, 1.0, 0.7};
    double turns = s->angle + s->speed * step, since = fmod(3.6 * turns, 1) / (3.6 * s->speed);
    switch (kind) {
    case 1:
        return size * 0.9 * share[axis] * exp(-since / 3) * sin(TURN * 0.31 * since);
    case 2:
        return size * 0.35 * share[axis] * (sin(TURN * 0.5 * turns) + 0.5 * sin(TURN * 1.5 * turns));
    case 3:
        return size * 0.5 * (axis == 0 ? cos(TURN * turns) : axis == 1 ? sin(TURN * turns) : 0);
    default:
        return 0;
    }
}

static void draw_recording(FILE *out, int kind, uint64_t *state)
{
    struct shaft s = {between(state, 0.0305, 0.0320), between(state, 0, 1), between(state, 0.8, 1.2)};
    double size = between(state, 0.15, 0.9);
    fprintf(out, "x,y,z\n");
    for (int step = 0; step < STEPS; step++)
        for (int axis = 0; axis < AXES; axis++)
            fprintf(out, "%.4f%c", shaken(&s, step, axis) + fault(&s, kind, size, step, axis) + 0.06 * noise(state),
                    axis == AXES - 1 ? '\n' : ',');
}

static FILE *open_file(const char *path)
{
    FILE *f = fopen(path, "wb");
    if (!f) {
        perror(path);
        exit(1);
    }
    return f;
}

static void draw_vibration(const char *folder)
{
    static const int counts[2][KINDS] = {{60, 0, 0, 0}, {24, 8, 8, 8}}; /* train, test */
    char path[1024];
    uint64_t state = 1;
    for (int part = 0; part < 2; part++) {
        snprintf(path, sizeof path, "%s/%s", folder, part ? "test" : "train");
        mkdir(path, 0777);
        for (int kind = 0; kind < KINDS; kind++) {
            snprintf(path, sizeof path, "%s/%s/%s", folder, part ? "test" : "train", kinds[kind]);
            if (counts[part][kind])
                mkdir(path, 0777);
            for (int i = 0; i < counts[part][kind]; i++) {
                snprintf(path, sizeof path, "%s/%s/%s/%02d.csv", folder, part ? "test" : "train", kinds[kind], i);
                FILE *f = open_file(path);
                draw_recording(f, kind, &state);
                fclose(f);
            }
        }
    }
}

/* ---- sound ---- */

/* A spectrum that falls, with the resonances of a housing that a motor excites; a fault whistles, rattles or swallows one. */
static void draw_frames(float *frame, int kind, uint64_t *state)
{
    static const double center[] = {9, 22, 41, 60, 87}, height[] = {14, 18, 11, 15, 9}, width[] = {2.5, 3, 4, 3, 5};
    double pitch = between(state, -1.5, 1.5), level = between(state, -3, 3), size = between(state, 0.5, 1.2);
    double whistle = between(state, 68, 80), beat = between(state, 0, 1);
    for (int t = 0; t < FRAMES; t++)
        for (int b = 0; b < BANDS; b++) {
            double v = -22 - 0.16 * b + level + noise(state);
            for (int r = 0; r < 5; r++) {
                double d = (b - center[r] - pitch) / width[r];
                double h = kind == 2 && r == 3 ? height[r] * (1 - size) : height[r];
                v += h * exp(-d * d / 2);
            }
            if (kind == 1)
                v += 12 * size * exp(-(b - whistle) * (b - whistle) / 3);
            if (kind == 3 && fmod(beat + t * 0.4, 1) < 0.4)
                v += 6 * size * (b > 50 ? 1 : 0.3);
            frame[t * BANDS + b] = (float)v;
        }
}

/* A NumPy file's head: 128 bytes. */
static FILE *begin_array(const char *folder, const char *name, const char *type, const char *shape)
{
    char path[1024], head[119];
    snprintf(path, sizeof path, "%s/%s.npy", folder, name);
    FILE *f = open_file(path);
    int length = snprintf(head, sizeof head, "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", type, shape);
    fprintf(f, "\223NUMPY%c%c%c%c%s%*s\n", 1, 0, 118, 0, head, 117 - length, "");
    return f;
}

static void draw_sound(const char *folder)
{
    enum { LEARNT = 600, NORMAL = 200, FAULTS = 60 };
    float frame[FRAMES * BANDS];
    uint64_t state = 2;
    FILE *train = begin_array(folder, "train", "<f4", "600, 1, 1, 640");
    for (int i = 0; i < LEARNT; i++) {
        draw_frames(frame, 0, &state);
        fwrite(frame, sizeof frame, 1, train);
    }
    fclose(train);
    FILE *test = begin_array(folder, "test", "<f4", "380, 1, 1, 640");
    FILE *labels = begin_array(folder, "labels", "|u1", "380,");
    for (int kind = 0; kind < KINDS; kind++)
        for (int i = 0; i < (kind ? FAULTS : NORMAL); i++) {
            draw_frames(frame, kind, &state);
            fwrite(frame, sizeof frame, 1, test);
            putc(kind, labels);
        }
    fclose(test);
    fclose(labels);
}

int main(int argc, char **argv)
{
    if (argc != 3 || (strcmp(argv[1], "vibration") && strcmp(argv[1], "sound"))) {
        fprintf(stderr, "usage: machines vibration|sound FOLDER\n");
        return 2;
    }
    mkdir(argv[2], 0777);
    if (!strcmp(argv[1], "vibration"))
        draw_vibration(argv[2]);
    else
        draw_sound(argv[2]);
    return 0;
}
