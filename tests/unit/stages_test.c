/* SPDX-License-Identifier: MIT */
/* The checkers behind spec and backward: they pass what the stages make, and name what was broken on purpose. */
#include "backward/backward.h"
#include "forward/forward.h"
#include "ops/ops.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#ifndef TESTS_DIR
#define TESTS_DIR "tests"
#endif

struct stages {
    struct arena *mem;
    struct diag diag;
    struct spec *spec;
    struct graph *graph;
};

static int setup(void **state)
{
    static const struct updates updates = {&op_sgd, &op_sgd_momentum, &op_adam, &op_record};
    static struct stages t;
    t.mem = arena_new();
    t.diag = (struct diag){.mem = t.mem, .out = stderr};
    t.spec = spec_read(t.mem, &t.diag, TESTS_DIR "/behave/net.lua", ops_constructors(t.mem), NULL, 0);
    assert_non_null(t.spec);
    t.graph = forward_build(t.mem, &t.diag, t.spec, NULL, NULL);
    assert_non_null(t.graph);
    backward(t.graph, &updates);
    *state = &t;
    return 0;
}

static int teardown(void **state)
{
    arena_free(((struct stages *)*state)->mem);
    return 0;
}

static void says(const char *wrong, const char *what)
{
    assert_non_null(wrong);
    if (!strstr(wrong, what))
        fail_msg("'%s' does not say '%s'", wrong, what);
}

static struct node *first_of(const struct graph *g, enum pass pass)
{
    for (int i = 0; i < g->nnode; i++)
        if (g->node[i]->pass == pass)
            return g->node[i];
    fail();
    return NULL;
}

static void what_stages_make_passes(void **state)
{
    struct stages *t = *state;
    assert_null(spec_check(t->mem, t->spec));
    assert_null(backward_check(t->mem, t->graph));
}

static void a_layer_that_reads_a_later_one(void **state)
{
    struct stages *t = *state;
    t->spec->layer[2].from[0] = 3;
    says(spec_check(t->mem, t->spec), t->spec->layer[2].name);
    says(spec_check(t->mem, t->spec), "reads a layer that does not stand before it");
}

static void an_input_of_another_shape(void **state)
{
    struct stages *t = *state;
    t->spec->layer[1].in[0].c++;
    says(spec_check(t->mem, t->spec), "another shape");
}

static void a_name_that_is_taken(void **state)
{
    struct stages *t = *state;
    t->spec->layer[3].name = t->spec->layer[1].name;
    says(spec_check(t->mem, t->spec), "another layer has its name");
}

static void an_update_that_is_missing(void **state)
{
    struct stages *t = *state;
    struct node *n = first_of(t->graph, PASS_UPDATE);
    for (int i = 0; i < t->graph->nnode; i++)
        if (t->graph->node[i] == n)
            t->graph->node[i] = t->graph->node[0];
    says(backward_check(t->mem, t->graph), n->in[1]->name);
    says(backward_check(t->mem, t->graph), "not of each element once");
}

static void an_update_of_what_does_not_learn(void **state)
{
    struct stages *t = *state;
    first_of(t->graph, PASS_UPDATE)->in[1]->role = ROLE_FROZEN;
    says(backward_check(t->mem, t->graph), "does not learn, and has an update");
}

static void an_update_before_its_value_is_read(void **state)
{
    struct stages *t = *state;
    struct graph *g = t->graph;
    struct node *last = g->node[g->nnode - 1];
    assert_int_equal(last->pass, PASS_UPDATE);
    memmove(g->node + 1, g->node, sizeof *g->node * (size_t)(g->nnode - 1));
    g->node[0] = last;
    says(backward_check(t->mem, g), "behind its update");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_stages_make_passes, setup, teardown),
        cmocka_unit_test_setup_teardown(a_layer_that_reads_a_later_one, setup, teardown),
        cmocka_unit_test_setup_teardown(an_input_of_another_shape, setup, teardown),
        cmocka_unit_test_setup_teardown(a_name_that_is_taken, setup, teardown),
        cmocka_unit_test_setup_teardown(an_update_that_is_missing, setup, teardown),
        cmocka_unit_test_setup_teardown(an_update_of_what_does_not_learn, setup, teardown),
        cmocka_unit_test_setup_teardown(an_update_before_its_value_is_read, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
