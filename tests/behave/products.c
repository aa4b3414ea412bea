/* SPDX-License-Identifier: MIT */
#include "products.h"
#include "cli/cli.h"
#include "forward/forward.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *make_folder(struct arena *mem)
{
    const char *base = getenv("TMPDIR");
    char *path = arena_format(mem, "%s/tinytl-test-XXXXXX", base && *base ? base : "/tmp");
    if (!mkdtemp(path)) {
        perror(path);
        exit(1);
    }
    return path;
}

void remove_folder(struct arena *mem, const char *folder)
{
    DIR *d = opendir(folder);
    for (struct dirent *e; d && (e = readdir(d));)
        if (e->d_name[0] != '.')
            remove(arena_format(mem, "%s/%s", folder, e->d_name));
    if (d)
        closedir(d);
    rmdir(folder);
}

const char *write_spec(struct arena *mem, const char *folder, const char *text)
{
    static int number;
    const char *path = arena_format(mem, "%s/%d.lua", folder, number++);
    struct text t = text_new(mem);
    text_put(&t, "%s", text);
    if (!file_write(path, &t)) {
        perror(path);
        exit(1);
    }
    return path;
}

struct spec *read_spec(struct arena *mem, struct diag *d, const char *path)
{
    return spec_read(mem, d, path, ops_constructors(mem), NULL, 0);
}

struct graph *read_graph(struct arena *mem, struct diag *d, const struct spec *s)
{
    struct tensor_file *weights = s->weights ? safetensors_read(mem, d, s->weights) : NULL;
    return s->weights && !weights ? NULL : forward_build(mem, d, s, weights, NULL);
}

struct product *run_pipeline(struct arena *mem, struct diag *d, const char *path, const char *const *options,
                             const struct variant *v)
{
    char *argv[16] = {(char *)(uintptr_t) "tinytl-gen", (char *)(uintptr_t)path, (char *)(uintptr_t) "--weights=bin"};
    int argc = 3, code = 0;
    for (int i = 0; options && options[i] && argc < 15; i++)
        argv[argc++] = (char *)(uintptr_t)options[i];
    struct cli *cli = cli_parse(mem, argc, argv, &code);
    return cli ? generate(mem, d, &cli->host.request, v, &code) : NULL;
}
