/* SPDX-License-Identifier: MIT */
/* cli: the command line.  One table of options serves parsing, --help and the man page. */
#ifndef CLI_H
#define CLI_H

#include "choose/choose.h"
#include "import/import.h"
#include "learn/learn.h"
#include "saves/saves.h"
#include "scaffold/scaffold.h"

enum command {
    COMMAND_GEN,
    COMMAND_PLAN,
    COMMAND_WHAT_FITS,
    COMMAND_CHOOSE,
    COMMAND_VERIFY,
    COMMAND_TRAIN,
    COMMAND_QUANTIZE,
    COMMAND_CALIBRATE,
    COMMAND_PACK,
    COMMAND_IMPORT,
    COMMAND_CHECK,
    COMMAND_PACKAGE,
    COMMAND_NEW,
    COMMAND_SAVED,
    COMMAND_NONE /* --help, --version: answered already */
};

/* What was said, put where the commands want it. */
struct cli {
    enum command command;
    const char **file; /* what the command works on: room for two at least */
    int nfile, file_capacity;
    const char *color; /* of messages: "auto", "always", "never" */
    const char *output;
    bool force;
    struct host_options host;
    int define_capacity; /* of host.request.define */
    struct generate_options generate;
    struct verify_options verify;
    struct train_options train;
    struct choose_options choose;
    struct quantize_options quantize;
    struct calibrate_options calibrate;
    struct import_command import;
    struct package_options package;
    struct project_options project;
    struct saved_options saved;
    int64_t capacity; /* pack: stop once everything fits */
};

/* Reads the command line.  On an error says so on stderr and sets *exit_code. */
struct cli *cli_parse(struct arena *mem, int argc, char **argv, int *exit_code);

#endif
