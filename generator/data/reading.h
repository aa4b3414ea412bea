/* SPDX-License-Identifier: MIT */
/* data/reading: a reader is a file; this is what they share.  Inside the room data. */
#ifndef READING_H
#define READING_H

#include "data/data.h"

enum {
    MOST_CLASSES = 1 << 16, /* above: not class numbers */
    MOST_MESSAGES = 10      /* about broken files, or groups that are missing */
};

struct reading {
    struct arena *mem;
    struct diag *d;
    const struct data_request *ask;
    struct dataset *data;
    int most; /* samples wanted, without labels; 0: all, with labels */
};

#define REFUSE(r, path, hint, ...) diag_error((r)->d, (struct loc){path, 0}, NULL, hint, __VA_ARGS__)

/* ---- data.c ---- */

/* The comma between the names of two arrays; NULL if the source is something else. */
const char *comma_in(const char *source);

/* Fills in of_class. */
void dataset_count(struct dataset *data);

/* ---- reading.c ---- */

/* What lies in the folders: `path` is the file, `name` what it is called below the data's folder. */
struct data_file {
    const char *path, *name;
    int label;
};

/* True for `most` numbers of 0 .. count - 1, evenly spread; for all if most is 0. */
bool picked(int64_t n, int64_t count, int most);
int64_t fewer(int64_t count, int most);

/* Room for `count` samples, of pixels or numbers; false after a message. */
bool samples_reserve(struct reading *r, int64_t count, bool pixels);

/* Sample n comes from that file, from that time step on. */
void sample_from(struct dataset *data, int n, const struct data_file *file, int position);

/* ---- folder.c ---- */

bool is_folder(const char *path);
bool folder_read(struct reading *r);

/* ---- signal.c ---- */

/* What a file of signals holds: steps x columns. */
struct series {
    float *value;
    int64_t steps;
    int columns, rate; /* steps a second; 0: it does not say */
};

/* How a kind of signals is read.  False after a message. */
typedef bool series_reader(struct reading *r, const char *path, struct series *s);
series_reader csv_read, wav_read;

/* Decodes files of one kind into r->data: samples, labels, files, positions. */
typedef bool files_reader(struct reading *r, const struct data_file *file, int count);
files_reader photos_read, csv_files_read, wav_files_read;

/* ---- array.c ---- */

/* comma: between the names of samples and labels; NULL: samples alone */
bool arrays_read(struct reading *r, const char *comma);

/* ---- group.c ---- */

bool groups_read(struct reading *r);

/* ---- image.c ---- */

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
