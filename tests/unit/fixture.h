/* SPDX-License-Identifier: MIT */
/* What most unit tests begin with: an arena, a folder of their own, and messages that are kept.
 * A test is TEST(name) in the list of its main. */
#ifndef FIXTURE_H
#define FIXTURE_H

#include "base/base.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    struct arena *mem;
    struct diag d;
    char *messages; /* after fflush(d.out) */
    size_t length;
    char folder[40], path[48]; /* path: of a file in it, which is not there yet */
};

static inline char *inside(struct fixture *x, const char *name)
{
    return arena_format(x->mem, "%s/%s", x->folder, name);
}

static inline void write_file(struct fixture *x, const char *name, const char *text)
{
    struct text t = text_new(x->mem);
    text_put(&t, "%s", text);
    assert_true(file_write(inside(x, name), &t));
}

static inline int setup(void **state)
{
    struct fixture *x = calloc(1, sizeof *x);
    assert_non_null(x);
    x->mem = arena_new();
    x->d = (struct diag){.mem = x->mem, .out = open_memstream(&x->messages, &x->length)};
    strcpy(x->folder, "/tmp/tinytl-unit-XXXXXX");
    assert_non_null(mkdtemp(x->folder));
    snprintf(x->path, sizeof x->path, "%s/file", x->folder);
    *state = x;
    return 0;
}

static inline int teardown(void **state)
{
    struct fixture *x = *state;
    int left = system(arena_format(x->mem, "rm -rf '%s'", x->folder));
    fclose(x->d.out);
    free(x->messages);
    arena_free(x->mem);
    free(x);
    return left;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
