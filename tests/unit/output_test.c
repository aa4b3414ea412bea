/* SPDX-License-Identifier: MIT */
/* Files that are written: whole or not at all; what is no file is written through. */
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

static bool put(struct fixture *x, const char *path, const char *text)
{
    struct output *o = output_open(x->mem, path);
    if (!o)
        return false;
    fputs(text, output_stream(o));
    return output_close(o);
}

static int names_in(struct fixture *x)
{
    FILE *f = popen(arena_format(x->mem, "ls -A '%s' | wc -l", x->folder), "r");
    int n = -1;
    assert_int_equal(fscanf(f, "%d", &n), 1);
    pclose(f);
    return n;
}

static void a_link_stays_a_link(void **state)
{
    struct fixture *x = *state;
    const char *file = inside(x, "file"), *link = inside(x, "link"), *hard = inside(x, "hard");
    struct stat s;
    assert_int_equal(symlink("file", link), 0); /* to nothing, yet */
    assert_true(put(x, link, "one"));
    assert_true(put(x, link, "two"));
    assert_int_equal(lstat(link, &s), 0);
    assert_true(S_ISLNK(s.st_mode));
    assert_string_equal(file_read(x->mem, file, NULL), "two");
    assert_int_equal(linkat(AT_FDCWD, file, AT_FDCWD, hard, 0), 0); /* another name of it */
    assert_true(put(x, hard, "three"));
    assert_string_equal(file_read(x->mem, file, NULL), "three");
    assert_int_equal(names_in(x), 3);
}

static void a_circle_of_links_is_an_error(void **state)
{
    struct fixture *x = *state;
    assert_int_equal(symlink("b", inside(x, "a")), 0);
    assert_int_equal(symlink("a", inside(x, "b")), 0);
    assert_false(put(x, inside(x, "a"), "text"));
    assert_int_equal(errno, ELOOP);
}

static void a_fifo_is_written_through(void **state)
{
    struct fixture *x = *state;
    const char *fifo = inside(x, "fifo");
    char got[8] = "";
    struct stat s;
    assert_int_equal(mkfifo(fifo, 0600), 0);
    int end = open(fifo, O_RDWR | O_NONBLOCK);
    assert_true(put(x, fifo, "text"));
    assert_int_equal(read(end, got, sizeof got - 1), 4);
    close(end);
    assert_string_equal(got, "text");
    assert_int_equal(lstat(fifo, &s), 0);
    assert_true(S_ISFIFO(s.st_mode));
    assert_null(file_read(x->mem, fifo, NULL)); /* and does not wait for anybody */
    assert_int_equal(errno, FILE_IS_DEVICE);
    assert_null(input_open(fifo));
}

static void a_full_disk_is_seen(void **state)
{
    struct fixture *x = *state;
    struct stat s;
    if (stat("/dev/full", &s) || !S_ISCHR(s.st_mode))
        skip();
    assert_false(put(x, "/dev/full", "text"));
    assert_int_equal(errno, ENOSPC);
    assert_int_equal(symlink("/dev/full", inside(x, "link")), 0);
    assert_false(put(x, inside(x, "link"), "text"));
    assert_int_equal(names_in(x), 1);
    assert_int_equal(stat("/dev/full", &s), 0);
    assert_true(S_ISCHR(s.st_mode));
}

static void the_mode_is_kept(void **state)
{
    struct fixture *x = *state;
    const char *file = inside(x, "file");
    struct stat s;
    assert_true(put(x, file, "one"));
    assert_int_equal(chmod(file, 0640), 0);
    assert_true(put(x, file, "two"));
    assert_int_equal(stat(file, &s), 0);
    assert_int_equal(s.st_mode & 07777, 0640);
    assert_int_equal(names_in(x), 1);
}

static void what_was_read_is_known(void **state)
{
    struct fixture *x = *state;
    const char *file = inside(x, "file");
    size_t length;
    assert_true(put(x, file, "one"));
    assert_string_equal(input_read(x->mem, file, false, 3, &length), "one");
    assert_null(input_read(x->mem, file, false, 2, &length));
    assert_int_equal(errno, EFBIG);
    assert_int_equal(symlink("file", inside(x, "link")), 0);
    assert_true(input_was_read(file));
    assert_true(input_was_read(inside(x, "link")));
    assert_false(input_was_read(x->folder));
    assert_true(put(x, inside(x, "other"), "two"));
    assert_string_equal(file_read(x->mem, inside(x, "other"), NULL), "two");
    assert_false(input_was_read(inside(x, "other")));
}

/* Nothing of a pair of which one half cannot be written. */
static void files_appear_together(void **state)
{
    struct fixture *x = *state;
    struct stat s;
    if (stat("/dev/full", &s) || !S_ISCHR(s.st_mode))
        skip();
    struct output *o[] = {output_open(x->mem, inside(x, "a")), output_open(x->mem, "/dev/full")};
    fputs("text", output_stream(o[0]));
    fputs("text", output_stream(o[1]));
    assert_false(outputs_close(o, 2));
    assert_int_equal(errno, ENOSPC);
    o[0] = output_open(x->mem, inside(x, "a"));
    output_abandon(o[0]);
    assert_int_equal(names_in(x), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_link_stays_a_link),       TEST(a_circle_of_links_is_an_error),
        TEST(a_fifo_is_written_through), TEST(a_full_disk_is_seen),
        TEST(the_mode_is_kept),          TEST(what_was_read_is_known),
        TEST(files_appear_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
