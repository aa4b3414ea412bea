/* SPDX-License-Identifier: MIT */
/* Weight files: what is written is read again, and every wrong file is refused with its reason. */
#include "fixture.h"
#include "tensors/tensors.h"

#include <errno.h>
#include <math.h>

static struct tensor_file *read_bytes(struct fixture *x, const void *bytes, size_t length)
{
    FILE *f = fopen(x->path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, length, f), length);
    assert_int_equal(fclose(f), 0);
    return safetensors_read(x->mem, &x->d, x->path);
}

/* A file with this header and `data` bytes 0, 1, 2, ... */
static struct tensor_file *read_header(struct fixture *x, const char *header, int data)
{
    struct text t = text_new(x->mem);
    size_t length = strlen(header);
    for (int i = 0; i < 8; i++)
        text_put(&t, "%c", (int)(length >> 8 * i & 255));
    text_bytes(&t, header, length);
    for (int i = 0; i < data; i++)
        text_put(&t, "%c", i);
    return read_bytes(x, t.at, t.length);
}

/* Exactly one message, which contains `part`; forgets it. */
static void expect_message(struct fixture *x, const char *part)
{
    fflush(x->d.out);
    if (!strstr(x->messages, part))
        fail_msg("expected \"%s\" in: %s", part, x->messages);
    assert_int_equal(x->d.errors, 1);
    x->d.errors = x->d.nshown = 0;
    fseek(x->d.out, 0, SEEK_SET);
}

static void refused(struct fixture *x, const char *header, int data, const char *message)
{
    assert_null(read_header(x, header, data));
    expect_message(x, message);
}

static void refused_bytes(struct fixture *x, const char *bytes, size_t length, const char *message)
{
    assert_null(read_bytes(x, bytes, length));
    expect_message(x, message);
}

#define ENTRY(name, type, shape, begin, end)                                                                           \
    "\"" name "\":{\"dtype\":\"" type "\",\"shape\":" shape ",\"data_offsets\":[" begin "," end "]}"

static void writes_and_reads(void **state)
{
    struct fixture *x = *state;
    static const unsigned char data[] = {0, 0, 128, 63, 0, 0, 0, 192, 255, 254, 7};
    const struct tensor t[] = {
        {"z.weight", TENSOR_F32, 2, {1, 2}, 2, data},
        {"a \"b\\\n\xc3\xa9", TENSOR_I8, 1, {2}, 2, data + 8},
        {"empty", TENSOR_F64, 2, {0, 3}, 0, NULL},
        {"scalar", TENSOR_U8, 0, {0}, 1, data + 10},
    };
    assert_true(safetensors_write(x->path, t, 4));
    struct tensor_file *f = safetensors_read(x->mem, &x->d, x->path);
    assert_non_null(f);
    assert_int_equal(f->count, 4);
    for (int i = 0; i < 4; i++) {
        const struct tensor *got = tensor_find(f, t[i].name);
        assert_non_null(got);
        assert_int_equal(got->type, t[i].type);
        assert_int_equal(got->rank, t[i].rank);
        assert_int_equal(got->count, t[i].count);
        assert_memory_equal(got->shape, t[i].shape, sizeof t[i].shape);
    }
    assert_string_equal(f->tensor[0].name, t[1].name);
    assert_string_equal(f->tensor[3].name, t[0].name);
    assert_true(tensor_at(&f->tensor[3], 0) == 1 && tensor_at(&f->tensor[3], 1) == -2);
    assert_true(tensor_at(&f->tensor[0], 0) == -1 && tensor_at(&f->tensor[0], 1) == -2);
    assert_null(tensor_find(f, "absent"));
    assert_string_equal(tensor_shape_text(x->mem, &f->tensor[3]), "1x2");
    assert_string_equal(tensor_shape_text(x->mem, tensor_find(f, "scalar")), "scalar");
}

static void writes_nothing(void **state)
{
    struct fixture *x = *state;
    assert_true(safetensors_write(x->path, NULL, 0));
    struct tensor_file *f = safetensors_read(x->mem, &x->d, x->path);
    assert_non_null(f);
    assert_int_equal(f->count, 0);
    assert_null(tensor_find(f, "absent"));
    assert_false(safetensors_write("/nowhere/at/all", NULL, 0));
    assert_int_equal(errno, ENOENT);
}

/* The same values in each type; the header's length puts all data at odd addresses. */
static void converts_types(void **state)
{
    struct fixture *x = *state;
    static const unsigned char bytes[] = {1,    0,    0,    0,    0, 0,    0,    0xc0, /* F64 -2.0000000000000004 */
                                          0,    0,    0x80, 0x7f,                      /* F32 inf */
                                          0x80, 0x7f,                                  /* BF16 inf */
                                          0,    0,    0,    0,    0, 0,    0xe0, 0xff, /* I64 -2^53 */
                                          0xff, 0xff, 0xff, 0x7f, 0, 0x80, 0x80, 0x80, 2};
    const struct {
        const char *name;
        enum tensor_type type;
        int at;
        double value;
    } cases[] = {
        {"F64", TENSOR_F64, 0, -2.0000000000000004},
        {"F32", TENSOR_F32, 8, (double)INFINITY},
        {"BF16", TENSOR_BF16, 12, (double)INFINITY},
        {"I64", TENSOR_I64, 14, -9007199254740992.0},
        {"I32", TENSOR_I32, 22, 2147483647},
        {"I16", TENSOR_I16, 26, -32768},
        {"I8", TENSOR_I8, 28, -128},
        {"U8", TENSOR_U8, 29, 128},
        {"BOOL", TENSOR_BOOL, 30, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tensor t = {cases[i].name, cases[i].type, 0, {0}, 1, bytes + cases[i].at};
        assert_true(tensor_at(&t, 0) == cases[i].value);
        assert_string_equal(tensor_type_name(t.type), cases[i].name);
    }
    struct tensor_file *f =
        read_header(x, "{" ENTRY("u", "I32", "[1]", "1", "5") "," ENTRY("a", "U8", "[]", "0", "1") "}", 5);
    assert_non_null(f);
    assert_true(tensor_at(tensor_find(f, "u"), 0) == 0x04030201);
}

static void converts_halves(void **state)
{
    (void)state;
    static const unsigned char bytes[] = {0, 0,    0, 0x80, 1, 0,    0xff, 3,    0,    4,    0xff, 0x7b,
                                          0, 0x7c, 0, 0xfc, 1, 0x7c, 0,    0x3c, 0x55, 0x35, 0xff, 0x83};
    const struct tensor t = {"h", TENSOR_F16, 1, {12}, 12, bytes};
    const double expected[] = {0,           0,     0x1p-24,          1023 * 0x1p-24,
                               0x1p-14,     65504, (double)INFINITY, (double)-INFINITY,
                               (double)NAN, 1,     0x1.554p-2,       -1023 * 0x1p-24};
    for (int i = 0; i < 12; i++) {
        double got = tensor_at(&t, i);
        assert_true(isnan(expected[i]) ? isnan(got) : got == expected[i]);
    }
    assert_true(signbit(tensor_at(&t, 1)));
}

static void refuses_other_files(void **state)
{
    struct fixture *x = *state;
    refused_bytes(x, "", 0, "0 bytes, the shortest has 10");
    refused_bytes(x, "\2\0\0\0{}", 6, "6 bytes, the shortest has 10");
    refused_bytes(x, "\0\0\0\200\0\0\0\0{}", 10, "header of 2147483648 bytes");
    refused_bytes(x, "\377\377\377\377\377\377\377\377{}", 10, "header of 18446744073709551615");
    refused_bytes(x, "\3\0\0\0\0\0\0\0{}", 10, "needs 11 bytes, the file has 10");
    refused_bytes(x, "PK\3\4\0\0\10\10abcdefgh", 16, "zip archive");
    refused_bytes(x, "PK\3\4\0\0\10\10abcdefgh", 16, "convert with: python -c");
    refused_bytes(x, "\200\2\212\nl\374\234F\371 j\250", 12, "Python pickle");
    refused_bytes(x, "version https://git-lfs.github.com/spec/v1\n", 43, "Git LFS pointer");
    refused_bytes(x, "<!DOCTYPE html><html>", 21, "a web page");
    assert_null(safetensors_read(x->mem, &x->d, "/nowhere/at/all"));
    expect_message(x, "No such file or directory");
    assert_null(safetensors_read(x->mem, &x->d, "/tmp"));
    expect_message(x, "a folder, not a safetensors file");
}

static void refuses_bad_json(void **state)
{
    struct fixture *x = *state;
    refused(x, "{\"a\":}", 0, "not JSON from its byte 5 on (of 6)");
    refused(x, "{\"1\":1,", 0, "not JSON from its byte 7 on (of 7)");
    refused(x, "{} x", 0, "not JSON from its byte 3 on (of 4)");
    refused(x, "[]", 0, "not an object");
    refused(x, "", 2, "not JSON from its byte 0");
    refused_bytes(x, "\4\0\0\0\0\0\0\0{}\0 ", 12, "not JSON from its byte 2 on (of 4)");
    char deep[1500];
    memset(deep, '[', sizeof deep);
    memcpy(deep, "{\"a\":", 5);
    deep[sizeof deep - 1] = 0;
    refused(x, deep, 0, "not JSON");
}

static void refuses_bad_entries(void **state)
{
    struct fixture *x = *state;
    refused(x, "{\"a\":1}", 0, "entry for tensor \"a\" is not an object");
    refused(x, "{\"a\\n\":{}}", 0, "tensor \"a?\" has no dtype");
    refused(x, "{\"a\":{\"dtype\":3}}", 0, "tensor \"a\" has no dtype");
    refused(x, "{\"a\":{\"dtype\":\"U8\"}}", 0, "tensor \"a\" has no shape");
    refused(x, "{" ENTRY("a", "F8_E4M3", "[1]", "0", "1") "}", 1, "unknown dtype \"F8_E4M3\"");
    refused(x, "{" ENTRY("a", "U8", "3", "0", "3") "}", 3, "no shape array");
    refused(x, "{" ENTRY("a", "U8", "[1,1,1,1,1,1,1,1,1]", "0", "1") "}", 1, "more than 8 dim");
    refused(x, "{" ENTRY("a", "U8", "[3,-1]", "0", "3") "}", 3, "dimension 1 of tensor \"a\"");
    refused(x, "{" ENTRY("a", "U8", "[1.5]", "0", "1") "}", 1, "dimension 0 of tensor \"a\"");
    refused(x, "{" ENTRY("a", "U8", "[\"1\"]", "0", "1") "}", 1, "dimension 0 of tensor \"a\"");
    refused(x, "{" ENTRY("a", "U8", "[1e999]", "0", "1") "}", 1, "dimension 0 of tensor \"a\"");
    refused(x, "{" ENTRY("a", "U8", "[9007199254740993e3]", "0", "1") "}", 1, "dimension 0");
    refused(x, "{" ENTRY("a", "F64", "[1099511627776,1099511627776]", "0", "8") "}", 8,
            "more bytes than can be counted");
}

static void refuses_bad_places(void **state)
{
    struct fixture *x = *state;
    refused(x, "{" ENTRY("a", "U8", "[1]", "0", "1.5") "}", 2, "not two whole numbers");
    refused(x, "{" ENTRY("a", "U8", "[1]", "0", "1,2") "}", 2, "not two whole numbers");
    refused(x, "{" ENTRY("a", "U8", "[1]", "-1", "0") "}", 2, "not two whole numbers");
    refused(x, "{" ENTRY("a", "U8", "[1]", "2", "1") "}", 2, "begins at byte 2 of the data but");
    refused(x, "{" ENTRY("a", "F32", "[2,3]", "0", "23") "}", 23,
            "tensor \"a\": F32 2x3 is 24 bytes, but data_offsets hold 23");
    refused(x, "{" ENTRY("a", "U8", "[9]", "0", "9") "}", 8, "needs 70 bytes");
    refused(x, "{" ENTRY("a", "U8", "[9]", "0", "9") "}", 8, "of tensor \"a\", has 69");
    refused(x, "{" ENTRY("a", "U8", "[9]", "0", "9") "}", 10, "tensors end at byte 9 of the data, but there are 10");
    refused(x, "{" ENTRY("a", "U8", "[9]", "1", "10") "}", 10, "but the data begin at 0");
    refused(x, "{" ENTRY("b", "U8", "[9]", "8", "17") "," ENTRY("a", "U8", "[9]", "0", "9") "}", 17,
            "tensor \"b\" begins at byte 8 of the data, but tensor \"a\" before it ends at 9");
    refused(x, "{" ENTRY("a", "U8", "[1]", "0", "1") "," ENTRY("a", "U8", "[1]", "1", "2") "}", 2,
            "two tensors have the name \"a\"");
}

static void ignores_metadata(void **state)
{
    struct fixture *x = *state;
    struct tensor_file *f =
        read_header(x, "{\"__metadata__\":{\"format\":\"pt\"}," ENTRY("a", "U8", "[2]", "0", "2") "} \t\n", 2);
    assert_non_null(f);
    assert_int_equal(f->count, 1);
    assert_true(tensor_at(&f->tensor[0], 1) == 1);
    uint64_t hash = f->hash;
    f = read_header(x, "{" ENTRY("a", "U8", "[2]", "0", "2") "}", 2);
    assert_true(f && f->hash != hash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(writes_and_reads),    TEST(writes_nothing),      TEST(converts_types),
        TEST(converts_halves),     TEST(refuses_other_files), TEST(refuses_bad_json),
        TEST(refuses_bad_entries), TEST(refuses_bad_places),  TEST(ignores_metadata),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
