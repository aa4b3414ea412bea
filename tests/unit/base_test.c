/* SPDX-License-Identifier: MIT */
/* The room base: arenas, texts, files, globs, names, messages. */
#include "fixture.h"
#include "base/screen.h"

#include <errno.h>
#include <sys/stat.h>

/* ---- arena ---- */

static void arena_gives_zeroed_aligned_bytes(void **state)
{
    struct fixture *x = *state;
    for (size_t size = 0; size < 200000; size = size * 2 + 1) {
        unsigned char *p = arena_alloc(x->mem, size);
        assert_int_equal((uintptr_t)p % 16, 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xff, size); /* the next must not see this */
    }
}

static void arena_lists_grow(void **state)
{
    struct fixture *x = *state;
    int *list = NULL, count = 0, capacity = 0;
    for (int i = 0; i < 1000; i++) {
        GROW(x->mem, list, count, capacity);
        list[count++] = 3 * i;
    }
    for (int i = 0; i < 1000; i++)
        assert_int_equal(list[i], 3 * i);
}

static void arena_makes_strings(void **state)
{
    struct fixture *x = *state;
    char before[] = "text";
    char *copy = arena_string(x->mem, before);
    before[0] = 'n';
    assert_string_equal(copy, "text");
    assert_string_equal(arena_string(x->mem, ""), "");
    assert_string_equal(arena_format(x->mem, "%s-%d", "a", 7), "a-7");
    assert_int_equal(strlen(arena_format(x->mem, "%70000d", 1)), 70000);
}

/* ---- text ---- */

static void text_grows(void **state)
{
    struct fixture *x = *state;
    struct text t = text_new(x->mem);
    assert_string_equal(t.at, "");
    for (int i = 0; i < 5000; i++)
        text_put(&t, "%d,", i % 10);
    assert_int_equal(t.length, 10000);
    assert_string_equal(t.at + 9990, "5,6,7,8,9,");
    text_bytes(&t, "a\0b", 3);
    assert_int_equal(t.length, 10003);
    assert_memory_equal(t.at + 10000, "a\0b", 4); /* and a 0 byte behind */
}

static void files_are_read_and_written(void **state)
{
    struct fixture *x = *state;
    struct text t = text_new(x->mem);
    size_t length = 1;
    write_file(x, "file", "");
    assert_string_equal(file_read(x->mem, x->path, &length), "");
    assert_int_equal(length, 0);
    text_bytes(&t, "one\0two\n", 8);
    assert_true(file_write(x->path, &t));
    assert_memory_equal(file_read(x->mem, x->path, &length), "one\0two\n", 9);
    assert_int_equal(length, 8);
    assert_null(file_read(x->mem, "/nowhere/at/all", &length));
    assert_int_equal(errno, ENOENT);
    assert_null(file_read(x->mem, "/tmp", &length));
    assert_int_equal(errno, EISDIR);
    assert_false(file_write("/nowhere/at/all", &t));
    assert_int_equal(errno, ENOENT);
}

static void write_word(FILE *out, const void *what)
{
    fputs(what, out);
}

/* Passages stand where they were asked for, also at both ends and side by side. */
static void texts_have_passages(void **state)
{
    struct fixture *x = *state;
    struct text t = text_new(x->mem);
    struct stat before, after;
    size_t length;
    text_later(&t, write_word, "first ");
    text_put(&t, "second ");
    text_later(&t, write_word, "third ");
    text_later(&t, write_word, "fourth ");
    text_put(&t, "fifth ");
    text_later(&t, write_word, "last");
    assert_true(file_write(x->path, &t));
    assert_string_equal(file_read(x->mem, x->path, &length), "first second third fourth fifth last");
    assert_int_equal(stat(x->path, &before), 0);
    assert_true(file_write(x->path, &t));
    assert_int_equal(stat(x->path, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
}

/* Build tools see a change only where there is one. */
static void files_that_are_the_same_are_left_alone(void **state)
{
    struct fixture *x = *state;
    struct text t = text_new(x->mem);
    struct stat before, after;
    text_put(&t, "contents");
    assert_true(file_write(x->path, &t));
    assert_int_equal(stat(x->path, &before), 0);
    assert_true(file_write(x->path, &t));
    assert_int_equal(stat(x->path, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    text_put(&t, "!");
    assert_true(file_write(x->path, &t));
    assert_string_equal(file_read(x->mem, x->path, NULL), "contents!");
    assert_int_not_equal(access(arena_format(x->mem, "%s.tmp", x->path), F_OK), 0);
}

static void paths_and_sizes(void **state)
{
    struct fixture *x = *state;
    assert_string_equal(path_beside(x->mem, "a/b/spec.lua", "w.bin"), "a/b/w.bin");
    assert_string_equal(path_beside(x->mem, "spec.lua", "w.bin"), "w.bin");
    assert_string_equal(path_beside(x->mem, "a/spec.lua", "/w.bin"), "/w.bin");
    assert_string_equal(path_beside(x->mem, "/spec.lua", "../w.bin"), "/../w.bin");
    assert_string_equal(size_text(x->mem, 0), "0 B");
    assert_string_equal(size_text(x->mem, 1023), "1023 B");
    assert_string_equal(size_text(x->mem, 1536), "1.5 KiB");
    assert_string_equal(size_text(x->mem, 3 << 20), "3.00 MiB");
}

static void globs(void **state)
{
    (void)state;
    assert_true(glob_match("", ""));
    assert_true(glob_match("*", ""));
    assert_true(glob_match("*", "anything.at.all"));
    assert_true(glob_match("blocks.*.bias", "blocks.3.depthwise.bias"));
    assert_true(glob_match("*.bias", ".bias"));
    assert_true(glob_match("a?c", "abc"));
    assert_true(glob_match("*a*b*", "xxaxxbxx"));
    assert_true(glob_match("*aab", "aaaaab"));
    assert_false(glob_match("", "a"));
    assert_false(glob_match("a", ""));
    assert_false(glob_match("a?c", "ac"));
    assert_false(glob_match("blocks.*.bias", "blocks.3.biases"));
    assert_false(glob_match("*b", "abc"));
    assert_false(glob_match("bias", "bias.weight"));
}

/* A backtracking matcher would take years. */
static void globs_take_no_time(void **state)
{
    (void)state;
    char name[2001];
    memset(name, 'a', 2000);
    name[2000] = 0;
    assert_false(glob_match("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*ab", name));
}

static void nearest_names(void **state)
{
    (void)state;
    static const char *const names[] = {"out", "groups", "bias", "activation", "s", "act"};
    assert_string_equal(nearest_name("bais", names, 6), "bias");
    static const char *const calls[] = {"add", "adam", "sgd"};
    assert_string_equal(nearest_name("sdg", calls, 3), "sgd"); /* neighbours that changed places */
    assert_string_equal(nearest_name("dad", calls, 3), "add");
    assert_string_equal(nearest_name("group", names, 6), "groups");
    assert_string_equal(nearest_name("actvation", names, 6), "activation");
    assert_string_equal(nearest_name("activations_of_it", names, 6), "activation");
    assert_null(nearest_name("spare", names, 6)); /* a letter is not what a word begins with, */
    assert_null(nearest_name("fob", names, 6));   /* and of three, one may be wrong */
    assert_null(nearest_name("quite another", names, 6));
    assert_null(nearest_name("x", names, 0));
    char huge[300];
    memset(huge, 'q', sizeof huge - 1);
    huge[sizeof huge - 1] = 0;
    assert_null(nearest_name(huge, names, 6));
}

static void hashes(void **state)
{
    (void)state;
    assert_true(hash_bytes(HASH_START, "", 0) == HASH_START);
    assert_true(hash_bytes(HASH_START, "a", 1) == 0xaf63dc4c8601ec8cu); /* the authors' own vector */
    assert_true(hash_bytes(HASH_START, "foobar", 6) == 0x85944171f73967e8u);
    assert_true(hash_bytes(hash_bytes(HASH_START, "foo", 3), "bar", 3) == 0x85944171f73967e8u);
}

static void templates_are_embedded(void **state)
{
    struct fixture *x = *state;
    assert_non_null(embedded_text(x->mem, NULL, "net.c.tpl"));
    assert_non_null(embedded_text(x->mem, NULL, "prelude.lua"));
    assert_null(embedded_text(x->mem, NULL, "nothing.tpl"));
    assert_null(embedded_text(x->mem, "/nowhere", "net.c.tpl"));
}

/* ---- messages ---- */

static void expect(struct fixture *x, const char *messages)
{
    fflush(x->d.out);
    x->messages[x->length] = 0;
    assert_string_equal(x->messages, messages);
    fseek(x->d.out, 0, SEEK_SET);
}

static struct loc source(struct fixture *x, const char *text, int line)
{
    struct text t = text_new(x->mem);
    text_put(&t, "%s", text);
    assert_true(file_write(x->path, &t));
    x->d.nshown = 0; /* another file of that name */
    return (struct loc){x->path, line};
}

#define EXPECT(x, ...) expect(x, arena_format((x)->mem, __VA_ARGS__))

static void messages_show_the_line(void **state)
{
    struct fixture *x = *state;
    struct loc at = source(x, "first\nconv { k = 3 }\nlast", 2);
    diag_error(&x->d, at, "k", "a hint", "wrong %d", 7);
    EXPECT(x, "%s:2:8: error: wrong 7\n    2 | conv { k = 3 }\n      |        ^\n  hint: a hint\n", x->path);
    diag_warn(&x->d, at, NULL, NULL, "odd");
    EXPECT(x, "%s:2: warning: odd\n    2 | conv { k = 3 }\n", x->path);
    diag_error(&x->d, (struct loc){x->path, 3}, "last", NULL, "no newline at the end");
    EXPECT(x, "%s:3:1: error: no newline at the end\n    3 | last\n      | ^\n", x->path);
    diag_error(&x->d, (struct loc){x->path, 0}, "conv", NULL, "the whole file");
    EXPECT(x, "%s: error: the whole file\n", x->path);
    diag_error(&x->d, (struct loc){NULL, 0}, NULL, NULL, "no file");
    EXPECT(x, "tinytl-gen: error: no file\n");
    diag_error(&x->d, (struct loc){"/nowhere", 4}, "key", NULL, "not to be read");
    EXPECT(x, "/nowhere:4: error: not to be read\n");
    diag_error(&x->d, (struct loc){x->path, 99}, "key", NULL, "behind the end");
    EXPECT(x, "%s:99: error: behind the end\n", x->path);
    assert_int_equal(x->d.errors, 6);
    assert_int_equal(x->d.warnings, 1);
}

static void messages_are_not_repeated(void **state)
{
    struct fixture *x = *state;
    struct loc at = source(x, "conv { k = 0, s = 0 }\n", 1);
    for (int i = 0; i < 3; i++)
        diag_error(&x->d, at, "k", NULL, "must be 1");
    diag_error(&x->d, at, "s", NULL, "must be 1");
    const char *line = "    1 | conv { k = 0, s = 0 }\n";
    EXPECT(x, "%s:1:8: error: must be 1\n%s      |        ^\n%s:1:15: error: must be 1\n%s      |               ^\n",
           x->path, line, x->path, line);
    assert_int_equal(x->d.errors, 4);
}

static void carets_find_the_key(void **state)
{
    struct fixture *x = *state;
    struct loc at = source(x, "conv { \"block\", k = 0 }\n", 1); /* not the k of "block" */
    diag_error(&x->d, at, "k", NULL, "m");
    EXPECT(x, "%s:1:17: error: m\n    1 | conv { \"block\", k = 0 }\n      |                 ^\n", x->path);
    at = source(x, "conv {\n\tk = 1,\n\tout = 0,\n}\n", 1); /* further down, behind a tab */
    diag_error(&x->d, at, "out", NULL, "m");
    EXPECT(x, "%s:3:2: error: m\n    3 | \tout = 0,\n      | \t^\n", x->path);
    at = source(x, "add { \"s\", from == s, s = 1 }\n", 1); /* a field before any other place */
    diag_error(&x->d, at, "s", NULL, "m");
    EXPECT(x, "%s:1:23: error: m\n    1 | add { \"s\", from == s, s = 1 }\n      |                       ^\n", x->path);
    at = source(x, "conv { outer = 1 }\n", 1);
    diag_error(&x->d, at, "out", NULL, "m"); /* no such word */
    EXPECT(x, "%s:1: error: m\n    1 | conv { outer = 1 }\n", x->path);
    at = source(x, "update = \"a.*\"\r\n", 1); /* a line of Windows */
    diag_error(&x->d, at, "a.*", NULL, "m");
    EXPECT(x, "%s:1:11: error: m\n    1 | update = \"a.*\"\n      |           ^\n", x->path);
}

static void colours_only_where_asked(void **state)
{
    struct fixture *x = *state;
    x->d.color = true;
    diag_error(&x->d, (struct loc){NULL, 0}, NULL, NULL, "m");
    fflush(x->d.out);
    assert_non_null(strstr(x->messages, "\033[31merror:\033[0m m"));
}

static void wide_lines_go_on_below(void **state)
{
    struct fixture *x = *state;
    char said[400] = "";
    FILE *out = fopen(inside(x, "lines"), "w+"); /* a file has 80 columns, memory any number */
    assert_non_null(out);
    wrap_lines(out, "%d.x f32 4x4x4 = conv_dx %d.t @a.weight.transposed  k=3x3 s=1x1 p=1,1 g=1  line=6\n"
                    "short\n\n"
                    "  1 deep  0123456789012345678901234567890123456789012345678901234567890123456 9 end");
    rewind(out);
    assert_true(fread(said, 1, sizeof said - 1, out) > 0);
    fclose(out);
    assert_string_equal(said, "%d.x f32 4x4x4 = conv_dx %d.t @a.weight.transposed  k=3x3 s=1x1 p=1,1 g=1\n"
                              "    line=6\n"
                              "short\n\n"
                              "  1 deep  0123456789012345678901234567890123456789012345678901234567890123456 9\n"
                              "      end\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(arena_gives_zeroed_aligned_bytes),
        TEST(arena_lists_grow),
        TEST(arena_makes_strings),
        TEST(text_grows),
        TEST(files_are_read_and_written),
        TEST(texts_have_passages),
        TEST(files_that_are_the_same_are_left_alone),
        TEST(paths_and_sizes),
        TEST(globs),
        TEST(globs_take_no_time),
        TEST(nearest_names),
        TEST(hashes),
        TEST(templates_are_embedded),
        TEST(messages_show_the_line),
        TEST(messages_are_not_repeated),
        TEST(carets_find_the_key),
        TEST(colours_only_where_asked),
        TEST(wide_lines_go_on_below),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
