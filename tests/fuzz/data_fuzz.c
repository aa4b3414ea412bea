/* SPDX-License-Identifier: MIT */
/* Any bytes as a file of data: refused with a message, or numbers to the last one.  FUZZ_DATA says which reader: "csv", "wav", "npy"
 * or "group". */
#include "data/reading.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const char *path, *folder;

static void remove_all(void)
{
    remove(path);
    rmdir(folder);
}

/* The file that readers are given: in a folder of this process. */
static void make_file(const uint8_t *bytes, size_t length)
{
    static char folder_name[] = "/tmp/tinytl-fuzz-XXXXXX", file_name[64];
    if (!path) {
        folder = mkdtemp(folder_name);
        assert(folder);
        snprintf(file_name, sizeof file_name, "%s/it." FUZZ_DATA, folder);
        path = file_name;
        atexit(remove_all);
    }
    FILE *f = fopen(path, "wb");
    assert(f);
    if (length)
        fwrite(bytes, 1, length, f);
    fclose(f);
}

static bool read_series(struct reading *r, series_reader *read)
{
    struct series s;
    if (!read(r, path, &s))
        return false;
    assert(s.steps > 0 && s.columns > 0);
    for (int64_t i = 0; i < s.steps * s.columns; i++)
        assert(isfinite(s.value[i]));
    return true;
}

static bool read_array(struct reading *r, const struct input *in)
{
    const struct samples *x = samples_read(r->mem, r->d, &(struct data_request){.source = path, .in = in}, 7);
    for (int64_t i = 0; x && i < x->count * x->each; i++)
        assert(x->pixel || isfinite(x->number[i]));
    return x != NULL;
}

static bool read_groups(struct reading *r)
{
    const char *file[] = {"a/1.csv", "a/2.csv", "b/1.csv"};
    struct dataset *data = r->data;
    data->x.count = 3;
    data->file = file;
    if (!groups_read(r))
        return false;
    assert(data->groups >= 1 && data->groups <= 3);
    for (int i = 0; i < 3; i++)
        assert(data->group[i] >= 0 && data->group[i] < data->groups && *data->group_name[data->group[i]]);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static FILE *nowhere;
    if (!nowhere)
        nowhere = fopen("/dev/null", "w");
    assert(nowhere);
    make_file(bytes, length);
    struct arena *mem = arena_new();
    struct diag d = {.mem = mem, .out = nowhere};
    const struct input in = {.shape = {2, 1, 3}, .scale = 1};
    const struct data_request ask = {.source = "/data", .in = &in, .group = path};
    struct dataset data = {.mem = mem};
    struct reading r = {.mem = mem, .d = &d, .ask = &ask, .data = &data};
    bool read = !strcmp(FUZZ_DATA, "csv")   ? read_series(&r, csv_read)
                : !strcmp(FUZZ_DATA, "wav") ? read_series(&r, wav_read)
                : !strcmp(FUZZ_DATA, "npy") ? read_array(&r, &in)
                                            : read_groups(&r);
    assert(read == (d.errors == 0));
    arena_free(mem);
    return 0;
}
