/* SPDX-License-Identifier: MIT */
/* options: the tables of commands and options, which parsing, --help and the man page share.  Inside the room cli. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "cli/cli.h"

struct command_row {
    const char *name, *args, *help;
    int least, most;     /* files; most MANY: any number */
    const char *reports; /* forms of --report */
};

enum { MANY = 1 << 20 };

enum option_kind { FLAG, TEXT, SIZE, WHOLE, COUNT, REAL, RATE, DEFINE, REPORT }; /* COUNT: WHOLE and not 0 */

struct option_row {
    const char *name, *letter, *value, *help;
    enum option_kind kind;
    size_t field;
};

extern const struct command_row commands[]; /* by enum command */
extern const struct option_row options[];
enum { COMMANDS = COMMAND_NONE };
extern const int option_count;

/* What the program is for. */
extern const char about[];

/* help.c */
void print_commands(struct arena *mem, FILE *out);
void print_help(struct arena *mem, FILE *out);

/* man/tinytl-gen.1 */
void print_man(FILE *out);

#endif
