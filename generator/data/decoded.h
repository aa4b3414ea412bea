/* SPDX-License-Identifier: MIT */
/* data/decoded: one file that holds a data set as an emitted network takes it.  It is written once, and every run maps it
 * into its memory (read only), so that runs of one data set share its pages.
 *
 *     0        sizeof (struct decoded)       a multiple of 64        each part at a multiple of 64
 *     | header | ................. | samples | labels | targets | groups | positions | tables of names | names
 *
 * Numbers are those of this machine; the file is a cache, not for other machines.  Offsets count bytes from the file's
 * beginning; 0: the part is not there. */
#ifndef DECODED_H
#define DECODED_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define DECODED_MAGIC "ttl-data"
enum { DECODED_VERSION = 2, DECODED_ALIGN = 64 };

/* What is to be learnt. */
enum decoded_task {
    DECODED_CLASSES, /* labels; the network gives a score for each */
    DECODED_VALUES,  /* targets: regression */
    DECODED_ANOMALY  /* an autoencoder: its target is its input; labels say what is normal */
};

enum decoded_type { DECODED_FLOAT32, DECODED_UINT8, DECODED_INT8 };

struct decoded {
    char magic[8];
    uint32_t version;
    uint32_t task;       /* enum decoded_task */
    uint64_t bytes;      /* of the whole file */
    uint32_t type;       /* of an element of a sample: enum decoded_type, that of the network's input */
    uint32_t h, w, c;    /* of a sample: h w c elements */
    uint32_t count;      /* samples */
    uint32_t classes;    /* 0 <= label < classes */
    uint32_t targets;    /* numbers of a target */
    uint32_t groups;     /* 0: no groups were named */
    uint32_t named;      /* 1: classes are folders */
    int32_t normal;      /* the label of what is normal; -1: none */
    int32_t zero_point;  /* real = (element - zero_point) * scale, for elements of integers; */
    double scale;        /* floats are real */
    uint64_t each;       /* bytes of a sample */
    uint64_t sample;     /* count * each bytes */
    uint64_t label;      /* int32, count */
    uint64_t target;     /* float, count * targets */
    uint64_t group;      /* int32, count: 0 <= group < groups */
    uint64_t position;   /* int32, count: of a window the first step in its file, of an array's sample its index */
    uint64_t file;       /* uint64, count: where the name of the sample's file is (below the data's folder) */
    uint64_t class_name; /* uint64, classes: likewise */
    uint64_t group_name; /* uint64, groups: likewise */
};

/* True for a file of `size` bytes at `map` that is whole and of this version. */
static inline int decoded_is_whole(const void *map, size_t size)
{
    const struct decoded *d = (const struct decoded *)map;
    return size >= sizeof *d && !memcmp(d->magic, DECODED_MAGIC, sizeof d->magic) && d->version == DECODED_VERSION &&
           d->bytes == size;
}

/* Name i of a table: d->file, d->class_name or d->group_name.  NULL if the table is not there. */
static inline const char *decoded_name(const struct decoded *d, uint64_t table, uint32_t i)
{
    const unsigned char *start = (const unsigned char *)d;
    return table ? (const char *)start + ((const uint64_t *)(const void *)(start + table))[i] : (const char *)0;
}

#endif
