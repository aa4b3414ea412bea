/* SPDX-License-Identifier: MIT */
/* Saves on one machine, loads on another: carry learn SAVE [NET] | carry fresh SAVE | carry keep SAVE AGAIN
 *
 *     fresh   writes the save of a net that has learnt nothing
 *     learn   trains a little and writes the save, and the bytes of the struct
 *     keep    loads a save, says some values of what it learnt, and saves it again                   */
#include HEADER
#include "picture.h"

#include <stdio.h>
#include <string.h>

#define JOIN2(a, b) a##b
#define JOIN(a, b)  JOIN2(a, b)
#define API(name)   JOIN(LOWER, name)
#define SIZE(name)  JOIN(UPPER, name)

static API(_net) net;
static API(_scratch) scratch;
static uint8_t image[SIZE(_INPUT_BYTES)], saved[SIZE(_SAVE_BYTES)];

static int write_file(const char *path, const void *bytes, size_t size)
{
    FILE *f = fopen(path, "wb");
    return !f || fwrite(bytes, 1, size, f) != size || fclose(f) != 0;
}

static int read_file(const char *path, void *bytes, size_t size)
{
    FILE *f = fopen(path, "rb");
    return !f || fread(bytes, 1, size, f) != size || fclose(f) != 0;
}

static int learn(const char *save, const char *struct_bytes, int steps)
{
    API(_init)(&net);
    for (int i = 0; i < steps; i++) {
        int label = draw_picture(image, SIZE(_INPUT_BYTES), SIZE(_CLASSES));
        if (API(_train)(&net, &scratch, image, label, NULL) != SIZE(_OK))
            return 1;
    }
    if (API(_save)(&net, saved) != SIZE(_OK))
        return 1;
    return write_file(save, saved, sizeof saved) || (struct_bytes && write_file(struct_bytes, &net, sizeof net));
}

static int keep(const char *save, const char *again)
{
    float scores[SIZE(_CLASSES)];
    API(_init)(&net);
    if (read_file(save, saved, sizeof saved) || API(_load)(&net, saved, sizeof saved) != SIZE(_OK))
        return 1;
    memset(saved, 0, sizeof saved);
    if (API(_save)(&net, saved) != SIZE(_OK) || write_file(again, saved, sizeof saved))
        return 1;
    draw_picture(image, SIZE(_INPUT_BYTES), SIZE(_CLASSES));
    API(_predict)(&net, &scratch, image, scores);
    for (int i = 0; i < SIZE(_CLASSES); i++)
        printf("%.3f\n", (double)scores[i]);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 2 && !strcmp(argv[1], "learn"))
        return learn(argv[2], argc > 3 ? argv[3] : NULL, 21);
    if (argc > 2 && !strcmp(argv[1], "fresh"))
        return learn(argv[2], NULL, 0);
    return argc > 3 ? keep(argv[2], argv[3]) : 1;
}
