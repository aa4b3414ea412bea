/* SPDX-License-Identifier: MIT */
/* worker: a compiled output that runs as a process of its own (runtime_min/run_protocol.h), so that whatever happens to it
 * ends it alone. */
#ifndef WORKER_H
#define WORKER_H

#include "host/compile.h"
#include "run_protocol.h"

/* Results of a call beside those of the emitted API. */
enum { WORKER_ENDED = -100 };

struct worker {
    unsigned char *net, *scratch, *save; /* of the process: shared with it */
    struct run_step *step;               /* of RUN_CHUNK samples: what is said of each */
    float *scores, *targets;             /* of RUN_CHUNK samples, `classes` each */
    struct run_sizes sizes;
    struct run_parts parts;
    unsigned char *memory;
    int socket;
    long process;
    double patience; /* seconds that an answer may take */
    double seconds;  /* that its calls took, of one processor */
    const char *why; /* it ended; NULL: it runs */
    struct arena *mem;
    struct diag *d;
    struct loc at; /* what messages are about */
};

/* NULL after a message. */
struct worker *worker_start(struct arena *mem, struct diag *d, const struct executable *e, const struct product *p);

/* The same of a product, which is compiled and not kept. */
struct worker *worker_of(struct arena *mem, struct diag *d, const struct product *p, struct compiling how);

/* Where sample n < RUN_CHUNK lies, in the type of the network's input. */
void *worker_sample(const struct worker *w, int n);

/* A command for the first `count` samples; *done of them (unless NULL) were done.  A status of the emitted API; WORKER_ENDED
 * after a message if the process has ended, or does not answer: then every later call gives it, too. */
int worker_do(struct worker *w, enum run_what what, int count, int *done);

/* One call each, as the emitted functions have them.  `target` is NULL where there are labels. */
int worker_init(struct worker *w);
int worker_predict(struct worker *w, const void *sample, float *scores);
int worker_train(struct worker *w, const void *sample, int label, const float *target, float *loss);

/* Where worker_predict of this image left a value of floats, if the product keeps its layers (variant.keep_layers). */
const float *worker_left(const struct worker *w, const struct product *p, const struct val *v, const void *image);

/* Ends it.  False if it had ended before. */
bool worker_close(struct worker *w);

#endif
