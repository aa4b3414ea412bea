/* SPDX-License-Identifier: 0BSD */
/* How a program that was made of a network (run_driver.c) and the one that started it speak: through a socket that is the
 * program's standard input and output, and a file that both have mapped.
 *
 *     the program                               who started it
 *     opens RUN_FILE, gives it its size
 *                      struct run_sizes  --->   maps it, too
 *                    <---  struct run_command   has put samples into it
 *     does it
 *                      struct run_answer  --->  looks at net, scratch, scores, losses
 *
 * until the socket is closed.  The file, each part from a multiple of 64 bytes on:
 *
 *     net | scratch | save | steps | scores | targets | samples      of the last four RUN_CHUNK each */
#ifndef RUN_PROTOCOL_H
#define RUN_PROTOCOL_H

#include <stdint.h>

enum { RUN_CHUNK = 32, RUN_FILE = 3 }; /* samples that a command may have; a file descriptor */

enum run_what {
    RUN_INIT,    /* NAME_init */
    RUN_PREDICT, /* the first `count` samples -> scores */
    RUN_TRAIN,   /* on the first `count` samples, until one has another status than 0: it is the last done */
    RUN_SAVE,    /* NAME_save, into the part `save` */
    RUN_LOAD     /* NAME_load, of it */
};

struct run_command {
    int32_t what, count;
};

struct run_answer {
    int32_t status; /* of the last call */
    int32_t done;   /* samples */
    double seconds; /* of this processor */
};

/* A sample that is trained on. */
struct run_step {
    int32_t label;
    float rate; /* set before; negative: it stays */
    float loss; /* what was found */
};

/* In bytes, classes in numbers. */
struct run_sizes {
    uint64_t net, scratch, save, classes, input;
};

struct run_parts {
    uint64_t net, scratch, save, steps, scores, targets, samples, sample; /* where they begin; the size of one sample */
    uint64_t bytes;                                                       /* of all */
};

static inline uint64_t run_part(uint64_t *at, uint64_t bytes)
{
    uint64_t here = *at;
    *at += (bytes + 63) / 64 * 64;
    return here;
}

static inline struct run_parts run_parts(const struct run_sizes *s)
{
    struct run_parts p = {0};
    p.sample = (s->input + 63) / 64 * 64;
    p.net = run_part(&p.bytes, s->net);
    p.scratch = run_part(&p.bytes, s->scratch);
    p.save = run_part(&p.bytes, s->save);
    p.steps = run_part(&p.bytes, RUN_CHUNK * sizeof(struct run_step));
    p.scores = run_part(&p.bytes, RUN_CHUNK * s->classes * sizeof(float));
    p.targets = run_part(&p.bytes, RUN_CHUNK * s->classes * sizeof(float));
    p.samples = run_part(&p.bytes, RUN_CHUNK * p.sample);
    return p;
}

#endif
