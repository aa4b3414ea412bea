/* SPDX-License-Identifier: MIT */
/* Saves in memory: values, averages, what is refused. */
#include "fixture.h"
#include "saves/average.h"
#include "saves/bytes.h"

static void entry(struct text *t, int offset, int type, const char *name, int size)
{
    unsigned char head[12] = {0};
    word_put(head, (uint32_t)offset);
    head[4] = (unsigned char)type;
    head[5] = 1;
    head[6] = (unsigned char)strlen(name);
    word_put(head + 8, (uint32_t)size);
    text_bytes(t, (const char *)head, sizeof head);
    text_bytes(t, name, strlen(name));
    while (t->length % 4)
        text_bytes(t, "", 1);
}

enum { VALUES = 40 + 16 + 24 + 2 * 28 + 16 }; /* where they begin */

/* a: three float32; a.halfwords: three bfloat16; two ranges of one name; d.a: a gradient */
static struct save *save_of(struct fixture *x, const char *path)
{
    struct text t = text_new(x->mem);
    entry(&t, VALUES, SAVED_FLOAT32, "a", 3);
    entry(&t, VALUES + 12, SAVED_BFLOAT16, "a.halfwords", 3);
    entry(&t, VALUES + 20, SAVED_INT32, "d.layer.range", 6);
    entry(&t, VALUES + 44, SAVED_INT32, "d.layer.range", 6);
    entry(&t, VALUES + 68, SAVED_FLOAT32, "d.a", 3);
    struct save *s = save_new(x->mem, &x->d, path, &t, 5);
    s->base = 7;
    s->layout = 9;
    save_seal(s);
    return s;
}

static void fill(struct save *s, double by)
{
    for (int i = 0; i < s->count; i++)
        for (int64_t k = 0; k < s->tensor[i].count; k++)
            save_set(s, &s->tensor[i], k, by * (double)(k + 1));
    save_seal(s);
}

static struct save *again(struct fixture *x, const struct save *s)
{
    return save_parse(x->mem, &x->d, "again", s->bytes, s->length);
}

static void writes_what_it_reads(void **state)
{
    struct fixture *x = *state;
    struct save *s = save_of(x, "s");
    fill(s, 0.3);
    struct save *t = again(x, s);
    assert_non_null(t);
    assert_int_equal(t->length, VALUES + 80);
    assert_memory_equal(t->bytes, s->bytes, s->length);
    assert_string_equal(t->tensor[3].name, "d.layer.range#2");
    assert_true(save_at(t, &t->tensor[0], 1) == (double)(float)0.6);
    assert_true(save_at(t, &t->tensor[1], 0) == 0.30078125); /* the nearest bfloat16 */
    assert_int_equal(save_role(t, &t->tensor[0]), SAVE_LEARNT);
    assert_int_equal(save_role(t, &t->tensor[2]), SAVE_RANGE);
    assert_int_equal(save_role(t, &t->tensor[4]), SAVE_GRADIENT);
}

static void averages(void **state)
{
    struct fixture *x = *state;
    struct save *from[] = {save_of(x, "one"), save_of(x, "two")};
    static const double exponents[][6] = {{12, 5, -128, 0x01028003, 0, 0}, {9, 0, 0x7f, 0x0201037f, 0, 0}};
    for (int i = 0; i < 2; i++) {
        fill(from[i], i ? 3 : 1);
        from[i]->step = i ? UINT32_MAX : 10;
        from[i]->samples = 1;
        for (int k = 0; k < 6; k++)
            save_set(from[i], &from[i]->tensor[2], k, exponents[i][k]);
    }
    struct save *s = saves_average(x->mem, &x->d, from, 2, "3,1");
    assert_non_null(s);
    assert_true(save_at(s, &s->tensor[0], 1) == 3); /* (3 * 2 + 1 * 6) / 4 */
    assert_true(save_at(s, &s->tensor[4], 1) == 0);
    assert_true(save_at(s, &s->tensor[2], 0) == 9 && save_at(s, &s->tensor[2], 1) == 0);
    assert_true(save_at(s, &s->tensor[2], 3) == 0x0202037f); /* byte by byte: 0x80 is -128 */
    assert_true(s->step == UINT32_MAX && s->samples == 0);
    s = saves_average(x->mem, &x->d, from, 2, NULL);
    assert_true(save_at(s, &s->tensor[1], 2) == 6);
    assert_int_equal(x->d.errors, 0);
}

static void refuses(struct fixture *x, struct save *s, const char *words)
{
    x->d.errors = 0;
    x->d.nshown = 0;
    fflush(x->d.out);
    size_t before = x->length;
    save_seal(s);
    assert_null(again(x, s));
    fflush(x->d.out);
    if (!strstr(x->messages + before, words))
        fail_msg("%s\ndoes not say: %s", x->messages + before, words);
}

/* With right checksums: what a program of someone else's may write. */
static void refuses_wrong_tables(void **state)
{
    struct fixture *x = *state;
    static const struct {
        int at;
        unsigned char value;
        const char *words;
    } rows[] = {{40, VALUES + 4, "values of 'a' at"},
                {44, 3, "unknown type or rank"},
                {45, 9, "unknown type or rank"},
                {46, 0, "no name of letters"},
                {46, 255, "does not end within the save"},
                {52, 1, "no name of letters"},
                {48, 0, "more values"},
                {48, 4, "values of 'a.halfwords' at"},
                {51, 0x7f, "more values"},
                {47, 1, "unknown type or rank"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct save *s = save_of(x, "s");
        s->bytes[rows[i].at] = rows[i].value;
        refuses(x, s, rows[i].words);
    }
    struct save *s = save_of(x, "s");
    s->count = 4;
    refuses(x, s, "instead of");
    s->count = 100000;
    refuses(x, s, "cannot hold 100000 tensors");
}

static void refuses_averages(void **state)
{
    struct fixture *x = *state;
    struct save *from[] = {save_of(x, "one"), save_of(x, "two")};
    save_set(from[1], &from[1]->tensor[0], 2, (double)(1.0f / 0.0f));
    assert_null(saves_average(x->mem, &x->d, from, 2, NULL));
    fflush(x->d.out);
    assert_non_null(strstr(x->messages, "two: error: value 2 of 'a' is not finite"));
    from[1] = from[0];
    static const char *const by[] = {"1", "1,2,3", "1,x", "1,", "", "0,0", "-1,2", "inf,1", "steps"};
    for (size_t i = 0; i < sizeof by / sizeof *by; i++) {
        x->d.errors = 0;
        assert_null(saves_average(x->mem, &x->d, from, 2, by[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(writes_what_it_reads), TEST(averages), TEST(refuses_wrong_tables),
                                       TEST(refuses_averages)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
