/* SPDX-License-Identifier: MIT */
/* host/data: photos and arrays -> images of the network's size, labelled for training here. */
#ifndef DATA_H
#define DATA_H

#include "base/base.h"

/* ---- data.c ---- */

struct dataset {
    struct arena *mem;
    int count, h, w, c;
    int classes;
    uint8_t *images;         /* count h w c: pixels; or NULL, and */
    float *number;           /* count h w c */
    bool real;               /* these are real numbers; else what an int8 input holds */
    bool named;              /* classes are folders */
    int *labels;             /* count; 0 <= label < classes */
    int *of_class;           /* classes: how many samples each has */
    const char **class_name; /* classes; a folder's name, or the label's number */
};

/* Reads a data set for an input of h x w x c.  `source` is either
 *   - a folder with one sub-folder of JPEG, PNG, PPM or PGM images per class, which image_fit brings to h x w pixels
 *     of c channels (1: grey, 3: RGB); classes and images are in the order of their names' bytes, the orientation in
 *     EXIF is not applied; or
 *   - "samples.npy,labels.npy": uint8, int8 or float32, N x h x w x c exactly (or N x h x w where c is 1), and N
 *     integers from 0.
 * NULL after messages in d; files that are no images are passed over with one warning. */
struct dataset *dataset_read(struct arena *mem, struct diag *d, const char *source, int h, int w, int c);

/* Numbers the classes of `test` as those of `train` are, by their names.  False after messages. */
bool dataset_match(struct diag *d, const struct dataset *train, struct dataset *test, const char *source);

/* What a network may be shown, without labels: either pixels or numbers is NULL. */
struct samples {
    int count;
    int64_t each;   /* h w c */
    uint8_t *pixel; /* count h w c */
    float *number;  /* count h w c */
    bool real;      /* real numbers; else what an int8 or uint8 input holds */
};

/* Reads at most `most` samples, spread evenly over `source`: photos as above (labels may be left out: a
 * folder of images), or "samples.npy" as above.  Unsigned bytes are pixels.  NULL after messages in d. */
struct samples *samples_read(struct arena *mem, struct diag *d, const char *source, int most, int h, int w, int c);

/* ---- image.c ---- */

/* Brings an image (h w c; c = 1, 2 with alpha, 3, or 4 with alpha) to out_h x out_w pixels of out_c
 * channels (1 or 3).  Byte for byte what Pillow does in
 *     image.convert("RGB" or "L").resize((out_w, out_h), Image.BILINEAR)
 * for which alpha is dropped and L = (19595 R + 38470 G + 7471 B + 32768) >> 16. */
void image_fit(const uint8_t *pixels, int h, int w, int c, uint8_t *out, int out_h, int out_w, int out_c);

/* Reads an image file into `out` (h w c).  NULL, or the reason why it cannot be read. */
const char *image_read(const char *path, uint8_t *out, int h, int w, int c);

/* ---- npy.c ---- */

enum { NPY_RANK = 8 };

/* A NumPy array file (format 1 or 2, C order), open at its first element. */
struct npy {
    FILE *file; /* to be closed with fclose */
    const char *path;
    char kind; /* of an element: 'u' unsigned, 'i' signed, other letters as in NumPy */
    int bytes; /* of an element; little-endian */
    int rank;
    int64_t shape[NPY_RANK];
    int64_t count; /* elements; their bytes are known to be in the file */
};

/* False after a message in d. */
bool npy_open(struct arena *mem, struct diag *d, const char *path, struct npy *array);

/* "<i4 5000x2" */
char *npy_text(struct arena *mem, const struct npy *array);

#endif
