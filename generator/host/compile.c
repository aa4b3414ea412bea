/* SPDX-License-Identifier: MIT */
#include "host/compile.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void folder_remove(struct arena *mem, const char *folder)
{
    DIR *open = opendir(folder);
    struct dirent *e;
    while (open && (e = readdir(open)) != NULL) {
        const char *inside = arena_format(mem, "%s/%s", folder, e->d_name);
        if (e->d_name[0] != '.' && remove(inside))
            folder_remove(mem, inside); /* where a program was being made */
    }
    if (open)
        closedir(open);
    rmdir(folder);
}

/* Removes the folder when this process has ended, however that was: a process of its own waits for the end of a pipe that only
 * this one can write to.  A compiler may go on for a while. */
static void guard_folder(const char *folder)
{
    enum { FILES = 1024, TRIES = 30 };
    int end[2];
    if (pipe(end))
        return;
    fcntl(end[1], F_SETFD, FD_CLOEXEC);
    pid_t child = fork();
    if (child == 0) {
        char none;
        setsid(); /* a Ctrl-C of the terminal is not for it */
        for (int fd = 0; fd < FILES; fd++)
            if (fd != end[0])
                close(fd);
        if (fork() == 0 && read(end[0], &none, 1) == 0)
            for (int i = 0; i < TRIES && !access(folder, F_OK); i++) {
                sleep(i > 0);
                folder_remove(arena_new(), folder);
            }
        _exit(0);
    }
    close(end[0]);
    if (child > 0)
        waitpid(child, NULL, 0);
}

char *temporary_folder(struct arena *mem, struct diag *d)
{
    const char *base = getenv("TMPDIR");
    char *path = mkdtemp(arena_format(mem, "%s/tinytl-XXXXXX", base && *base ? base : "/tmp"));
    if (!path)
        diag_error(d, (struct loc){base && *base ? base : "/tmp", 0}, NULL,
                   "set TMPDIR to a folder that can be written to", "cannot make a temporary folder: %s",
                   strerror(errno));
    else
        guard_folder(path);
    return path;
}

enum { PATIENCE = 300 };

/* What a compilation is made of. */
struct kit {
    struct arena *mem;
    struct diag *d;
    const struct product *p;
    struct compiling how;
    const char *name, *folder; /* of the network; where files are written */
    int64_t weights;           /* bytes */
};

static char *inside(const struct kit *k, const char *file)
{
    return arena_format(k->mem, "%s/%s", k->folder, file);
}

/* The option for all instructions of this machine: unless cc names others, or does not know it (clang on AArch64). */
static const char *machine_option(const struct kit *k)
{
    static const char *const native = "-march=native";
    if (k->how.level)
        return arena_format(k->mem, "-march=%s", k->how.level);
    if (strstr(k->how.cc, "-march=") ||
        system(arena_format(k->mem, "%s %s -E -x c /dev/null >/dev/null 2>&1", k->how.cc, native)))
        return "";
    return native;
}

/* A level that cc names itself holds: -O0 is four times as quick to compile. */
static const char *level_option(const struct kit *k)
{
    return strstr(k->how.cc, " -O") ? "" : "-O2";
}

static char *upper(struct arena *mem, const char *name)
{
    char *s = arena_string(mem, name);
    for (char *c = s; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    return s;
}

/* The command up to the names of the files. */
static const char *command_of(const struct kit *k)
{
    const struct train *t = &k->p->spec->train;
    const char *upper_case = upper(k->mem, k->name);
    return arena_format(k->mem,
                        "%s %s %s -std=gnu11 -DRun_Name=%s -DRun_Upper=%s -DRun_Header='\"%s.h\"' -DRun_Learns=%d "
                        "-DRun_Weights=%lld -DRun_Streams=%d -D%s_BIN_LINKED",
                        k->how.cc, level_option(k), machine_option(k), k->name, upper_case, k->name,
                        !t->given             ? 0
                        : t->loss == LOSS_MSE ? 2
                                              : 1,
                        (long long)k->weights, k->p->spec->input.streamed ? k->p->spec->input.shape.h : 0, upper_case);
}

/* Everything that the program depends on, as a name. */
static const char *name_of(const struct kit *k, const char *command)
{
    const struct emitted *e = k->p->emitted;
    const char *driver[] = {embedded_text(k->mem, NULL, "run_driver.c"), embedded_text(k->mem, NULL, "run_protocol.h")};
    uint64_t hash = hash_bytes(HASH_START, e->source.at, e->source.length);
    hash = hash_bytes(hash, e->header.at, e->header.length);
    for (int i = 0; i < 2; i++)
        hash = hash_bytes(hash, driver[i], strlen(driver[i]));
    return arena_format(k->mem, "%016llx", (unsigned long long)hash_bytes(hash, command, strlen(command)));
}

static bool write_text(const struct kit *k, const char *file, const char *text)
{
    struct text t = text_new(k->mem);
    text_put(&t, "%s", text);
    return file_write(inside(k, file), &t);
}

static const char *const sources[] = {"run_driver.c", "run_protocol.h"};

/* False after a message. */
static bool write_sources(const struct kit *k)
{
    bool written = file_write(inside(k, arena_format(k->mem, "%s.c", k->name)), &k->p->emitted->source) &&
                   file_write(inside(k, arena_format(k->mem, "%s.h", k->name)), &k->p->emitted->header);
    for (int i = 0; i < 2; i++)
        written = written && write_text(k, sources[i], embedded_text(k->mem, NULL, sources[i]));
    if (!written)
        diag_error(k->d, (struct loc){k->folder, 0}, NULL, NULL, "cannot write to %s: %s", k->folder, strerror(errno));
    return written;
}

static void remove_sources(const struct kit *k)
{
    const char *own[] = {".c", ".h", ".bin", ".log", ".new"};
    for (int i = 0; i < 2; i++)
        remove(inside(k, sources[i]));
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        remove(inside(k, arena_format(k->mem, "%s%s", k->name, own[i])));
}

/* False after a message. */
static bool give_name(const struct kit *k, const char *made, const char *name)
{
    if (!rename(made, name))
        return true;
    diag_error(k->d, (struct loc){name, 0}, NULL, NULL, "cannot be written: %s", strerror(errno));
    return false;
}

/* The compiler's words, or why there are none: without a shell there is no log either. */
static void say_why(const struct kit *k, int status, const char *log)
{
    enum { NO_SUCH_COMMAND = 127 };
    struct loc at = {k->p->spec->path, 0};
    if (WIFEXITED(status) && WEXITSTATUS(status) == NO_SUCH_COMMAND) {
        diag_error(
            k->d, at, NULL,
            "this command compiles its output and runs it: install a C compiler (Debian: gcc libc6-dev), or name one "
            "with --cc; gen, plan, check and import need none",
            "no C compiler '%s' on this machine", k->how.cc);
        return;
    }
    const char *said = file_read(k->mem, log, NULL);
    diag_error(k->d, at, NULL, "name a C compiler of this machine with --cc", "'%s' failed:\n%s", k->how.cc,
               said ? said : "");
}

/* Programs get their names once they are whole, so that several may be made in a folder at a time. */
static bool build(const struct kit *k, const char *command, const char *program)
{
    const char *log = inside(k, arena_format(k->mem, "%s.log", k->name));
    const char *made = inside(k, arena_format(k->mem, "%s.new", k->name));
    if (!write_sources(k))
        return false;
    int status = system(arena_format(k->mem, "%s -o '%s' '%s' '%s' -lm >'%s' 2>&1", command, made,
                                     inside(k, "run_driver.c"), inside(k, arena_format(k->mem, "%s.c", k->name)), log));
    if (status) {
        say_why(k, status, log);
        return false;
    }
    return give_name(k, made, program);
}

/* The bytes of the weights in a file of `folder`; NULL after a message. */
static const char *keep_weights(struct kit *k, const char *folder)
{
    const char *made = inside(k, arena_format(k->mem, "%s.bin", k->name));
    size_t length = 0;
    const char *bytes = file_write(made, &k->p->emitted->weights) ? file_read(k->mem, made, &length) : NULL;
    if (!bytes) {
        diag_error(k->d, (struct loc){made, 0}, NULL, NULL, "cannot be written: %s", strerror(errno));
        return NULL;
    }
    k->weights = (int64_t)length;
    uint64_t hash = hash_bytes(HASH_START, bytes, length);
    char *name = arena_format(k->mem, "%s/%016llx.bin", folder, (unsigned long long)hash);
    return give_name(k, made, name) ? name : NULL;
}

struct executable *executable_new(struct arena *mem, struct diag *d, const struct product *p, struct compiling how)
{
    const char *folder = how.folder ? how.folder : temporary_folder(mem, d);
    char *within = folder ? arena_format(mem, "%s/making-XXXXXX", folder) : NULL;
    struct kit k = {.mem = mem, .d = d, .p = p, .how = how, .name = p->spec->name};
    struct executable *e = NEW(mem, struct executable);
    if (!folder)
        return NULL;
    if (!(k.folder = mkdtemp(within))) {
        diag_error(d, (struct loc){folder, 0}, NULL, NULL, "cannot make a folder in it: %s", strerror(errno));
        return NULL;
    }
    *e = (struct executable){.weights = keep_weights(&k, folder), .folder = how.folder ? NULL : folder};
    e->patience = how.patience > 0 ? how.patience : PATIENCE;
    const char *command = command_of(&k);
    e->program = arena_format(mem, "%s/%s", folder, name_of(&k, command));
    bool made = e->weights && (!access(e->program, X_OK) || build(&k, command, e->program));
    remove_sources(&k);
    rmdir(k.folder);
    if (made)
        return e;
    executable_remove(e);
    return NULL;
}

void executable_remove(const struct executable *e)
{
    if (!e->folder)
        return;
    if (e->weights)
        remove(e->weights);
    remove(e->program);
    rmdir(e->folder);
}
