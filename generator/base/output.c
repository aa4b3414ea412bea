/* SPDX-License-Identifier: MIT */
/* Files that are written: whole or not at all, and never in the place of something that is no file. */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct output {
    FILE *stream;
    const char *target;    /* the final name, links followed */
    const char *temporary; /* what is written until all is well; NULL: the target itself */
    bool overwritten;      /* the target is a file: it ends where the writing ends */
    struct stat there;     /* what stands under the final name; only its mode and owner count */
    bool exists;
    int failed; /* errno of what went wrong first */
    struct arena *mem;
    struct output *next; /* of those that are open */
};

static struct output *open_outputs;
static pid_t owner; /* of the process that opened them: its children have them, too, but must not remove them */

void outputs_abandon_all(void)
{
    for (; open_outputs && owner == getpid(); open_outputs = open_outputs->next)
        if (open_outputs->temporary)
            unlink(open_outputs->temporary);
}

/* Ctrl-C and its like: nothing half-written stays, and then the process ends as it would have. */
static void interrupted(int signal_number)
{
    outputs_abandon_all();
    raise(signal_number); /* SA_RESETHAND: comes when this returns */
}

static void watch_end(void)
{
    static const int signals[] = {SIGHUP, SIGINT, SIGTERM};
    struct sigaction how = {.sa_handler = interrupted, .sa_flags = (int)SA_RESETHAND}, before;
    owner = getpid();
    atexit(outputs_abandon_all);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (!sigaction(signals[i], NULL, &before) && before.sa_handler == SIG_DFL)
            sigaction(signals[i], &how, NULL);
    signal(SIGXFSZ, SIG_IGN); /* a file that grows too large is an error of its write */
}

static void add_open(struct output *o)
{
    if (!owner)
        watch_end();
    o->next = open_outputs;
    open_outputs = o;
}

static void remove_open(struct output *o)
{
    struct output **at = &open_outputs;
    while (*at && *at != o)
        at = &(*at)->next;
    if (*at)
        *at = o->next;
}

/* ---- files that are read ---- */

static struct seen {
    dev_t device;
    ino_t node;
} * inputs;
static size_t ninputs, inputs_capacity;

static void remember(const struct stat *s)
{
    if (ninputs == inputs_capacity) {
        size_t more = inputs_capacity ? 2 * inputs_capacity : 64;
        struct seen *bigger = realloc(inputs, more * sizeof *inputs);
        if (!bigger) {
            fputs("tinytl-gen: out of memory\n", stderr);
            exit(EXIT_IO);
        }
        inputs = bigger;
        inputs_capacity = more;
    }
    inputs[ninputs++] = (struct seen){s->st_dev, s->st_ino};
}

bool input_was_read(const char *path)
{
    struct stat s;
    bool found = false;
    if (stat(path, &s))
        return false;
    for (size_t i = 0; i < ninputs && !found; i++)
        found = inputs[i].device == s.st_dev && inputs[i].node == s.st_ino;
    return found;
}

/* A file, or also a pipe where `pipes`: only what a user names on the command line may wait for somebody. */
static FILE *open_to_read(const char *path, bool pipes, struct stat *s)
{
    /* O_NONBLOCK: the name may be that of a FIFO to which nobody writes */
    int fd = open(path, O_RDONLY | O_CLOEXEC | (pipes ? 0 : O_NONBLOCK)), why = 0;
    FILE *f = NULL;
    if (fd < 0)
        return NULL;
    if (fstat(fd, s))
        why = errno;
    else if (!S_ISREG(s->st_mode) && !(pipes && S_ISFIFO(s->st_mode)))
        why = S_ISDIR(s->st_mode) ? EISDIR : FILE_IS_DEVICE;
    else if (!(f = fdopen(fd, "rb")))
        why = errno;
    if (!f) {
        close(fd);
        errno = why;
    }
    return f;
}

FILE *input_open(const char *path)
{
    struct stat s;
    FILE *f = open_to_read(path, false, &s);
    if (f)
        remember(&s);
    return f;
}

/* The rest of f, which it closes; at most `most` bytes. */
static char *read_whole(struct arena *a, FILE *f, size_t most, size_t *length)
{
    struct text t = text_new(a);
    char chunk[1 << 14];
    size_t n;
    while (t.length <= most && (n = fread(chunk, 1, sizeof chunk, f)) > 0)
        text_bytes(&t, chunk, n);
    int failed = ferror(f) ? errno : t.length > most ? EFBIG : 0;
    fclose(f);
    if (failed) {
        errno = failed;
        return NULL;
    }
    if (length)
        *length = t.length;
    return t.at;
}

char *file_read(struct arena *a, const char *path, size_t *length)
{
    struct stat s;
    FILE *f = open_to_read(path, false, &s);
    return f ? read_whole(a, f, SIZE_MAX, length) : NULL;
}

char *input_read(struct arena *a, const char *path, bool pipes, size_t most, size_t *length)
{
    struct stat s;
    FILE *f = open_to_read(path, pipes, &s);
    if (!f)
        return NULL;
    remember(&s);
    return read_whole(a, f, most, length);
}

const char *file_error(int why)
{
    return why == FILE_IS_DEVICE ? "it is a device or a pipe, not a file" : strerror(why);
}

/* ---- where it is written ---- */

/* The file behind any links; it need not be there yet.  NULL and errno: a circle. */
static const char *behind_links(struct arena *mem, const char *path)
{
    char to[PATH_MAX];
    for (int links = 0; links < 40; links++) {
        struct stat s;
        if (lstat(path, &s) || !S_ISLNK(s.st_mode))
            return path;
        ssize_t n = readlink(path, to, sizeof to - 1);
        if (n < 0)
            return NULL;
        to[n] = 0;
        path = path_beside(mem, path, to);
    }
    errno = ELOOP;
    return NULL;
}

static int temporary_file(struct output *o)
{
    for (int n = 0; n < 100; n++) {
        o->temporary = path_beside(o->mem, o->target, arena_format(o->mem, ".tinytl-gen.%ld.%d", (long)getpid(), n));
        int fd = open(o->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

/* The name that is written keeps owner and mode; where that cannot be, or where other names stand for the same file,
 * the file itself is written. */
static bool keeps_file(const struct output *o, int fd)
{
    const struct stat *s = &o->there;
    struct stat mine;
    if (!o->exists)
        return true;
    if (fstat(fd, &mine))
        return false;
    bool same_owner = mine.st_uid == s->st_uid && mine.st_gid == s->st_gid;
    return (same_owner || !fchown(fd, s->st_uid, s->st_gid)) && !fchmod(fd, s->st_mode & 07777);
}

/* /dev/stdout, or the file that standard output goes to already. */
static int standard_stream(const struct stat *s)
{
    struct stat own;
    for (int fd = 1; fd <= 2; fd++)
        if (!fstat(fd, &own) && own.st_dev == s->st_dev && own.st_ino == s->st_ino)
            return fd;
    return -1;
}

static int open_beside(struct output *o)
{
    bool replaceable = !o->exists || o->there.st_nlink == 1;
    int fd = replaceable ? temporary_file(o) : -1;
    if (fd >= 0 && keeps_file(o, fd))
        return fd;
    if (fd >= 0) {
        close(fd);
        unlink(o->temporary);
    } else if (!o->exists) {
        return -1;
    }
    o->temporary = NULL; /* a folder that cannot be written to may hold a file that can */
    o->overwritten = true;
    return open(o->target, O_WRONLY | O_CLOEXEC);
}

/* ---- names that were written in this run ---- */

const char *folder_of(struct arena *mem, const char *path)
{
    const char *slash = strrchr(path, '/');
    return !slash ? "." : slash == path ? "/" : arena_format(mem, "%.*s", (int)(slash - path), path);
}

/* A folder and a name in it, in the one way there is to say them. */
static const char *place_of(struct arena *mem, const char *path)
{
    const char *slash = strrchr(path, '/');
    struct stat s;
    if (stat(folder_of(mem, path), &s))
        return path;
    return arena_format(mem, "%llu.%llu/%s", (unsigned long long)s.st_dev, (unsigned long long)s.st_ino,
                        slash ? slash + 1 : path);
}

static struct written {
    struct written *next;
    char place[];
} * written;

static void remember_written(const struct output *o)
{
    const char *place = place_of(o->mem, o->target);
    struct written *w = malloc(sizeof *w + strlen(place) + 1);
    if (!w)
        return;
    strcpy(w->place, place);
    w->next = written;
    written = w;
}

bool output_was_written(struct arena *mem, const char *path)
{
    const char *target = behind_links(mem, path), *place = target ? place_of(mem, target) : "";
    for (const struct written *w = written; w; w = w->next)
        if (!strcmp(w->place, place))
            return true;
    return false;
}

static int open_target(struct output *o, const char *path)
{
    o->exists = !stat(path, &o->there);
    int standard = o->exists ? standard_stream(&o->there) : -1;
    if (standard > 0) {
        fflush(standard == 1 ? stdout : stderr);
        return dup(standard);
    }
    if (o->exists && !S_ISREG(o->there.st_mode)) /* a folder says that it is one */
        return open(path, O_WRONLY | O_CLOEXEC);
    struct stat direct;
    o->target = behind_links(o->mem, path);
    if (!o->target || (o->exists && access(o->target, W_OK)))
        return -1;
    o->overwritten = o->exists && (stat(o->target, &direct) || direct.st_ino != o->there.st_ino); /* a link of /proc */
    return o->overwritten ? open(path, O_WRONLY | O_CLOEXEC) : open_beside(o);
}

struct output *output_open(struct arena *mem, const char *path)
{
    struct output *o = NEW(mem, struct output);
    o->mem = mem;
    if (!path) {
        o->stream = stdout;
        return o;
    }
    int fd = open_target(o, path);
    if (fd < 0 || !(o->stream = fdopen(fd, "wb"))) {
        int why = errno;
        if (fd >= 0)
            close(fd);
        if (fd >= 0 && o->temporary)
            unlink(o->temporary);
        errno = why;
        return NULL;
    }
    add_open(o);
    if (o->target)
        remember_written(o);
    return o;
}

FILE *output_stream(const struct output *o)
{
    return o->stream;
}

/* ---- how it ends ---- */

static bool same_contents(const char *a, const char *b)
{
    FILE *f = fopen(a, "rb"), *g = f ? fopen(b, "rb") : NULL;
    bool same = g != NULL;
    while (same) {
        char one[1 << 14], other[1 << 14];
        size_t n = fread(one, 1, sizeof one, f), m = fread(other, 1, sizeof other, g);
        same = n == m && !memcmp(one, other, n) && !ferror(f) && !ferror(g);
        if (!n)
            break;
    }
    if (f)
        fclose(f);
    if (g)
        fclose(g);
    return same;
}

/* Everything is on the disk, under the temporary name. */
static bool finish(struct output *o)
{
    FILE *f = o->stream;
    errno = 0;
    if (ferror(f)) /* what an earlier write said is lost: another one says it again */
        putc(0, f);
    if (fflush(f) || ferror(f) || (o->overwritten && ftruncate(fileno(f), ftello(f))))
        o->failed = errno ? errno : EIO;
    if (f != stdout && fclose(f) && !o->failed)
        o->failed = errno;
    o->stream = NULL;
    return !o->failed;
}

bool outputs_close(struct output *const *o, int count)
{
    int failed = 0;
    for (int i = 0; i < count; i++)
        if (!finish(o[i]) && !failed)
            failed = o[i]->failed;
    for (int i = 0; i < count; i++) {
        remove_open(o[i]);
        if (!o[i]->temporary)
            continue;
        if (failed || (o[i]->exists && same_contents(o[i]->temporary, o[i]->target)))
            unlink(o[i]->temporary);
        else if (rename(o[i]->temporary, o[i]->target)) {
            failed = o[i]->failed = errno;
            unlink(o[i]->temporary);
        }
    }
    errno = failed;
    return !failed;
}

bool output_failed(const struct output *o)
{
    return o->failed != 0;
}

bool output_close(struct output *o)
{
    return outputs_close(&o, 1);
}

void output_abandon(struct output *o)
{
    remove_open(o);
    if (o->stream && o->stream != stdout)
        fclose(o->stream);
    if (o->temporary)
        unlink(o->temporary);
}

bool file_write(const char *path, const struct text *t)
{
    struct output *o = output_open(t->mem, path);
    if (!o)
        return false;
    text_write(t, o->stream);
    return output_close(o);
}
