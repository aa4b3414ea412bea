/* SPDX-License-Identifier: MIT */
/* Gives named files, and the files in named folders, to a fuzz target without libFuzzer. */
#include "base/base.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static int run_file(const char *path)
{
    struct arena *mem = arena_new();
    size_t length;
    char *bytes = file_read(mem, path, &length);
    if (bytes)
        LLVMFuzzerTestOneInput((const uint8_t *)bytes, length);
    else
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
    arena_free(mem);
    return bytes ? 1 : -1;
}

static int run_folder(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return -1;
    }
    struct arena *mem = arena_new();
    int done = 0;
    for (struct dirent *e; done >= 0 && (e = readdir(folder));)
        if (e->d_name[0] != '.')
            done = run_file(arena_format(mem, "%s/%s", path, e->d_name)) < 0 ? -1 : done + 1;
    closedir(folder);
    arena_free(mem);
    return done;
}

int main(int argc, char **argv)
{
    int inputs = 0;
    for (int i = 1; i < argc; i++) {
        struct stat s;
        bool is_folder = stat(argv[i], &s) == 0 && S_ISDIR(s.st_mode);
        int done = is_folder ? run_folder(argv[i]) : run_file(argv[i]);
        if (done < 0)
            return 1;
        inputs += done;
    }
    printf("%d inputs\n", inputs);
    return inputs ? 0 : 1;
}
