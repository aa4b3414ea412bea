/* SPDX-License-Identifier: MIT */
/* pipeline: a spec -> the output, its stages in order.  Every command that works on a spec calls it. */
#ifndef PIPELINE_H
#define PIPELINE_H

#include "emit/emit.h"

/* What the user wants: the command line, in short. */
struct request {
    const char *spec; /* its file */
    struct option *define;
    int ndefine;
    struct budget budget; /* bounds that are not 0 replace the spec's */
    bool smallest, fastest;
    bool any_size; /* here, a plan beyond the budget is a result, too */
    int shuffle;   /* 0: no; else the seed of a random schedule */
    unsigned seed;
    const char *target;       /* the core that the output is for, and reports estimate for */
    const char *dump;         /* the stage to print, or NULL */
    const char *templates;    /* a folder that replaces the built-in templates, or NULL */
    const char *weights_form; /* "inline", "bin" or "file" */
    bool poison;              /* the output overwrites dead memory with NaN */
    struct dry_runs *runs;    /* what plans of other requests found out, too; NULL: nothing is shared */
};

/* What a command changes about a spec before it goes through the stages. */
struct variant {
    bool graph_only;                   /* neither a plan nor an output is wanted */
    bool plan_only;                    /* no output is wanted */
    bool any_size;                     /* a plan beyond the budget is a result, too */
    bool on_host;                      /* it runs here: the fastest plan, whose bits are those of all, if no other is
                                        * asked for, of the C for all machines; weights are bytes beside it */
    bool keep_layers;                  /* every layer's result stays readable in scratch */
    bool records;                      /* every layer's result is written down as it is made, behind the scratch
                                        * memory of the plan that a device gets */
    bool frozen;                       /* nothing learns: all that can be is frozen, and int8 if the spec says so */
    bool floats;                       /* whatever the spec says of its precision */
    const struct tensor_file *norms;   /* or NULL: statistics of batch norms before those that the spec names */
    bool norms_later;                  /* those of a larger network are no matter: calibrate follows */
    const char *int8;                  /* or NULL: a file of weights for this network in integers */
    const struct optimizer *optimizer; /* or NULL: the spec's own */
    bool clips;                        /* with another optimiser, too, gradients are clipped as the spec says */
    int batch;                         /* 0: the spec's own */
    struct update *update;             /* or NULL: the spec's own */
    int nupdate;
};

/* Everything that the stages made of a spec. */
struct product {
    struct spec *spec;
    struct graph *graph;
    struct halves *halves; /* of a network that is cut in two; NULL: it is whole */
    struct plan *plan;
    struct plan *device;           /* the same, or where the output runs on the host that for the device */
    struct candidates *candidates; /* the plans to choose from, */
    struct offers offers;          /* and what reports show of them: given by the command that reports */
    struct emitted *emitted;       /* NULL where only the plan was asked for */
    const char *target;            /* the core that reports estimate for */
};

/* NULL after messages; *code is then the exit code. */
struct product *generate(struct arena *mem, struct diag *d, const struct request *r, const struct variant *v,
                         int *code);

/* True if the product's plan keeps its budget; else the messages of plan_refuse, with what would help. */
bool product_fits(const struct product *p, const struct request *r);

#endif
