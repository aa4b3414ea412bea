/* SPDX-License-Identifier: MIT */
/* The emitted C as a shared object of this machine. */
#include "host/library.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A folder of our own under TMPDIR, removed with all in it once the library is loaded. */
static char *temporary_folder(struct arena *mem)
{
    const char *base = getenv("TMPDIR");
    char *path = arena_format(mem, "%s/tinytl-XXXXXX", base && *base ? base : "/tmp");
    return mkdtemp(path);
}

static void remove_files(struct arena *mem, const char *folder, const char *name)
{
    static const char *const endings[] = {".c", ".h", ".so", ".log"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        remove(arena_format(mem, "%s/%s%s", folder, name, endings[i]));
    rmdir(folder);
}

static void *symbol(struct arena *mem, void *handle, const char *name, const char *function)
{
    return dlsym(handle, arena_format(mem, "%s_%s", name, function));
}

/* dlsym gives an object pointer; POSIX says that it may be read as a function's. */
#define LOAD(field, function)                                                                                          \
    do {                                                                                                               \
        void *found = symbol(mem, l->handle, name, function);                                                          \
        memcpy(&l->field, &found, sizeof found);                                                                       \
    } while (0)

static unsigned char *aligned_memory(struct arena *mem, int64_t bytes)
{
    unsigned char *p = arena_alloc(mem, (size_t)bytes + 64);
    return p + (64 - (uintptr_t)p % 64) % 64;
}

static struct library *open_library(struct arena *mem, const struct product *p, const char *path)
{
    struct library *l = NEW(mem, struct library);
    const char *name = p->spec->name;
    l->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!l->handle)
        return NULL;
    LOAD(init, "init");
    LOAD(predict, "predict");
    LOAD(train, "train");
    LOAD(train_target, "train");
    LOAD(set_rate, "set_rate");
    l->net = aligned_memory(mem, p->plan->net);
    int64_t scratch = p->plan->scratch_train;
    if (scratch < p->plan->scratch_infer)
        scratch = p->plan->scratch_infer;
    l->scratch = aligned_memory(mem, scratch);
    return l;
}

/* The option for all instructions of this machine: unless cc names others, or does not know it (clang on AArch64). */
static const char *machine_option(struct arena *mem, const char *cc)
{
    static const char *const option = "-march=native";
    if (strstr(cc, "-march=") || system(arena_format(mem, "%s %s -E -x c /dev/null >/dev/null 2>&1", cc, option)))
        return "";
    return option;
}

struct library *library_load(struct arena *mem, struct diag *d, const struct product *p, const char *cc)
{
    const char *name = p->spec->name, *folder = temporary_folder(mem);
    struct loc here = {p->spec->path, 0};
    if (!folder) {
        diag_error(d, here, NULL, "set TMPDIR to a folder that can be written to", "cannot make a temporary folder: %s",
                   strerror(errno));
        return NULL;
    }
    struct library *l = NULL;
    const char *c = arena_format(mem, "%s/%s.c", folder, name), *so = arena_format(mem, "%s/%s.so", folder, name);
    const char *log = arena_format(mem, "%s/%s.log", folder, name);
    bool written = file_write(c, &p->emitted->source) &&
                   file_write(arena_format(mem, "%s/%s.h", folder, name), &p->emitted->header);
    const char *command = arena_format(mem, "%s -O2 %s -std=gnu11 -fPIC -shared -o '%s' '%s' -lm >'%s' 2>&1", cc,
                                       machine_option(mem, cc), so, c, log);
    if (!written)
        diag_error(d, here, NULL, NULL, "cannot write to %s: %s", folder, strerror(errno));
    else if (system(command) != 0)
        diag_error(d, here, NULL, "name a C compiler of this machine with --cc", "'%s' failed:\n%s", cc,
                   file_read(mem, log, NULL));
    else if (!(l = open_library(mem, p, so)))
        diag_error(d, here, NULL, NULL, "cannot load the compiled output: %s", dlerror());
    remove_files(mem, folder, name);
    return l;
}

void library_close(struct library *l)
{
    dlclose(l->handle);
}
