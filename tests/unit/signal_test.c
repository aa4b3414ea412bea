/* SPDX-License-Identifier: MIT */
/* Signals: tables and recordings, cut into windows; what belongs together; targets; the file that runs map. */
#include "data/reading.h"
#include "fixture.h"

#include <sys/stat.h>
#include <unistd.h>

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

/* A data set of the test's folder, for an input of h x w x c floats. */
static struct dataset *read_folder(struct fixture *x, int h, int w, int c, int hop)
{
    const struct input in = {.shape = {h, w, c}, .scale = 1};
    return dataset_read(x->mem, &x->d, &(struct data_request){.source = x->folder, .in = &in, .hop = hop});
}

static void expect_message(struct fixture *x, const char *part)
{
    fflush(x->d.out);
    if (x->d.errors != 1 || !strstr(x->messages, part))
        fail_msg("expected \"%s\" in: %s", part, x->messages);
    x->d.errors = x->d.warnings = x->d.nshown = 0;
    fseek(x->d.out, 0, SEEK_SET);
}

static void expect_numbers(const float *found, const float *expected, int count)
{
    for (int i = 0; i < count; i++)
        if (found[i] != expected[i])
            fail_msg("number %d is %g, expected %g", i, (double)found[i], (double)expected[i]);
}

/* ---- windows ---- */

static void cuts_windows(void **state)
{
    struct fixture *x = *state;
    make_folder(x, "still");
    make_folder(x, "walk");
    MAKE_FILE(x, "walk/a.csv", "x,y\n1,2\n3,4\n5,6\n7,8\n9,10\n");
    MAKE_FILE(x, "still/b.csv", "0.5;-1e1\n\"2\" ; +3\n");
    struct dataset *data = read_folder(x, 2, 1, 2, 0);
    assert_non_null(data);
    assert_int_equal(data->x.count, 3);
    assert_true(data->x.real);
    static const float expected[] = {0.5F, -10, 2, 3, 1, 2, 3, 4, 5, 6, 7, 8};
    expect_numbers(data->x.number, expected, 12);
    assert_int_equal(data->labels[0], 0);
    assert_int_equal(data->labels[2], 1);
    assert_string_equal(data->file[2], "walk/a.csv");
    assert_int_equal(data->position[2], 2);
    data = read_folder(x, 2, 1, 2, 1);
    assert_int_equal(data->x.count, 5);
    static const float last[] = {7, 8, 9, 10};
    expect_numbers(data->x.number + 16, last, 4);
    assert_int_equal(data->position[4], 3);
    static const int overlapping[] = {0, 1, 1, 1, 1};
    assert_int_equal(data->groups, 2);
    assert_memory_equal(data->group, overlapping, sizeof overlapping);
    assert_string_equal(data->group_name[1], "walk/a.csv");
    assert_int_equal(read_folder(x, 2, 1, 2, 2)->groups, 0);
    assert_int_equal(read_folder(x, 1, 2, 2, 0)->x.count, 3); /* the same network on its side */
    assert_int_equal(read_folder(x, 1, 1, 2, 0)->x.count, 7); /* a row is a sample */
    assert_int_equal(read_folder(x, 2, 2, 1, 0)->x.count, 3); /* a row of the map has two columns */
}

static void refuses_tables(void **state)
{
    struct fixture *x = *state;
    make_folder(x, "a");
    const struct {
        const char *table, *message;
    } cases[] = {
        {"1,2,3\n", "expected 2 columns for the network's input of 2x1x2, found 3"},
        {"1,2\n", "expected at least 2 time steps for the network's input of 2x1x2, found 1"},
        {"1,2\n3\n", "it.csv:2: error: expected 2 columns, found 1"},
        {"x,y\n1,2\n\n3,nan\n", "it.csv:4: error: column 2: 'nan' is not a number"},
        {"1,2\n1e39,3\n", "it.csv:2: error: column 1: '1e39' is beyond float32"},
        {"1,2\n0x10,3\n", "column 1: '0x10' is not a number"},
        {"1,2\n3,\n", "column 2: '' is not a number"},
        {"1,5;2,5\n", "column 1: '1,5' is not a number"},
        {"a,b\nc,d\n", "it.csv:2: error: column 1: 'c' is not a number"},
        {"a,1\n", "it.csv:1: error: column 1: 'a' is not a number"},
        {"a,b\n", "the table has no numbers"},
        {"", "the table has no numbers"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        make_file(x, "a/it.csv", cases[i].table, strlen(cases[i].table));
        assert_null(read_folder(x, 2, 1, 2, 0));
        expect_message(x, cases[i].message);
    }
    make_file(x, "a/it.csv", "1,2\0\n3,4\n", 9);
    assert_null(read_folder(x, 2, 1, 2, 0));
    expect_message(x, "it is no text");
    MAKE_FILE(x, "a/it.csv", "1,2\n3,4\n");
    MAKE_FILE(x, "a/it.ppm", "P6 1 1 255 abc");
    assert_null(read_folder(x, 2, 1, 2, 0));
    expect_message(x, "1 images and 1 tables");
}

/* ---- recordings ---- */

/* A RIFF WAVE file of PCM. */
static void make_wave_of(struct fixture *x, const char *name, int rate, int channels, int bits, const void *pcm,
                         int bytes, int claimed)
{
    unsigned char head[44] = "RIFF....WAVEfmt \20\0\0\0\1\0";
    const int32_t words[] = {36 + claimed, rate, rate * channels * bits / 8, claimed};
    const size_t at[] = {4, 24, 28, 40};
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 4; k++)
            head[at[i] + (size_t)k] = (unsigned char)((uint32_t)words[i] >> 8 * k);
    head[22] = (unsigned char)channels;
    head[32] = (unsigned char)(channels * bits / 8);
    head[34] = (unsigned char)bits;
    memcpy(head + 36, "data", 4);
    unsigned char *all = arena_alloc(x->mem, sizeof head + (size_t)bytes);
    memcpy(all, head, sizeof head);
    memcpy(all + sizeof head, pcm, (size_t)bytes);
    make_file(x, name, all, sizeof head + (size_t)bytes);
}

static void make_wave(struct fixture *x, const char *name, int channels, int bits, const void *pcm, int bytes,
                      int claimed)
{
    make_wave_of(x, name, 8000, channels, bits, pcm, bytes, claimed);
}

static void reads_recordings(void **state)
{
    struct fixture *x = *state;
    static const unsigned char mono[] = {0, 0x40, 0, 0x80, 0xff, 0x7f, 1, 0}, stereo[] = {0x80, 0, 0xff, 0x40};
    make_folder(x, "a");
    make_wave(x, "a/m.WAV", 1, 16, mono, 8, 8);
    struct dataset *data = read_folder(x, 2, 1, 1, 0);
    assert_non_null(data);
    assert_int_equal(data->x.count, 2);
    static const float expected[] = {0.5F, -1, 32767.0F / 32768, 1.0F / 32768};
    expect_numbers(data->x.number, expected, 4);
    assert_int_equal(read_folder(x, 1, 1, 4, 0)->x.count, 1); /* a vector of four steps */
    assert_null(read_folder(x, 2, 1, 2, 0));
    expect_message(x, "expected 2 columns for the network's input of 2x1x2, found 1");
    make_wave(x, "a/m.WAV", 2, 8, stereo, 4, 4);
    data = read_folder(x, 2, 1, 2, 0);
    static const float pairs[] = {0, -1, 127.0F / 128, -0.5F};
    expect_numbers(data->x.number, pairs, 4);
}

static void refuses_recordings(void **state)
{
    struct fixture *x = *state;
    static const unsigned char pcm[48] = {0};
    make_folder(x, "a");
    make_wave(x, "a/it.wav", 1, 16, pcm, 8, 4000);
    assert_null(read_folder(x, 2, 1, 1, 0));
    expect_message(x, "it.wav: error: cannot read the recording: the file is cut short");
    make_wave(x, "a/it.wav", 1, 24, pcm, 24, 24);
    assert_null(read_folder(x, 2, 1, 1, 0));
    expect_message(x, "only PCM of 8 or 16 bits is read");
    make_wave(x, "a/it.wav", 6, 16, pcm, 48, 48);
    assert_null(read_folder(x, 2, 1, 1, 0));
    expect_message(x, "only mono and stereo are read");
    make_wave(x, "a/it.wav", 1, 16, pcm, 0, 0);
    assert_null(read_folder(x, 2, 1, 1, 0));
    expect_message(x, "it has no samples");
    MAKE_FILE(x, "a/it.wav", "fLaC, by its beginning");
    assert_null(read_folder(x, 2, 1, 1, 0));
    expect_message(x, "this is no RIFF WAVE file");
    make_wave(x, "a/it.wav", 1, 16, pcm, 8, 8);
    make_wave_of(x, "a/other.wav", 16000, 1, 16, pcm, 8, 8);
    assert_null(read_folder(x, 2, 1, 1, 0));
    expect_message(x, "other.wav: error: 16000 samples a second, those before it have 8000");
}

/* ---- groups ---- */

static void reads_groups(void **state)
{
    struct fixture *x = *state;
    const struct input in = {.shape = {1, 1, 1}, .scale = 1};
    make_folder(x, "d");
    make_folder(x, "d/a");
    MAKE_FILE(x, "d/a/1.csv", "1\n2\n");
    MAKE_FILE(x, "d/a/2,x.csv", "3\n");
    MAKE_FILE(x, "g.csv", "path,group\na/1.csv,zoe\r\n./a/2,x.csv, anna \nother/1.csv,bert\n");
    struct data_request ask = {.source = inside(x, "d"), .in = &in, .group = inside(x, "g.csv")};
    struct dataset *data = dataset_read(x->mem, &x->d, &ask);
    assert_non_null(data);
    assert_int_equal(data->groups, 2);
    assert_string_equal(data->group_name[0], "anna");
    static const int expected[] = {1, 1, 0};
    assert_memory_equal(data->group, expected, sizeof expected);
    const struct {
        const char *groups, *message;
    } cases[] = {
        {"a/1.csv,zoe\n", "no group is named for \"a/2,x.csv\""},
        {"a/1.csv\n", "g.csv:1: error: expected path,group"},
        {"a/1.csv,\n", "g.csv:1: error: the group has no name"},
        {"a/1.csv,zoe\na/2,x.csv,zoe\na/1.csv,bert\n", "g.csv:3: error: \"a/1.csv\" is in the group \"zoe\" already"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        make_file(x, "g.csv", cases[i].groups, strlen(cases[i].groups));
        assert_null(dataset_read(x->mem, &x->d, &ask));
        expect_message(x, cases[i].message);
    }
}

/* ---- arrays for regression and for autoencoders ---- */

static void make_floats(struct fixture *x, const char *name, const char *shape, const float *value, int count)
{
    char *header = arena_format(x->mem, "{'descr': '<f4', 'fortran_order': False, 'shape': %s, }\n", shape);
    struct text t = text_new(x->mem);
    text_put(&t, "\223NUMPY%c%c%c%c%s", 1, 0, (int)strlen(header), 0, header);
    text_bytes(&t, (const char *)value, (size_t)count * sizeof *value);
    make_file(x, name, t.at, t.length);
}

static const float six[] = {1, 2, 3, 4, 5, 6};

static void reads_targets(void **state)
{
    struct fixture *x = *state;
    const struct input in = {.shape = {1, 1, 2}, .scale = 1};
    struct data_request ask = {.in = &in, .task = DECODED_VALUES, .outputs = {1, 1, 2}};
    ask.source = arena_format(x->mem, "%s,%s", inside(x, "s.npy"), inside(x, "t.npy"));
    make_floats(x, "s.npy", "(3, 1, 1, 2)", six, 6);
    make_floats(x, "t.npy", "(3, 2)", six, 6);
    struct dataset *data = dataset_read(x->mem, &x->d, &ask);
    assert_non_null(data);
    assert_int_equal(data->targets, 2);
    assert_null(data->labels);
    assert_memory_equal(data->target, six, sizeof six);
    make_floats(x, "t.npy", "(2, 3)", six, 6);
    assert_null(dataset_read(x->mem, &x->d, &ask));
    expect_message(x, "expected targets of float32 of shape Nx2, as the network's outputs, found <f4 2x3");
    make_floats(x, "t.npy", "(2, 2)", six, 4);
    assert_null(dataset_read(x->mem, &x->d, &ask));
    expect_message(x, "2 targets for 3 samples");
    ask.source = x->folder;
    assert_null(dataset_read(x->mem, &x->d, &ask));
    expect_message(x, "for regression each sample needs numbers to reach");
}

static void reads_what_is_normal(void **state)
{
    struct fixture *x = *state;
    const struct input in = {.shape = {1, 1, 2}, .scale = 1};
    struct data_request ask = {.in = &in, .task = DECODED_ANOMALY, .outputs = {1, 1, 2}, .learnt = true};
    make_folder(x, "fault");
    MAKE_FILE(x, "fault/1.csv", "9,9\n");
    ask.source = x->folder;
    assert_null(dataset_read(x->mem, &x->d, &ask));
    expect_message(x, "the folder has no sub-folder \"normal\"");
    make_folder(x, "normal");
    MAKE_FILE(x, "normal/1.csv", "1,2\n3,4\n");
    struct dataset *data = dataset_read(x->mem, &x->d, &ask);
    assert_int_equal(data->x.count, 2);
    assert_int_equal(data->normal, 0);
    ask.learnt = false;
    data = dataset_read(x->mem, &x->d, &ask);
    assert_int_equal(data->x.count, 3);
    assert_int_equal(data->normal, 1);
    assert_int_equal(data->labels[0], 0);
    make_floats(x, "s.npy", "(3, 1, 1, 2)", six, 6);
    ask.source = inside(x, "s.npy");
    assert_null(dataset_read(x->mem, &x->d, &ask));
    expect_message(x, "an array of samples needs labels");
    ask.learnt = true;
    assert_int_equal(dataset_read(x->mem, &x->d, &ask)->of_class[0], 3);
    ask.outputs.c = 3;
    assert_null(dataset_read(x->mem, &x->d, &ask));
    expect_message(x, "1x1x2 numbers, but the network gives 1x1x3");
}

/* ---- the file that runs map ---- */

/* What a network with that input is shown as sample n. */
static void expect_sample(const struct input *in, const struct dataset *data, int n, const void *expected, size_t bytes)
{
    unsigned char sample[16];
    sample_put(in, &data->x, n, sample);
    assert_memory_equal(sample, expected, bytes);
}

static struct data_request make_signals(struct fixture *x, const struct input *in)
{
    make_folder(x, "d");
    make_folder(x, "d/a");
    make_folder(x, "d/b");
    MAKE_FILE(x, "d/a/1.csv", "1\n-1\n4\n100\n");
    MAKE_FILE(x, "d/b/2.csv", "2\n0.5\n");
    MAKE_FILE(x, "g.csv", "a/1.csv,anna\nb/2.csv,bert\n");
    return (struct data_request){.source = inside(x, "d"), .in = in, .group = inside(x, "g.csv")};
}

static void keeps_the_decoded_file(void **state)
{
    struct fixture *x = *state;
    const struct input in = {.shape = {2, 1, 1}, .type = INPUT_INT8, .scale = 0.5, .zero_point = 3};
    struct data_request ask = make_signals(x, &in);
    struct dataset *data = dataset_read(x->mem, &x->d, &ask);
    assert_non_null(data);
    assert_true(dataset_write(x->mem, &x->d, data, &in, x->path));
    assert_non_null(data = dataset_load(x->mem, x->path));
    assert_int_equal(data->x.count, 3);
    static const int8_t expected[3][2] = {{5, 1}, {11, 127}, {7, 4}};
    for (int n = 0; n < 3; n++) {
        expect_sample(&in, data, n, expected[n], 2);
        assert_int_equal(data->labels[n], n == 2);
        assert_int_equal(data->group[n], n == 2);
        assert_int_equal(data->position[n], n == 1 ? 2 : 0);
        assert_string_equal(data->file[n], n == 2 ? "b/2.csv" : "a/1.csv");
    }
    assert_null(data->target);
    assert_true(data->named && data->normal == -1);
    assert_int_equal(data->of_class[0], 2);
    assert_string_equal(data->class_name[1], "b");
    assert_string_equal(data->group_name[1], "bert");
    assert_false(dataset_write(x->mem, &x->d, data, &in, inside(x, "no/such")));
    expect_message(x, "No such file");
    assert_int_equal(truncate(x->path, 100), 0);
    assert_null(dataset_load(x->mem, x->path));
}

/* The same question is answered by the file, another one or other files are read anew. */
static void reads_once(void **state)
{
    struct fixture *x = *state;
    const struct input in = {.shape = {2, 1, 1}, .type = INPUT_FLOAT32, .scale = 1};
    struct data_request ask = make_signals(x, &in);
    static const float first[] = {1, -1}, second[] = {-1, 4};
    make_folder(x, "cache");
    const char *cache = inside(x, "cache");
    expect_sample(&in, dataset_cached(x->mem, &x->d, &ask, cache), 0, first, sizeof first);
    struct dataset *again = dataset_cached(x->mem, &x->d, &ask, cache);
    expect_sample(&in, again, 0, first, sizeof first);
    assert_int_equal(again->x.count, 3);
    ask.hop = 1;
    expect_sample(&in, dataset_cached(x->mem, &x->d, &ask, cache), 1, second, sizeof second);
    ask.hop = 0;
    MAKE_FILE(x, "d/b/2.csv", "2\n0.5\n7\n7\n");
    assert_int_equal(dataset_cached(x->mem, &x->d, &ask, cache)->x.count, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(cuts_windows),         TEST(refuses_tables),         TEST(reads_recordings),
        TEST(refuses_recordings),   TEST(reads_groups),           TEST(reads_targets),
        TEST(reads_what_is_normal), TEST(keeps_the_decoded_file), TEST(reads_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
