/* SPDX-License-Identifier: MIT */
/* --help and --man, from the tables. */
#include "base/screen.h"
#include "cli/options.h"

#include <string.h>

const char about[] = "tinytl-gen reads a network, what of it may learn, and a memory budget, and writes one C file "
                     "that trains it on a microcontroller.";

static const char *const exits[] = {"done",
                                    "bad input: spec, model, weights or data are wrong, or missing",
                                    "usage: the command line is wrong",
                                    "the network does not fit the budget",
                                    "verify, or saved --diff, found a difference",
                                    "the output cannot be written, or the C compiler fails"};

enum { EXITS = sizeof exits / sizeof *exits };

/* What is explained, and behind it or below it the explanation. */
static void put_entry(FILE *out, const char *left, const char *help)
{
    enum { LEFT = 30 };
    int at = 2 + (int)strlen(left);
    fprintf(out, "  %s", left);
    if (at > LEFT - 2)
        fprintf(out, "\n%*s", LEFT, "");
    else
        fprintf(out, "%*s", LEFT - at, "");
    wrap_words(out, LEFT, LEFT, help);
}

void print_commands(struct arena *mem, FILE *out)
{
    for (int i = 0; i < COMMANDS; i++)
        put_entry(out, arena_format(mem, "tinytl-gen %s %s", commands[i].name, commands[i].args), commands[i].help);
}

void print_help(struct arena *mem, FILE *out)
{
    wrap_put(out, 0, "%s\n", about);
    print_commands(mem, out);
    fputs("\nOptions:\n", out);
    for (int i = 0; i < option_count; i++) {
        const struct option_row *o = &options[i];
        put_entry(out,
                  arena_format(mem, "%s%s%s--%s%s%s", o->letter ? "-" : "    ", o->letter ? o->letter : "",
                               o->letter ? ", " : "", o->name, o->value ? " " : "", o->value ? o->value : ""),
                  o->help);
    }
    put_entry(out, "    --version", "print the version");
    put_entry(out, "    --help", "print this");
    put_entry(out, "    --man", "print the manual page");
    fputs("\nSizes: 65536, 96K, 1.5M. A value follows '=' or a space.\n\nExit code:\n", out);
    for (int i = 0; i < EXITS; i++)
        wrap_put(out, 5, "  %d  %s", i, exits[i]);
}

/* Text of a manual page: a '-' or '\' means itself. */
static void put_roff(FILE *out, const char *text)
{
    for (const char *c = text; *c; c++)
        fprintf(out, "%s%c", *c == '-' || *c == '\\' ? "\\" : "", *c == '\\' ? 'e' : *c);
}

static void put_roff_line(FILE *out, const char *macro, const char *text)
{
    fputs(macro, out);
    put_roff(out, text);
    fputc('\n', out);
}

void print_man(FILE *out)
{
    fputs(".TH TINYTL\\-GEN 1 \"\" \"tinytl\\-gen " TINYTL_VERSION "\" \"User Commands\"\n"
          ".SH NAME\ntinytl\\-gen \\- generate C that trains a network on a microcontroller\n.SH SYNOPSIS\n",
          out);
    for (int i = 0; i < COMMANDS; i++) {
        fputs(i ? ".br\n.B tinytl\\-gen " : ".B tinytl\\-gen ", out);
        put_roff_line(out, "", commands[i].name);
        put_roff_line(out, "", commands[i].args);
        fputs("[options]\n", out);
    }
    put_roff_line(out, ".SH DESCRIPTION\n", about);
    put_roff_line(out, "", "What it writes needs no library and no heap, and belongs to its user.");
    fputs(".SH COMMANDS\n", out);
    for (int i = 0; i < COMMANDS; i++) {
        put_roff_line(out, ".TP\n.B ", commands[i].name);
        put_roff_line(out, "", commands[i].help);
    }
    fputs(".SH OPTIONS\nSizes are written 65536, 96K or 1.5M. A value follows '=' or a space.\n", out);
    for (int i = 0; i < option_count; i++) {
        fputs(".TP\n.B ", out);
        if (options[i].letter)
            fprintf(out, "\\-%s, ", options[i].letter);
        fputs("\\-\\-", out);
        put_roff(out, options[i].name);
        put_roff_line(out, " ", options[i].value ? options[i].value : "");
        put_roff_line(out, "", options[i].help);
    }
    fputs(".SH EXIT STATUS\n", out);
    for (int i = 0; i < EXITS; i++) {
        fprintf(out, ".TP\n.B %d\n", i);
        put_roff_line(out, "", exits[i]);
    }
    fputs(".SH ENVIRONMENT\n.TP\n.B TMPDIR\nwhere verify, train and quantize compile (default /tmp)\n"
          ".TP\n.B NO_COLOR\nno colours in messages\n"
          ".SH EXAMPLE\n.nf\ntinytl\\-gen plan signs.lua \\-\\-ram 96K\n"
          "tinytl\\-gen signs.lua \\-o src \\-\\-depfile signs.d\n.fi\n",
          out);
}
