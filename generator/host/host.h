/* SPDX-License-Identifier: MIT */
/* host: compiles the output on this machine and runs it. */
#ifndef HOST_H
#define HOST_H

#include "cli/cli.h"
#include "report/report.h"

/* What verify, train, what-fits and quantize change about a spec before it goes through the pipeline. */
struct variant {
    bool keep_layers;                  /* every layer's result stays readable in scratch */
    const struct optimizer *optimizer; /* or NULL: the spec's own */
    int batch;                         /* 0: the spec's own */
    struct update *update;             /* or NULL: the spec's own */
    int nupdate;
    bool only_predict; /* nothing learns: all that can be is frozen, and int8 if the spec says so */
    bool on_host;      /* it runs here: the fastest plan, whose bits are those of all, if no other is asked for */
    bool any_size;     /* a plan beyond the budget is a result, too */
    bool frozen;       /* nothing learns: the output only predicts */
    const char *int8;  /* or NULL: a file of weights for this network in integers */
};

/* The pipeline: given by main.c.  NULL after messages; *code is then the exit code. */
typedef struct product *generate_function(struct arena *mem, struct diag *d, struct cli *cli, const struct variant *v,
                                          int *code);

/* A compiled output.  Its functions have the emitted API; train takes (label or target). */
struct library {
    void *handle;
    int (*init)(void *net);
    int (*predict)(const void *net, void *scratch, const void *input, float *scores);
    int (*train)(void *net, void *scratch, const void *input, int label, float *loss);
    int (*train_target)(void *net, void *scratch, const void *input, const float *target, float *loss);
    int (*set_rate)(void *net, float rate);
    unsigned char *net, *scratch;
};

/* Compiles with the command `cc` in a temporary folder and loads the result.  NULL after a message. */
struct library *library_load(struct arena *mem, struct diag *d, const struct product *p, const char *cc);
void library_close(struct library *l);

/* ---- write.c: what the commands write; false after a message ---- */

/* gen: NAME.c, NAME.h, NAME.bin and the depfile: all of them or none. */
bool write_network(struct diag *d, const struct cli *cli, const struct product *p);

/* import: the spec, and its weights under the name `weights`. */
bool write_imported(struct diag *d, const struct cli *cli, const char *weights, const struct imported *i);

/* quantize. */
bool write_quantised(struct diag *d, const struct cli *cli, const struct tensor *tensor, int count);

/* Where the report goes that the command line asks for.  To be opened before the work that it is about: a folder that
 * cannot be written to shall not cost an hour of training. */
struct output *report_open(struct diag *d, const struct cli *cli);
bool report_close(struct diag *d, const struct cli *cli, struct output *o);

int host_verify(struct arena *mem, struct diag *d, struct cli *cli, generate_function *generate);
int host_train(struct arena *mem, struct diag *d, struct cli *cli, generate_function *generate);
int host_quantize(struct arena *mem, struct diag *d, struct cli *cli, generate_function *generate);
int host_what_fits(struct arena *mem, struct diag *d, struct cli *cli, generate_function *generate);

#endif
