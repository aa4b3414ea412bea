/* SPDX-License-Identifier: MIT */
/* base/screen: nothing that is printed is wider than the terminal.  Stands alone: the demo's pictures use it, too. */
#ifndef SCREEN_H
#define SCREEN_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

/* Columns of the terminal that `out` is (COLUMNS in the environment counts more than what the terminal says); 80 for
 * files and pipes; no bound in memory. */
int screen_width(FILE *out);

/* Columns that UTF-8 text takes; the bytes of it that take at most `most` columns. */
int text_cells(const char *text, size_t length);
size_t text_fit(const char *text, size_t length, int most);

/* Prints words from column `at` on; lines that would be wider go on below, behind `indent` blanks.  A word that no
 * line has room for is cut.  Ends the line. */
void wrap_words(FILE *out, int at, int indent, const char *text);

/* Prints text of many lines; what a line has no room for goes on below, four columns behind where it begins. */
void wrap_lines(FILE *out, const char *text);

/* Words from column 0 on. */
#ifdef __GNUC__
__attribute__((format(printf, 3, 4)))
#endif
void wrap_put(FILE *out, int indent, const char *format, ...);

#endif
