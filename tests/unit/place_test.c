/* SPDX-License-Identifier: MIT */
/* The placer: known instances, small ones against exhaustive search, sweeps of maps, and its
 * command. */
#include "pack/pack.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <dirent.h>
#include <unistd.h>
#include <cmocka.h>

#ifndef TESTS_DIR
#define TESTS_DIR "tests"
#endif

static uint64_t seed;

static int random_between(int low, int high)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return low + (int)((seed >> 33) % (uint64_t)(high - low + 1));
}

static struct block make_block(struct arena *mem, int64_t size, int parts)
{
    int *birth = NEW_ARRAY(mem, int, parts), *death = NEW_ARRAY(mem, int, parts);
    return (struct block){size, parts, birth, death, -1};
}

static void set_life(struct block *b, int part, int birth, int death)
{
    ((int *)b->birth)[part] = birth; /* made by make_block, and not const there */
    ((int *)b->death)[part] = death;
}

/* What holds for every answer, whatever the question. */
static void assert_sound(const struct block *block, int count, int64_t align, struct placement p)
{
    int a, b;
    if (!place_check(block, count, align, &a, &b))
        fail_msg("blocks %d and %d clash", a, b);
    assert_true(p.bound <= p.proven && p.proven <= p.arena);
    assert_int_equal(p.status == PLACED_GAP, p.proven < p.arena);
    assert_int_equal(p.status == PLACED_AT_BOUND, p.bound == p.arena);
    int64_t top = 0;
    for (int i = 0; i < count; i++) {
        int64_t end = block[i].offset + (block[i].size + align - 1) / align * align;
        top = end > top ? end : top;
    }
    assert_int_equal(top, p.arena);
}

/* ---- instances in files ---- */

static struct block *read_csv(struct arena *mem, const char *path, int *count)
{
    struct block *block = NULL;
    int capacity = 0;
    char *line = file_read(mem, path, NULL);
    assert_non_null(line);
    *count = 0;
    for (; (line = strchr(line, '\n')); line++) {
        int lower, upper;
        long long size;
        if (sscanf(line + 1, "%*[^,],%d,%d,%lld", &lower, &upper, &size) != 3)
            break;
        GROW(mem, block, *count, capacity);
        block[*count] = make_block(mem, size, 1);
        set_life(&block[(*count)++], 0, lower, upper);
    }
    return block;
}

/* Calls one for every CSV in a folder; returns their number. */
static int each_csv(const char *folder, void (*one)(const char *name, struct placement p))
{
    struct arena *mem = arena_new();
    const char *path = arena_format(mem, "%s/planner/%s", TESTS_DIR, folder);
    DIR *dir = opendir(path);
    assert_non_null(dir);
    int files = 0;
    for (struct dirent *e; (e = readdir(dir));)
        if (glob_match("*.csv", e->d_name)) {
            int count;
            struct block *block = read_csv(mem, arena_format(mem, "%s/%s", path, e->d_name), &count);
            assert_true(count > 0);
            struct placement p = place(mem, block, count, 1, 0);
            assert_sound(block, count, 1, p);
            one(e->d_name, p);
            files++;
        }
    closedir(dir);
    arena_free(mem);
    return files;
}

static void at_bound(const char *name, struct placement p)
{
    if (p.status != PLACED_AT_BOUND)
        fail_msg("%s: arena %lld, bound %lld", name, (long long)p.arena, (long long)p.bound);
}

static void proven_optimum(const char *name, struct placement p)
{
    const char *optimum = strstr(name, "OPT");
    assert_non_null(optimum);
    assert_int_equal(p.arena, atoi(optimum + 3));
    assert_int_equal(p.status, PLACED_PROVEN);
}

static void files_reach_the_bound(void **state)
{
    (void)state;
    assert_int_equal(each_csv("traces", at_bound), 24);
    assert_int_equal(each_csv("random", at_bound), 50);
}

static void files_above_the_bound_are_proven(void **state)
{
    (void)state;
    assert_int_equal(each_csv("gap", proven_optimum), 6);
}

/* ---- small instances against exhaustive search ---- */

/* Can blocks i.. be placed in `height` bytes, given those before? */
static bool exhaustive_fit(struct block *block, int i, int count, int64_t height)
{
    if (i == count)
        return true;
    int a, b;
    for (block[i].offset = 0; block[i].offset + block[i].size <= height; block[i].offset++)
        if (place_check(block, i + 1, 1, &a, &b) && exhaustive_fit(block, i + 1, count, height))
            return true;
    return false;
}

static int64_t exhaustive_optimum(const struct block *block, int count, int64_t bound)
{
    struct block copy[8];
    memcpy(copy, block, sizeof *block * (size_t)count);
    while (!exhaustive_fit(copy, 0, count, bound))
        bound++;
    return bound;
}

static void small_whole_blocks_are_optimal(void **state)
{
    (void)state;
    seed = 1;
    for (int trial = 0; trial < 1500; trial++) {
        struct arena *mem = arena_new();
        struct block block[7];
        int count = random_between(1, 7), steps = random_between(2, 7);
        for (int i = 0; i < count; i++) {
            int birth = random_between(0, steps - 1);
            block[i] = make_block(mem, random_between(0, 4), 1);
            set_life(&block[i], 0, birth, random_between(birth + 1, steps));
        }
        struct placement p = place(mem, block, count, 1, 0);
        assert_sound(block, count, 1, p);
        assert_int_not_equal(p.status, PLACED_GAP);
        assert_int_equal(p.arena, exhaustive_optimum(block, count, p.bound));
        arena_free(mem);
    }
}

/* A gap file with one block left out. */
static void thinned_gap_file_is_optimal(void **state)
{
    (void)state;
    struct arena *mem = arena_new();
    int count;
    struct block *all = read_csv(mem, TESTS_DIR "/planner/gap/gap01.LB9.OPT10.csv", &count);
    assert_int_equal(count, 9);
    for (int left_out = 0; left_out < count; left_out++) {
        struct block block[8];
        int kept = 0;
        for (int i = 0; i < count; i++)
            if (i != left_out)
                block[kept++] = all[i];
        struct placement p = place(mem, block, kept, 1, 0);
        assert_sound(block, kept, 1, p);
        assert_int_equal(p.arena, exhaustive_optimum(block, kept, p.bound));
    }
    arena_free(mem);
}

/* Up to five blocks of up to four parts; in order if their parts are born and die from the lowest
 * up. */
static int small_parted(struct arena *mem, struct block *block, bool in_order)
{
    int count = random_between(2, 5), steps = random_between(3, 9);
    for (int i = 0; i < count; i++) {
        int parts = random_between(1, 4), last_birth = 0, last_death = 0;
        block[i] = make_block(mem, parts * random_between(1, 2), parts);
        for (int k = 0; k < parts; k++) {
            int birth = random_between(in_order ? last_birth : 0, steps - 1);
            int earliest = in_order && last_death > birth ? last_death : birth + 1;
            int death = random_between(earliest, steps);
            set_life(&block[i], k, birth, death);
            last_birth = birth;
            last_death = death;
        }
    }
    return count;
}

static void small_parted_blocks(bool in_order, int trials, int least_optimal)
{
    int optimal = 0, proven = 0;
    for (int trial = 0; trial < trials; trial++) {
        struct arena *mem = arena_new();
        struct block block[5];
        int count = small_parted(mem, block, in_order);
        struct placement p = place(mem, block, count, 1, 5000);
        assert_sound(block, count, 1, p);
        int64_t optimum = exhaustive_optimum(block, count, p.bound);
        assert_true(p.proven <= optimum && optimum <= p.arena);
        optimal += p.arena == optimum;
        proven += p.arena == p.proven;
        arena_free(mem);
    }
    print_message("%d of %d optimal, %d proven\n", optimal, trials, proven);
    assert_true(optimal >= least_optimal);
}

static void small_maps_are_mostly_optimal(void **state)
{
    (void)state;
    seed = 2;
    small_parted_blocks(true, 1000, 950);
}

/* Parts that live at any time: not what the planner is made for, but it must not be wrong. */
static void small_parted_blocks_are_sound(void **state)
{
    (void)state;
    seed = 4;
    small_parted_blocks(false, 600, 400);
}

/* ---- sweeps ---- */

/* A chain of maps: each grows as the one before is consumed, some rows behind. */
static int make_sweeps(struct arena *mem, struct block *block, int maps)
{
    int time = 1, count = 0, rows = 1 << random_between(2, 6);
    block[0] = make_block(mem, (int64_t)rows * random_between(1, 8) * 16, rows);
    int born[64] = {0};
    for (int m = 1; m <= maps; m++) {
        int next = random_between(0, 2) && rows > 4 ? rows / 2 : rows;
        int window = random_between(1, 3), stride = rows / next;
        block[m] = make_block(mem, (int64_t)next * random_between(1, 8) * 16, next);
        struct block *a = &block[m - 1];
        for (int y = 0; y < next; y++)
            set_life(&block[m], y, time + y, time + y + 1);
        for (int i = 0; i < rows; i++) { /* the last row of the next map that reads it */
            int reader = (i + window) / stride;
            set_life(a, i, born[i], time + (reader < next ? reader : next - 1) + 1);
        }
        for (int y = 0; y < next; y++)
            born[y] = time + y;
        time += next;
        rows = next;
        count = m + 1;
    }
    for (int y = 0; y < rows; y++)
        set_life(&block[maps], y, born[y], time + 1);
    for (int r = 0; r < maps; r++) { /* rings and masks */
        int birth = random_between(0, time - 1), life = random_between(1, 1 + time / 3);
        block[count] = make_block(mem, random_between(1, 200) * 4, 1);
        set_life(&block[count++], 0, birth, birth + life);
    }
    return count;
}

static void sweeps_stay_near_the_bound(void **state)
{
    (void)state;
    double gap = 0, worst = 0;
    int trials = 100, at = 0;
    seed = 3;
    for (int trial = 0; trial < trials; trial++) {
        struct arena *mem = arena_new();
        struct block block[64], again[64];
        int count = make_sweeps(mem, block, random_between(2, 20));
        memcpy(again, block, sizeof block);
        struct placement p = place(mem, block, count, 4, 20000);
        assert_sound(block, count, 4, p);
        double above = (double)(p.arena - p.bound) / (double)p.bound;
        gap += above / trials;
        worst = above > worst ? above : worst;
        at += p.status == PLACED_AT_BOUND;
        struct placement q = place(mem, again, count, 4, 20000);
        assert_int_equal(p.arena, q.arena);
        assert_int_equal(p.trials, q.trials);
        for (int i = 0; i < count; i++)
            assert_int_equal(block[i].offset, again[i].offset);
        arena_free(mem);
    }
    print_message("sweeps: %d of %d at the bound, mean %.2f%% above, worst %.2f%%\n", at, trials, gap * 100,
                  worst * 100);
    assert_true(gap < 0.02 && worst < 0.25);
}

/* ---- the contract ---- */

static void nothing_needs_nothing(void **state)
{
    (void)state;
    struct arena *mem = arena_new();
    struct placement p = place(mem, NULL, 0, 16, 0);
    assert_int_equal(p.arena, 0);
    assert_int_equal(p.status, PLACED_AT_BOUND);
    struct block empty = make_block(mem, 0, 3);
    for (int k = 0; k < 3; k++)
        set_life(&empty, k, -5, 7);
    p = place(mem, &empty, 1, 16, 0);
    assert_int_equal(p.arena, 0);
    assert_int_equal(empty.offset, 0);
    arena_free(mem);
}

static void offsets_are_aligned(void **state)
{
    (void)state;
    seed = 5;
    for (int trial = 0; trial < 50; trial++) {
        struct arena *mem = arena_new();
        struct block block[30];
        int64_t align = 1 << random_between(0, 6);
        for (int i = 0; i < 30; i++) {
            int parts = random_between(0, 2) ? 1 : random_between(1, 9), birth = 0;
            block[i] = make_block(mem, parts * random_between(1, 50), parts);
            for (int k = 0; k < parts; k++) {
                birth = random_between(birth, birth + 3);
                set_life(&block[i], k, birth, birth + 5);
            }
        }
        assert_sound(block, 30, align, place(mem, block, 30, align, 3000));
        arena_free(mem);
    }
}

static void a_capacity_is_enough(void **state)
{
    (void)state;
    struct arena *mem = arena_new();
    int count;
    struct block *block = read_csv(mem, TESTS_DIR "/planner/traces/proxyless-w0.3.bias.fp32.csv", &count);
    struct placement loose = place_within(mem, block, count, 1, 700000, 0);
    assert_sound(block, count, 1, loose);
    assert_true(loose.arena <= 700000);
    struct placement impossible = place_within(mem, block, count, 1, 1000, 0);
    assert_sound(block, count, 1, impossible);
    assert_int_equal(impossible.arena, impossible.bound);
    assert_true(loose.trials <= impossible.trials);
    arena_free(mem);
}

static void effort_is_a_limit(void **state)
{
    (void)state;
    struct arena *mem = arena_new();
    int count;
    struct block *block = read_csv(mem, TESTS_DIR "/planner/traces/proxyless-w0.3.bias.fp32.csv", &count);
    for (int64_t effort = 1; effort < 5000; effort *= 3) {
        struct placement p = place(mem, block, count, 1, effort);
        assert_sound(block, count, 1, p);
        assert_true(p.trials < effort + count); /* an order that was begun is brought to its end */
    }
    arena_free(mem);
}

static void check_finds_faults(void **state)
{
    (void)state;
    struct arena *mem = arena_new();
    struct block block[2] = {make_block(mem, 40, 4), make_block(mem, 40, 4)};
    for (int k = 0; k < 4; k++) {
        set_life(&block[0], k, 0, 2 + k); /* dies from the lowest row up */
        set_life(&block[1], k, 2 + k, 9); /* each row takes the place of one that just died */
    }
    int a = -1, b = -1;
    block[0].offset = block[1].offset = 8;
    assert_true(place_check(block, 2, 4, &a, &b));
    block[1].offset = 4; /* a little lower is free */
    assert_true(place_check(block, 2, 4, &a, &b));
    block[1].offset = 12; /* a little higher is not */
    assert_false(place_check(block, 2, 4, &a, &b));
    assert_int_equal(a + b, 1);
    block[1].offset = 48;
    assert_true(place_check(block, 2, 4, &a, &b));
    assert_false(place_check(block, 2, 32, &a, &b));
    assert_true(a == 0 && b == 0);
    block[1].offset = -4;
    assert_false(place_check(block, 2, 4, &a, &b));
    assert_true(a == 1 && b == 1);
    arena_free(mem);
}

/* ---- the command ---- */

/* What `pack` says of a file with this text. */
static char *pack_text(struct arena *mem, const char *text, int64_t capacity, bool verbose, int code)
{
    char path[] = "/tmp/place_test.XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), strlen(text));
    close(file);
    char *said = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&said, &length);
    struct diag diag = {.mem = mem, .out = out};
    assert_int_equal(pack_csv(mem, &diag, path, capacity, verbose, out), code);
    fclose(out);
    unlink(path);
    char *copy = arena_string(mem, said);
    free(said);
    return copy;
}

static void pack_reads_columns_by_name(void **state)
{
    (void)state;
    struct arena *mem = arena_new();
    assert_string_equal(pack_text(mem, "id,lower,upper,size\na,0,2,4\nb,1,3,4\nb,3,9,8\n", 0, true, EXIT_DONE),
                        "arena 8 bound 8 optimal\na,0\nb,4\nb,0\n");
    assert_string_equal(
        pack_text(mem, " size , name,upper,lower,id\r\n5,x,20000000000,-1,q\r\n\r\n", 0, true, EXIT_DONE),
        "arena 5 bound 5 optimal\nq,0\n");
    assert_string_equal(pack_text(mem, "id,lower,upper,size\n", 0, true, EXIT_DONE), "arena 0 bound 0 optimal\n");
    assert_string_equal(pack_text(mem, "id,lower,upper,size\na,0,2,4\n", 3, false, EXIT_NO_FIT),
                        "arena 4 bound 4 optimal\n");
    arena_free(mem);
}

static void pack_says_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } wrong[] = {
        {"", "the file is empty"},
        {"id,lower,size\n", ":1: error: there is no column 'upper'"},
        {"id,lower,upper,size\na,0,2,-4\n", ":2: error: buffer 'a' has size -4"},
        {"id,lower,upper,size\na,2,2,4\n", ":2: error: buffer 'a' has lower 2 and upper 2"},
        {"id,lower,upper,size\na,0,2,4\nb,0,2\n", ":3: error: this line has only 3 columns"},
        {"id,lower,upper,size\na,0,2,4x\n", ":2:7: error: size is '4x'"},
        {"id,lower,upper,size\na,0,,4\n", ":2: error: upper is ''"},
        {"id,lower,upper,size\na,0,2,99999999999999999999\n", "is too large"},
        {"id,lower,upper,size\na,0,2,2000000000000000000\nb,5,6,2000000000000000000\n",
         ":3: error: the sizes add up to too much"},
    };
    struct arena *mem = arena_new();
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *said = pack_text(mem, wrong[i].text, 0, true, EXIT_BAD_INPUT);
        if (!strstr(said, wrong[i].message))
            fail_msg("expected '%s' in: %s", wrong[i].message, said);
    }
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_reach_the_bound),
        cmocka_unit_test(files_above_the_bound_are_proven),
        cmocka_unit_test(small_whole_blocks_are_optimal),
        cmocka_unit_test(thinned_gap_file_is_optimal),
        cmocka_unit_test(small_maps_are_mostly_optimal),
        cmocka_unit_test(small_parted_blocks_are_sound),
        cmocka_unit_test(sweeps_stay_near_the_bound),
        cmocka_unit_test(nothing_needs_nothing),
        cmocka_unit_test(offsets_are_aligned),
        cmocka_unit_test(a_capacity_is_enough),
        cmocka_unit_test(effort_is_a_limit),
        cmocka_unit_test(check_finds_faults),
        cmocka_unit_test(pack_reads_columns_by_name),
        cmocka_unit_test(pack_says_what_is_wrong),
    };
    return cmocka_run_group_tests_name("place", tests, NULL, NULL);
}
