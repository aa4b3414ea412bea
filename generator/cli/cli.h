/* SPDX-License-Identifier: MIT */
/* cli: the command line.  One table of options serves parsing, --help and the man page. */
#ifndef CLI_H
#define CLI_H

#include "spec/spec.h"

enum command {
    COMMAND_GEN,
    COMMAND_PLAN,
    COMMAND_WHAT_FITS,
    COMMAND_VERIFY,
    COMMAND_TRAIN,
    COMMAND_QUANTIZE,
    COMMAND_PACK,
    COMMAND_IMPORT,
    COMMAND_CHECK,
    COMMAND_NONE /* --help, --version: answered already */
};

struct cli {
    enum command command;
    const char *file[2]; /* what the command works on */
    int nfile;
    const char *output;
    int64_t ram, scratch, flash;
    bool smallest, fastest, quiet, verbose, poison, paper_accounting;
    int shuffle; /* 0: no; else the seed of a random schedule */
    struct option *define;
    int ndefine, define_capacity;
    const char *report, *report_file; /* "text", "json", "svg" */
    const char *dump, *depfile, *cc, *templates, *color, *target, *weights_form;
    unsigned seed;
    double tolerance, sgd_rate, adam_rate;
    /* train */
    const char *train_data, *test_data, *schedule;
    int epochs, batch;
    double rate;
    /* quantize */
    const char *data;
    int images;
    /* pack */
    int64_t capacity;
    /* import, check */
    const char *input_shape, *output_name;
    bool force;
};

/* Reads the command line.  On an error says so on stderr and sets *exit_code. */
struct cli *cli_parse(struct arena *mem, int argc, char **argv, int *exit_code);

#endif
