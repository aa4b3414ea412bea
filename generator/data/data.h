/* SPDX-License-Identifier: MIT */
/* data: photos, arrays and signals -> samples as a network takes them, with labels or targets; read once. */
#ifndef DATA_H
#define DATA_H

#include "data/decoded.h"
#include "spec/spec.h"

/* What a network may be shown: either pixels or numbers is NULL. */
struct samples {
    int count;
    int64_t each;   /* h w c */
    uint8_t *pixel; /* count h w c */
    float *number;  /* count h w c */
    bool real;      /* real numbers; else what an int8 or uint8 input holds */
};

struct dataset {
    struct arena *mem;
    enum decoded_task task;
    struct samples x;

    int classes;
    bool named;              /* classes are folders */
    int *labels;             /* x.count; 0 <= label < classes; NULL: regression */
    int *of_class;           /* classes: how many samples each has */
    const char **class_name; /* classes; a folder's name, or the label's number */
    int normal;              /* the label of what is normal, for an autoencoder; else -1 */

    int targets;   /* numbers of a target; 0: none */
    float *target; /* x.count targets; of an autoencoder NULL: it is the sample */

    const char **file; /* x.count: below the source's folder, "dog/1.png"; NULL: an array */
    int *position;     /* x.count: of a window its first step, of an array's sample its index; else 0 */
    int groups;        /* 0: none were named */
    int *group;        /* x.count */
    const char **group_name;
};

/* What is read, and what for. */
struct data_request {
    const char *source;     /* see dataset_read */
    const struct input *in; /* of the network */
    enum decoded_task task; /* data_task */
    struct shape outputs;   /* of the network: the shape of a target; h = 0: no targets */
    bool learnt;            /* an autoencoder learns from what is normal alone, */
    int hop;                /* steps from a window of a signal to the next; 0: a window's length */
    const char *group;      /* a file with the group of each sample, or NULL */
};

/* ---- data.c ---- */

/* What a spec and the source of its training data want: of loss "mse" a pair of arrays is regression. */
enum decoded_task data_task(const struct spec *s, const char *source);

/* Reads a data set.  `source` is either
 *   - a folder with one sub-folder per class, of files of one kind; classes and files are in the order of their names'
 *     bytes.  JPEG, PNG, PPM or PGM images are brought to h x w pixels of c channels (1: grey, 3: RGB) by image_fit, the
 *     orientation in EXIF is not applied.  Signals (.csv, .wav) are cut into windows of the input's length (signal.c); or
 *   - "samples.npy,labels.npy": uint8, int8 or float32, N x h x w x c exactly (or N x h x w where c is 1), and N
 *     integers from 0, or for regression N targets of floats; an autoencoder learns from "samples.npy" alone.
 * NULL after messages in d; files of no known kind are passed over with one warning. */
struct dataset *dataset_read(struct arena *mem, struct diag *d, const struct data_request *ask);

/* Numbers the classes of `test` as those of `train` are, by their names.  False after messages. */
bool dataset_match(struct diag *d, const struct dataset *train, struct dataset *test, const char *source);

/* Reads at most `most` samples, spread evenly over the source, which may be without labels: a folder of files, or
 * "samples.npy".  Unsigned bytes are pixels.  NULL after messages in d. */
struct samples *samples_read(struct arena *mem, struct diag *d, const struct data_request *ask, int most);

/* ---- sample.c ---- */

/* Element i (h w c) of an image as the emitted code takes it: of RGB565 0 .. 255, too.  What is put is rounded, and held
 * within what an element can be. */
double sample_element(const struct input *in, const void *image, int64_t i);
void sample_element_put(const struct input *in, void *image, int64_t i, double v);

/* What the network computes with for it; and back, to integers. */
double input_real(const struct input *in, int64_t i, double element);
double input_element(const struct input *in, int64_t i, double real);

/* ---- decode.c ---- */

/* True where an input takes such samples; else a message.  Pixels of 0 .. 255 that nothing scales are warned of: few
 * networks of floats want them. */
bool input_takes(struct diag *d, const struct spec *s, const struct samples *x, const char *source);

/* Sample n in the form in which the emitted code takes it. */
void sample_put(const struct input *in, const struct samples *s, int n, void *image);

/* Writes the file that runs map (decoded.h).  False after a message. */
bool dataset_write(struct arena *mem, struct diag *d, const struct dataset *data, const struct input *in,
                   const char *path);

/* ---- cache.c ---- */

/* What that file holds: samples as the network takes them, so that sample_put gives its bytes.  It stays mapped.  NULL if the
 * file is not there or not whole. */
struct dataset *dataset_load(struct arena *mem, const char *path);

/* dataset_read, unless the same was asked of the same files (names, sizes, times) before: what was read is kept in the
 * folder.  Warnings come with the first reading alone. */
struct dataset *dataset_cached(struct arena *mem, struct diag *d, const struct data_request *ask, const char *folder);

/* ---- image.c ---- */

/* Brings an image (h w c; c = 1, 2 with alpha, 3, or 4 with alpha) to out_h x out_w pixels of out_c
 * channels (1 or 3).  Byte for byte what Pillow does in
 *     image.convert("RGB" or "L").resize((out_w, out_h), Image.BILINEAR)
 * for which alpha is dropped and L = (19595 R + 38470 G + 7471 B + 32768) >> 16. */
void image_fit(const uint8_t *pixels, int h, int w, int c, uint8_t *out, int out_h, int out_w, int out_c);

#endif
