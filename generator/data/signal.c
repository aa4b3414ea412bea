/* SPDX-License-Identifier: MIT */
/* Signals: files of time steps, cut into windows of the input's length.
 *
 * A window is H x W x C numbers in the order of the file: step after step, its columns side by side, which is the order
 * that the map has in memory.  Time runs along the first axis that is longer than one:
 *
 *     input h x w x c, h > 1      h steps of w c columns       128 x 1 x 3: three axes of an accelerometer, going down
 *           1 x w x c, w > 1      w steps of c columns         the same network lying on its side
 *           1 x 1 x c             a step of c columns, or c steps of one column                                     */
#include "data/reading.h"

#include <limits.h>
#include <string.h>

static void ask_for(const struct shape *in, int columns, int64_t *steps, int64_t *wanted)
{
    *steps = in->h > 1 ? in->h : in->w > 1 ? in->w : 1;
    *wanted = in->h > 1 ? (int64_t)in->w * in->c : in->c;
    if (*steps == 1 && columns == 1) {
        *steps = in->c;
        *wanted = 1;
    }
}

/* True for a file of as many columns as the input asks for, and long enough; then the steps of a window. */
static bool fits(const struct reading *r, const struct data_file *file, const struct series *s, int64_t *steps)
{
    const struct shape *in = &r->ask->in->shape;
    int64_t columns;
    ask_for(in, s->columns, steps, &columns);
    if (s->columns != columns) {
        REFUSE(r, file->path, "a row is a time step, a column a channel",
               "expected %lld columns for the network's input of %dx%dx%d, found %d", (long long)columns, in->h, in->w,
               in->c, s->columns);
        return false;
    }
    if (s->steps < *steps) {
        REFUSE(r, file->path, "leave it out, or make the input shorter",
               "expected at least %lld time steps for the network's input of %dx%dx%d, found %lld", (long long)*steps,
               in->h, in->w, in->c, (long long)s->steps);
        return false;
    }
    return true;
}

/* True for a file of as many steps a second as the first: a window is a stretch of time. */
static bool keeps_pace(const struct reading *r, const struct data_file *file, const struct series *s, int rate)
{
    if (s->rate != rate)
        REFUSE(r, file->path, arena_format(r->mem, "for example: sox in.wav -r %d out.wav", rate),
               "%d samples a second, those before it have %d", s->rate, rate);
    return s->rate == rate;
}

static int64_t windows(const struct reading *r, const struct series *s, int64_t steps)
{
    int64_t hop = r->ask->hop ? r->ask->hop : steps;
    return (s->steps - steps) / hop + 1;
}

/* All files, decoded into `series`; the steps of their windows, and how many there are in all.  -1 after messages. */
static int64_t read_all(struct reading *scratch, series_reader *read, const struct data_file *file, int count,
                        struct series *series, int64_t *steps)
{
    int64_t total = 0;
    int broken = 0;
    for (int i = 0; i < count; i++) {
        if (read(scratch, file[i].path, &series[i]) && fits(scratch, &file[i], &series[i], steps) &&
            keeps_pace(scratch, &file[i], &series[i], series[0].rate))
            total += windows(scratch, &series[i], *steps);
        else if (++broken == MOST_MESSAGES)
            break;
    }
    return broken ? -1 : total;
}

/* Windows that overlap are not to be learnt from and tested with: those of a file are a group, unless others are named. */
static void group_by_file(struct dataset *data, int count)
{
    data->group = NEW_ARRAY(data->mem, int, data->x.count);
    data->group_name = NEW_ARRAY(data->mem, const char *, count);
    for (int n = 0; n < data->x.count; n++) {
        if (n == 0 || data->file[n] != data->file[n - 1])
            data->group_name[data->groups++] = data->file[n];
        data->group[n] = data->groups - 1;
    }
}

static bool signals_read(struct reading *r, series_reader *read, const struct data_file *file, int count)
{
    struct reading scratch = *r;
    scratch.mem = arena_new();
    struct series *series = NEW_ARRAY(scratch.mem, struct series, count);
    int64_t steps = 0, total = read_all(&scratch, read, file, count, series, &steps), n = 0;
    bool done = total > 0 && samples_reserve(r, fewer(total, r->most), false);
    r->data->x.real = true;
    for (int i = 0, to = 0; done && i < count; i++) {
        int64_t all = windows(r, &series[i], steps), hop = r->ask->hop ? r->ask->hop : steps, each = r->data->x.each;
        for (int64_t k = 0; k < all; k++) {
            if (!picked(n++, total, r->most))
                continue;
            memcpy(r->data->x.number + to * each, series[i].value + k * hop * series[i].columns,
                   (size_t)each * sizeof(float));
            sample_from(r->data, to++, &file[i], (int)(k * hop));
        }
    }
    arena_free(scratch.mem);
    if (done && r->ask->hop && r->ask->hop < steps)
        group_by_file(r->data, count);
    return done;
}

bool csv_files_read(struct reading *r, const struct data_file *file, int count)
{
    return signals_read(r, csv_read, file, count);
}

bool wav_files_read(struct reading *r, const struct data_file *file, int count)
{
    return signals_read(r, wav_read, file, count);
}
