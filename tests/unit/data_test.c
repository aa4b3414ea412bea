/* SPDX-License-Identifier: MIT */
/* Data sets: folders of images and NumPy arrays; resizing against values from Pillow 9.4. */
#include "fixture.h"
#include "data/reading.h"

#include <sys/stat.h>

static void make_folder(struct fixture *x, const char *name)
{
    assert_int_equal(mkdir(inside(x, name), 0700), 0);
}

static void make_file(struct fixture *x, const char *name, const void *bytes, size_t length)
{
    FILE *f = fopen(inside(x, name), "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, length, f), length);
    assert_int_equal(fclose(f), 0);
}

#define MAKE_FILE(x, name, text) make_file(x, name, text, sizeof(text) - 1)

/* The messages contain `part`, and so many errors and warnings were given; forgets them. */
static void expect_messages(struct fixture *x, int errors, int warnings, const char *part)
{
    fflush(x->d.out);
    if (!strstr(x->messages, part))
        fail_msg("expected \"%s\" in: %s", part, x->messages);
    assert_int_equal(x->d.errors, errors);
    assert_int_equal(x->d.warnings, warnings);
    x->d.errors = x->d.warnings = x->d.nshown = 0;
    fseek(x->d.out, 0, SEEK_SET);
}

/* As classes, for an input of h x w x c. */
static struct dataset *read_data(struct fixture *x, const char *source, int h, int w, int c)
{
    const struct input in = {.shape = {h, w, c}, .scale = 1};
    return dataset_read(x->mem, &x->d, &(struct data_request){.source = source, .in = &in});
}

static void refused(struct fixture *x, const char *source, const char *message)
{
    assert_null(read_data(x, source, 2, 2, 3));
    expect_messages(x, 1, 0, message);
}

/* ---- resizing ---- */

static const uint8_t grey[] = {/* 4 rows of 5 */
                               0, 255, 30, 90, 200, 17, 64, 128, 250, 3, 99, 98, 97, 5, 255, 1, 2, 3, 4, 240};
static const uint8_t color[] = {/* 2 rows of 3 */
                                255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30, 255, 255, 255, 200, 100, 50};

static void expect_fit(const uint8_t *in, int h, int w, int c, const uint8_t *expected, int out_h, int out_w, int out_c)
{
    uint8_t out[64];
    image_fit(in, h, w, c, out, out_h, out_w, out_c);
    assert_memory_equal(out, expected, (size_t)(out_h * out_w * out_c));
}

static void resizes_as_pillow(void **state)
{
    (void)state;
    static const uint8_t smaller[] = {77, 111, 133, 48, 54, 139};
    static const uint8_t narrow[] = {102, 124, 83, 123, 30, 88};
    static const uint8_t larger[] = {0,   146, 191, 30, 73, 137, 200, 12, 75,  115, 99, 172, 142, 62, 58, 71,  90, 113,
                                     123, 128, 129, 70, 69, 69,  69,  23, 110, 251, 1,  2,   2,   3,  4,  105, 240};
    static const uint8_t mean[] = {92};
    expect_fit(grey, 4, 5, 1, smaller, 2, 3, 1);
    expect_fit(grey, 4, 5, 1, narrow, 3, 2, 1);
    expect_fit(grey, 4, 5, 1, larger, 5, 7, 1);
    expect_fit(grey, 4, 5, 1, mean, 1, 1, 1);
    expect_fit(grey, 4, 5, 1, grey, 4, 5, 1);
    static const uint8_t mixed[] = {255, 0,  0,  96,  159, 0,   0,   159, 96,  0,   0,   255,
                                    133, 10, 15, 130, 163, 86,  117, 178, 137, 100, 50,  153,
                                    10,  20, 30, 163, 167, 171, 234, 197, 178, 200, 100, 50};
    static const uint8_t pairs[] = {159, 96, 0, 0, 96, 159, 102, 108, 114, 221, 158, 127};
    expect_fit(color, 2, 3, 3, mixed, 3, 4, 3);
    expect_fit(color, 2, 3, 3, pairs, 2, 2, 3);
}

static void converts_channels(void **state)
{
    (void)state;
    static const uint8_t lightness[] = {76, 150, 29, 18, 255, 124};
    static const uint8_t tripled[] = {77, 77, 77, 111, 111, 111, 133, 133, 133, 48, 48, 48, 54, 54, 54, 139, 139, 139};
    expect_fit(color, 2, 3, 3, lightness, 2, 3, 1);
    expect_fit(grey, 4, 5, 1, tripled, 2, 3, 3);
    static const uint8_t with_alpha[] = {255, 0, 0, 7, 0, 255, 0, 9}, red_green[] = {76, 150};
    expect_fit(with_alpha, 1, 2, 4, red_green, 1, 2, 1);
    static const uint8_t grey_alpha[] = {5, 100, 6, 200}, no_alpha[] = {5, 5, 5, 6, 6, 6};
    expect_fit(grey_alpha, 1, 2, 2, no_alpha, 1, 2, 3);
}

/* ---- folders ---- */

/* 2 x 1 pixels, written by Pillow */
static const uint8_t png[] = {137, 80,  78,  71,  13,  10,  26,  10, 0,   0,  0,   13,  73,  72,  68,  82, 0,  0,
                              0,   2,   0,   0,   0,   1,   8,   2,  0,   0,  0,   123, 64,  232, 221, 0,  0,  0,
                              15,  73,  68,  65,  84,  120, 156, 99, 228, 18, 145, 147, 147, 147, 3,   0,  1,  218,
                              0,   152, 212, 131, 110, 233, 0,   0,  0,   0,  73,  69,  78,  68,  174, 66, 96, 130};

static void reads_folders(void **state)
{
    struct fixture *x = *state;
    make_folder(x, "dog");
    make_folder(x, "Cat");
    make_folder(x, ".hidden");
    MAKE_FILE(x, "readme.txt", "hello");
    MAKE_FILE(x, "dog/b.PPM", "P6\n# a comment\n2 1\n255\n\1\2\3\4\5\6");
    make_file(x, "dog/10.png", png, sizeof png);
    MAKE_FILE(x, "dog/notes.md", "x");
    MAKE_FILE(x, "Cat/a.pgm", "P5 1 2 255 \7\11");
    struct dataset *data = read_data(x, x->folder, 1, 2, 3);
    assert_non_null(data);
    expect_messages(x, 0, 1, "3 files that are hidden or of no kind that is read");
    assert_int_equal(data->x.count, 3);
    assert_int_equal(data->classes, 2);
    assert_string_equal(data->class_name[0], "Cat");
    assert_string_equal(data->class_name[1], "dog");
    static const uint8_t expected[] = {8, 8, 8, 8, 8, 8, 10, 20, 30, 40, 50, 60, 1, 2, 3, 4, 5, 6};
    assert_memory_equal(data->x.pixel, expected, sizeof expected);
    assert_int_equal(data->labels[0], 0);
    assert_int_equal(data->labels[1], 1);
    assert_int_equal(data->labels[2], 1);
}

static void refuses_folders(void **state)
{
    struct fixture *x = *state;
    refused(x, "/nowhere/at/all", "No such file or directory");
    refused(x, x->folder, "the folder is empty");
    MAKE_FILE(x, "a.ppm", "P6 1 1 255 abc");
    refused(x, inside(x, "a.ppm"), "Not a directory");
    refused(x, x->folder, "the folder has no sub-folders");
    refused(x, x->folder, "one sub-folder per class of JPEG, PNG or PPM images");
    make_folder(x, "empty");
    refused(x, x->folder, "no images or signals in its 1 sub-folders");
    make_folder(x, "full");
    MAKE_FILE(x, "full/a.ppm", "P6 1 1 255 abc");
    assert_non_null(read_data(x, x->folder, 1, 1, 3));
    expect_messages(x, 0, 2, "class \"empty\" has no images");
}

static void refuses_broken_images(void **state)
{
    struct fixture *x = *state;
    make_folder(x, "a");
    const struct {
        const char *bytes, *message;
        size_t length;
    } cases[] = {
        {"", "the file is empty", 0},
        {"hello", "Image not of any known type, or corrupt", 5},
        {(const char *)png, "cannot read the image", 60},
        {"P6 2 1 255 abcde", "the file is cut short", 16},
        {"P6 0 1 255 abcde", "not a number from 1 to 32768", 16},
        {"P6 99999 1 255 abcde", "not a number from 1 to 32768", 20},
        {"P6 1 1 65535 abcdef", "the maximum in its header is not 255", 19},
        {"P3 1 1 255 1 2 3", "only binary PPM", 16},
        {"P6 2", "not a number from 1 to 32768", 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        make_file(x, "a/1.ppm", cases[i].bytes, cases[i].length);
        refused(x, x->folder, arena_format(x->mem, "/a/1.ppm: error: "));
        refused(x, x->folder, cases[i].message);
        remove(inside(x, "a/1.ppm"));
    }
    MAKE_FILE(x, "a/1.ppm", "P6 1 1 255");
    MAKE_FILE(x, "a/2.ppm", "P6 1 1 255 abc");
    MAKE_FILE(x, "a/3.ppm", "P6 1 1 255 ab");
    assert_null(read_data(x, x->folder, 1, 1, 3));
    expect_messages(x, 2, 0, "/a/3.ppm");
}

/* ---- arrays ---- */

/* An array file in format `version` with `length` bytes of data: first, first + 1, ... */
static void make_array(struct fixture *x, const char *name, int version, const char *header, int first, int length)
{
    struct text t = text_new(x->mem);
    int size = (int)strlen(header);
    text_put(&t, "\223NUMPY%c%c%c%c", version, 0, size & 255, size >> 8);
    if (version > 1)
        text_put(&t, "%c%c", 0, 0);
    text_put(&t, "%s", header);
    for (int i = 0; i < length; i++)
        text_put(&t, "%c", first + i);
    make_file(x, name, t.at, t.length);
}

#define HEADER(type, order, shape) "{'descr': '" type "', 'fortran_order': " order ", 'shape': " shape ", }    \n"

static char *pair(struct fixture *x)
{
    return arena_format(x->mem, "%s/i.npy,%s/l.npy", x->folder, x->folder);
}

static void reads_arrays(void **state)
{
    struct fixture *x = *state;
    make_array(x, "i.npy", 1, HEADER("|u1", "False", "(2, 1, 2, 3)"), 1, 12);
    make_array(x, "l.npy", 2, HEADER("<i2", "False", "(2,)"), 0, 0);
    FILE *f = fopen(inside(x, "l.npy"), "ab");
    assert_non_null(f);
    fwrite("\3\0\1\0", 1, 4, f);
    fclose(f);
    struct dataset *data = read_data(x, pair(x), 1, 2, 3);
    assert_non_null(data);
    static const uint8_t expected[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    assert_memory_equal(data->x.pixel, expected, sizeof expected);
    assert_int_equal(data->x.count, 2);
    assert_int_equal(data->classes, 4);
    assert_string_equal(data->class_name[3], "3");
    assert_int_equal(data->labels[0], 3);
    assert_int_equal(data->labels[1], 1);
}

static void reads_grey_arrays(void **state)
{
    struct fixture *x = *state;
    make_array(x, "i.npy", 2, HEADER("|u1", "False", "(1, 4, 1)"), 8, 4);
    make_array(x, "l.npy", 1, HEADER("<i8", "False", "(1, 1)"), 0, 0);
    FILE *f = fopen(inside(x, "l.npy"), "ab");
    assert_non_null(f);
    fwrite("\1\1\0\0\0\0\0\0", 1, 8, f);
    fclose(f);
    struct dataset *data = read_data(x, pair(x), 4, 1, 1);
    assert_non_null(data);
    static const uint8_t expected[] = {8, 9, 10, 11};
    assert_memory_equal(data->x.pixel, expected, sizeof expected);
    assert_int_equal(data->labels[0], 257);
}

static void refuses_image_arrays(void **state)
{
    struct fixture *x = *state;
    const struct {
        const char *header;
        int length;
        const char *message;
    } cases[] = {
        {HEADER("<f4", "False", "(1, 1, 1, 3)"), 12, "shape Nx2x2x3 (samples"},
        {HEADER("<f4", "False", "(1, 1, 1, 3)"), 12, "found <f4 1x1x1x3"},
        {HEADER("<i4", "False", "(1, 2, 2, 3)"), 48, "found <i4 1x2x2x3"},
        {HEADER("|u1", "False", "(5,)"), 5, "name the samples first"},
        {HEADER("|u1", "False", "(1, 3, 2, 2)"), 12, "transpose(0, 2, 3, 1)"},
        {HEADER("|u1", "False", "(1, 2, 2, 2)"), 8, "found |u1 1x2x2x2"},
        {HEADER("|u1", "False", "(1, 4, 4, 3)"), 48, "never resized"},
        {HEADER("|u1", "False", "(2, 2, 3)"), 12, "found |u1 2x2x3"},
        {HEADER("|u1", "False", "(1, 12)"), 12, "found |u1 1x12"},
        {HEADER("|u1", "False", "(1, 1, 2, 2, 3)"), 12, "reshape(-1, 2, 2, 3)"},
        {HEADER("|u1", "True", "(1, 1, 1, 3)"), 3, "Fortran order"},
        {HEADER("|u1", "False", "(1, 1, 1, 3)"), 2, "for |u1 1x1x1x3, has"},
        {HEADER("|u1", "False", "(0, 2, 2, 3)"), 0, "no samples in |u1 0x2x2x3"},
        {HEADER(">i4", "False", "(1,)"), 4, "elements of type '>i4' are not read"},
        {HEADER("|O", "False", "(1,)"), 4, "elements of type '|O' are not read"},
        {HEADER("|u1", "False", "(-1, 1)"), 4, "not understood"},
        {HEADER("|u1", "False", "(1, 1"), 4, "not understood"},
        {HEADER("|u1", "False", "(1,1,1,1,1,1,1,1,1)"), 4, "at most 8 dimensions"},
        {HEADER("|u1", "False", "(4294967296, 4294967296)"), 4, "more elements than"},
        {"{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (1,), }", 4, "not understood"},
        {"{'descr': '|u1', 'shape': (1,), }", 4, "not understood"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        make_array(x, "i.npy", 1, cases[i].header, 0, cases[i].length);
        refused(x, pair(x), cases[i].message);
        remove(inside(x, "i.npy"));
    }
    refused(x, pair(x), "i.npy: error: cannot open: No such file");
    MAKE_FILE(x, "i.npy", "PK hello hello");
    refused(x, pair(x), "not a NumPy array file");
    refused(x, inside(x, "i.npy"), "name both: samples.npy,labels.npy");
}

static void refuses_label_arrays(void **state)
{
    struct fixture *x = *state;
    make_array(x, "i.npy", 1, HEADER("|u1", "False", "(2, 2, 2, 3)"), 0, 24);
    const struct {
        const char *header;
        int first, length;
        const char *message;
    } cases[] = {
        {HEADER("<f4", "False", "(2,)"), 0, 8, "expected integer labels"},
        {HEADER("|u1", "False", "(2, 2)"), 0, 4, "expected integer labels, one per sample"},
        {HEADER("|u1", "False", "(3,)"), 0, 3, "3 labels for 2 samples"},
        {HEADER("|i1", "False", "(2,)"), 254, 2, "label -2 of sample 0 is not a class"},
        {HEADER("<i4", "False", "(2,)"), 1, 8, "label 67305985 of sample 0 is not a class"},
        {HEADER("<i8", "False", "(2,)"), 1, 15, "for <i8 2, has"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        make_array(x, "l.npy", 1, cases[i].header, cases[i].first, cases[i].length);
        refused(x, pair(x), cases[i].message);
        remove(inside(x, "l.npy"));
    }
    refused(x, pair(x), "l.npy: error: cannot open: No such file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(resizes_as_pillow), TEST(converts_channels),     TEST(reads_folders),
        TEST(refuses_folders),   TEST(refuses_broken_images), TEST(reads_arrays),
        TEST(reads_grey_arrays), TEST(refuses_image_arrays),  TEST(refuses_label_arrays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
