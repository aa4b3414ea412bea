/* SPDX-License-Identifier: MIT */
/* base: memory, text and messages.  Knows nothing of networks. */
#ifndef BASE_H
#define BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __GNUC__
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))
#else
#define PRINTF_LIKE(text, first)
#endif

/* Exit codes of the program: a contract with its users. */
enum exit_code {
    EXIT_DONE = 0,
    EXIT_BAD_INPUT = 1, /* spec, model, weights or data are wrong */
    EXIT_USAGE = 2,     /* the command line is wrong */
    EXIT_NO_FIT = 3,    /* the budget cannot be met */
    EXIT_DIFFERENT = 4, /* verify found a difference */
    EXIT_IO = 5         /* cannot read or write */
};

/* ---- arena.c: memory that is freed all at once ---- */

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a);

/* `size` zeroed bytes, aligned for any type; never NULL (an exhausted machine ends the program). */
void *arena_alloc(struct arena *a, size_t size);

/* Bytes that it holds, nearly: for limits. */
size_t arena_used(const struct arena *a);

char *arena_string(struct arena *a, const char *text);
char *arena_format(struct arena *a, const char *format, ...) PRINTF_LIKE(2, 3);
char *arena_format_list(struct arena *a, const char *format, va_list args);

#define NEW(a, type)              ((type *)arena_alloc((a), sizeof(type)))
#define NEW_ARRAY(a, type, count) ((type *)arena_alloc((a), sizeof(type) * (size_t)(count)))

/* Makes room for one more element in an arena array that grows by doubling:
 *     GROW(a, list, count, capacity);  list[count++] = ...                                  */
#define GROW(a, list, count, capacity)                                                                                 \
    ((count) < (capacity) ? (void)0 : (void)((list) = arena_grow((a), (list), sizeof *(list), (count), &(capacity))))
void *arena_grow(struct arena *a, const void *list, size_t each, int count, int *capacity);

/* ---- text.c: text that grows ---- */

/* A part of a text that is too long to be held: made whenever the text is written. */
struct passage {
    size_t before; /* so many bytes of the text come first */
    void (*write)(FILE *out, const void *what);
    const void *what;
};

struct text {
    char *at; /* always ends in a 0 byte; never NULL once something was put */
    size_t length, capacity;
    struct arena *mem;
    struct passage *passage; /* in order; not counted in length */
    int npassage, passage_capacity;
};

struct text text_new(struct arena *a);
void text_put(struct text *t, const char *format, ...) PRINTF_LIKE(2, 3);
void text_bytes(struct text *t, const char *bytes, size_t length);

/* Appends what `write` will make of `what`; it may stop where `out` has failed. */
void text_later(struct text *t, void (*write)(FILE *out, const void *what), const void *what);

/* The whole text with its passages; errors are those of `out`. */
void text_write(const struct text *t, FILE *out);

/* `name` relative to the folder of the file `base`; absolute names as they are. */
char *path_beside(struct arena *a, const char *base, const char *name);

/* Bytes for people: "52.5 KiB", "312 B". */
char *size_text(struct arena *a, int64_t bytes);

/* True where `glob` ('*' any run of characters, '?' one) matches the whole of `name`. */
bool glob_match(const char *glob, const char *name);

/* True where `end` is the end of `text`, or all of it. */
bool ends_with(const char *text, const char *end);

/* Of `count` names the one most like `name` by edit distance, else the longest that `name` starts with;
 * NULL if none is close. */
const char *nearest_name(const char *name, const char *const *names, int count);

/* 64-bit FNV-1a: fingerprints of specs, weights and layouts (not a security measure). */
uint64_t hash_bytes(uint64_t seed, const void *bytes, size_t length);
#define HASH_START 14695981039346656037u

/* A word into a hash that is kept for years: saved nets bear it, so it must never change. */
uint64_t hash_word(uint64_t hash, uint32_t word);

/* Templates, the Lua prelude and the run-time sources, made part of the program by the build
 * (cmake/embed.cmake); ends with a NULL name. */
struct embedded {
    const char *name, *text;
    size_t length;
};
extern const struct embedded embedded_files[];

/* The text of the embedded file `name`, or of `folder`/`name` if folder is not NULL.  NULL if absent. */
const char *embedded_text(struct arena *a, const char *folder, const char *name);

/* ---- output.c: files ---- */

/* A reason of this program beside those of errno. */
enum { FILE_IS_DEVICE = 100001 };

/* What strerror says, also of it. */
const char *file_error(int why);

/* Opens a file of the user's for reading, and remembers it.  NULL and errno; a folder, device or pipe is
 * no file: reading it might never end. */
FILE *input_open(const char *path);

/* Such a file as a whole, with a 0 byte behind it (not counted in *length), of at most `most` bytes (EFBIG); where
 * `pipes`, it may be a pipe, too. */
char *input_read(struct arena *a, const char *path, bool pipes, size_t most, size_t *length);

/* True of a file that one of these opened: it must not be written. */
bool input_was_read(const char *path);

/* True of a file that this run has written, or is writing: it must not be written again. */
bool output_was_written(struct arena *mem, const char *path);

/* The folder that a file of this path is in: "." where the path names none. */
const char *folder_of(struct arena *mem, const char *path);

/* A whole file, likewise, that may be. */
char *file_read(struct arena *a, const char *path, size_t *length);

/* A file that is being written.  It appears under its name when it is closed, whole, and only if it differs from what
 * is there, so that build tools see no change where there is none; it keeps the mode of what is there.  What is no
 * file (a device, a pipe, the standard output) is written through, and a link stays a link. */
struct output;

/* NULL and errno.  path NULL: the standard output. */
struct output *output_open(struct arena *a, const char *path);
FILE *output_stream(const struct output *o);

/* False and errno if anything since the opening went wrong; then nothing is left of it. */
bool output_close(struct output *o);

/* Files that belong together: all of them appear, or none. */
bool outputs_close(struct output *const *o, int count);

/* Nothing shall be left of it. */
void output_abandon(struct output *o);

/* Whether it was this one that could not be written. */
bool output_failed(const struct output *o);

/* The same for all that are still open: before their arena goes.  What ends the program does it, too. */
void outputs_abandon_all(void);

/* A whole file that is a text. */
bool file_write(const char *path, const struct text *t);

/* ---- diag.c: messages to the user ---- */

struct loc {
    const char *file; /* as the user named it */
    int line;         /* from 1; 0: the file as a whole */
};

/* Collects messages: a stage reports all it finds, and the caller stops between stages. */
struct diag {
    struct arena *mem;
    FILE *out; /* NULL: they are counted alone */
    bool color;
    int errors, warnings;
    uint64_t *shown; /* hashes of the messages so far */
    int nshown, shown_capacity;
};

/* What a checker found behind a stage is a mistake of ours: says so and aborts.  NULL: it found nothing. */
void check_passed(const char *stage, const char *wrong);

/* file:line:column: error: text, then the source line, a caret under `key` (searched from the
 * line on; NULL: no caret), and "hint: ..." if hint is not NULL.  What was said of a place is not said again: a
 * function of a spec that is called three times makes its mistake three times. */
void diag_error(struct diag *d, struct loc at, const char *key, const char *hint, const char *format, ...)
    PRINTF_LIKE(5, 6);
void diag_warn(struct diag *d, struct loc at, const char *key, const char *hint, const char *format, ...)
    PRINTF_LIKE(5, 6);

#endif
