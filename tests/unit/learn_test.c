/* SPDX-License-Identifier: MIT */
/* Parts of data sets, and what augmentation does, on data drawn at random. */
#include "fixture.h"
#include "learn/augment.h"
#include "learn/measure.h"
#include "learn/subset.h"

#include <math.h>
#include <string.h>

enum { DRAWS = 60, MOST = 200 };

/* A data set of nothing but labels, and perhaps groups, of which a class has at least 4 samples. */
static struct dataset *labels_drawn(struct arena *mem, uint64_t *state, bool grouped)
{
    struct dataset *data = NEW(mem, struct dataset);
    int classes = 2 + (int)(random_draw(state) % 6), count = 4 * classes + (int)(random_draw(state) % MOST);
    *data = (struct dataset){.mem = mem, .classes = classes, .labels = NEW_ARRAY(mem, int, count)};
    data->x.count = count;
    data->groups = grouped ? 3 + (int)(random_draw(state) % 20) : 0;
    data->group = grouped ? NEW_ARRAY(mem, int, count) : NULL;
    for (int n = 0; n < count; n++) {
        int class = (int)(random_draw(state) % (uint64_t)classes) * (int)(random_draw(state) % 2); /* many of class 0 */
        data->labels[n] = n < 4 * classes ? n % classes : class;
        if (grouped)
            data->group[n] = n < data->groups ? n : (int)(random_draw(state) % (uint64_t)data->groups);
    }
    return data;
}

static void parts_are_parts(void **state)
{
    (void)state;
    uint64_t random = 7;
    for (int k = 0; k < DRAWS; k++) {
        struct arena *mem = arena_new();
        struct diag d = {.mem = mem};
        struct dataset *data = labels_drawn(mem, &random, k % 2);
        double share = 0.1 + 0.1 * (double)(random_draw(&random) % 5);
        struct subset learn, held, again, held_again;
        assert_true(subset_split(&d, data, share, (unsigned)k, &learn, &held));
        assert_true(subset_split(&d, data, share, (unsigned)k, &again, &held_again));
        assert_int_equal(held.count, held_again.count);
        assert_memory_equal(held.sample, held_again.sample, sizeof(int) * (size_t)held.count);
        assert_int_equal(learn.count + held.count, data->x.count);
        bool *back = NEW_ARRAY(mem, bool, data->x.count);
        double *of_class = NEW_ARRAY(mem, double, data->classes), *all = NEW_ARRAY(mem, double, data->classes);
        for (int i = 0; i < held.count; i++) {
            assert_false(back[held.sample[i]]);
            back[held.sample[i]] = true;
            of_class[data->labels[held.sample[i]]]++;
        }
        for (int i = 0; i < learn.count; i++)
            assert_false(back[learn.sample[i]]);
        for (int n = 0; n < data->x.count; n++)
            all[data->labels[n]]++;
        for (int c = 0; c < data->classes && !data->groups && held.count > 1; c++) /* one is held in any case */
            assert_true(of_class[c] >= share * all[c] - 0.51 && of_class[c] <= share * all[c] + 0.51);
        for (int n = 0; n < data->x.count && data->groups; n++)
            for (int m = 0; m < n; m++)
                assert_true(data->group[n] != data->group[m] || back[n] == back[m]);
        assert_true(held.count > 0 && learn.count > 0);
        arena_free(mem);
    }
}

/* Groups of about one size: every class comes near its share all the same. */
static void groups_are_stratified(void **state)
{
    (void)state;
    struct arena *mem = arena_new();
    struct diag d = {.mem = mem};
    enum { PEOPLE = 50, DIGITS = 10 };
    struct dataset data = {.mem = mem, .classes = DIGITS, .groups = PEOPLE};
    struct subset learn, held;
    data.x.count = PEOPLE * DIGITS;
    data.labels = NEW_ARRAY(mem, int, data.x.count);
    data.group = NEW_ARRAY(mem, int, data.x.count);
    for (int n = 0; n < data.x.count; n++) {
        data.labels[n] = n % DIGITS;
        data.group[n] = n / DIGITS;
    }
    assert_true(subset_split(&d, &data, 0.2, 3, &learn, &held));
    assert_int_equal(held.count, PEOPLE * DIGITS / 5);
    struct subset few = subset_fewer(mem, learn, 40, 1);
    int of_class[DIGITS] = {0};
    for (int i = 0; i < few.count; i++)
        of_class[data.labels[few.sample[i]]]++;
    assert_int_equal(few.count, 40);
    for (int c = 0; c < DIGITS; c++)
        assert_int_equal(of_class[c], 4);
    arena_free(mem);
}

static void augmentation_is_repeated(void **state)
{
    (void)state;
    enum { H = 9, W = 7, C = 3, SIZE = H * W * C };
    struct input in = {.shape = {H, W, C}, .type = INPUT_UINT8, .scale = 1, .zero_point = 0};
    struct augmentation a;
    uint8_t original[SIZE], one[SIZE], two[SIZE], spare[SIZE];
    uint64_t random = 5;
    assert_false(augmentation_read("flip,turn", &a));
    assert_true(augmentation_read("flip,shift,crop,light,noise", &a));
    for (int i = 0; i < SIZE; i++)
        original[i] = (uint8_t)(random_draw(&random) % 256);
    for (int k = 0; k < 100; k++) {
        uint64_t first = (uint64_t)k, second = (uint64_t)k;
        memcpy(one, original, SIZE);
        memcpy(two, original, SIZE);
        augment(&a, &in, one, spare, &first);
        augment(&a, &in, two, spare, &second);
        assert_memory_equal(one, two, SIZE);
    }
    struct augmentation flip = {.flip = true};
    int same = 0;
    for (int k = 0; k < 100; k++) { /* twice is nothing; once is nothing or another */
        uint64_t drawn = hash_word(HASH_START, (uint32_t)k), again = drawn;
        memcpy(one, original, SIZE);
        augment(&flip, &in, one, spare, &drawn);
        same += !memcmp(one, original, SIZE);
        augment(&flip, &in, one, spare, &again);
        assert_memory_equal(one, original, SIZE);
    }
    assert_true(same > 30 && same < 70);
}

/* Scores of a tie, of odds of 3 for the right class, and of odds of 3 for the wrong one. */
static void certainty_knows_of_near_misses(void **state)
{
    (void)state;
    struct arena *mem = arena_new();
    struct input in = {.shape = {1, 1, 1}, .type = INPUT_FLOAT32, .scale = 1};
    struct dataset data = {.mem = mem, .classes = 2, .labels = (int[]){0, 1, 1}, .x.count = 3};
    const float odds = logf(3), scores[] = {0, 0, 0, odds, odds, 0};
    struct quality q = measure_scores(mem, subset_all(mem, &data), &in, scores, 2);
    assert_float_equal(q.accuracy, 2.0 / 3, 1e-9);
    assert_float_equal(q.certainty, (0.5 + 0.75 + 0.25) / 3, 1e-6);
    assert_float_equal(q.loss, -(log(0.5) + log(0.75) + log(0.25)) / 3, 1e-6);
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_parts),
        cmocka_unit_test(groups_are_stratified),
        cmocka_unit_test(augmentation_is_repeated),
        cmocka_unit_test(certainty_knows_of_near_misses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
