/* SPDX-License-Identifier: MIT */
/* A folder with a sub-folder per class, or one of files alone: which files there are, and of what kind. */
#include "data/reading.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

/* A kind of files: all of a data set are of one. */
struct file_kind {
    const char *what;
    const char *ending[6];
    files_reader *read;
};

static const struct file_kind kinds[] = {
    {"images", {".jpg", ".jpeg", ".png", ".ppm", ".pgm"}, photos_read},
    {"tables", {".csv"}, csv_files_read},
    {"recordings", {".wav"}, wav_files_read},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

struct names {
    char **at;
    int count, capacity;
};

struct listing {
    struct reading *r;
    struct names classes, *files; /* files: by class */
    int others;                   /* that are passed over */
    int64_t total, of_kind[KINDS];
};

bool is_folder(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The kind of a file by its name's ending; -1: none of them. */
static int kind_of(const char *name)
{
    const char *dot = strrchr(name, '.');
    for (int k = 0; dot && k < KINDS; k++)
        for (int i = 0; kinds[k].ending[i]; i++)
            if (!strcasecmp(dot, kinds[k].ending[i]))
                return k;
    return -1;
}

/* The sub-folders of `path` (or its files of a known kind), sorted; all else is only counted. */
static bool list_folder(struct listing *l, const char *path, bool folders, struct names *list)
{
    struct reading *r = l->r;
    DIR *folder = opendir(path);
    if (!folder) {
        REFUSE(r, path, NULL, "cannot open the folder: %s", strerror(errno));
        return false;
    }
    struct dirent *e;
    while ((e = readdir(folder)) != NULL) {
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
            continue;
        char *inside = arena_format(r->mem, "%s/%s", path, e->d_name);
        int kind = folders ? 0 : kind_of(e->d_name);
        if (e->d_name[0] == '.' || is_folder(inside) != folders || kind < 0) {
            l->others++;
            continue;
        }
        GROW(r->mem, list->at, list->count, list->capacity);
        list->at[list->count++] = arena_string(r->mem, e->d_name);
        l->of_kind[kind] += !folders;
        l->total += !folders;
    }
    closedir(folder);
    if (list->count)
        qsort(list->at, (size_t)list->count, sizeof *list->at, by_bytes);
    return true;
}

/* ---- classes ---- */

static const char expected[] =
    "one sub-folder per class of JPEG, PNG or PPM images, or of .csv or .wav files, is expected";

static void add_class(struct listing *l, const char *name)
{
    GROW(l->r->mem, l->classes.at, l->classes.count, l->classes.capacity);
    l->classes.at[l->classes.count++] = arena_string(l->r->mem, name);
}

static const char expected_normal[] = "an autoencoder learns from what lies in the sub-folder \"normal\"";

/* An autoencoder learns from the sub-folder "normal" alone; what else there is may be tested with. */
static bool only_normal(struct listing *l)
{
    bool found = false;
    for (int i = 0; i < l->classes.count; i++)
        found = found || !strcmp(l->classes.at[i], "normal");
    l->classes.count = 0;
    add_class(l, "normal");
    if (!found)
        REFUSE(l->r, l->r->ask->source, expected_normal, "the folder has no sub-folder \"normal\"");
    return found;
}

static bool list_classes(struct listing *l)
{
    struct reading *r = l->r;
    const char *source = r->ask->source;
    if (!list_folder(l, source, true, &l->classes))
        return false;
    if (l->classes.count == 0 && r->most) { /* without labels the files may lie in the folder itself */
        add_class(l, ".");
        l->others = 0;
    }
    if (l->classes.count == 0) {
        REFUSE(r, source, r->ask->task == DECODED_ANOMALY ? expected_normal : expected,
               l->others ? "the folder has no sub-folders" : "the folder is empty");
        return false;
    }
    return r->ask->task != DECODED_ANOMALY || !r->ask->learnt || r->most || only_normal(l);
}

static bool list_files(struct listing *l)
{
    struct reading *r = l->r;
    l->files = NEW_ARRAY(r->mem, struct names, l->classes.count);
    for (int i = 0; i < l->classes.count; i++)
        if (!list_folder(l, arena_format(r->mem, "%s/%s", r->ask->source, l->classes.at[i]), false, &l->files[i]))
            return false;
    if (l->total)
        return true;
    if (!strcmp(l->classes.at[0], "."))
        REFUSE(r, r->ask->source, NULL, "no images or signals in the folder");
    else
        REFUSE(r, r->ask->source, expected, "no images or signals in its %d sub-folders", l->classes.count);
    return false;
}

/* The only kind that there is; NULL after a message. */
static const struct file_kind *only_kind(const struct listing *l)
{
    int found = -1;
    for (int k = 0; k < KINDS; k++) {
        if (!l->of_kind[k])
            continue;
        if (found >= 0) {
            REFUSE(l->r, l->r->ask->source, "keep one kind of files in a data set", "%lld %s and %lld %s",
                   (long long)l->of_kind[found], kinds[found].what, (long long)l->of_kind[k], kinds[k].what);
            return NULL;
        }
        found = k;
    }
    return &kinds[found];
}

static void warn_of_files(const struct listing *l, const struct file_kind *kind)
{
    struct reading *r = l->r;
    struct loc at = {r->ask->source, 0};
    for (int i = 0; i < l->classes.count; i++)
        if (l->files[i].count == 0)
            diag_warn(r->d, at, NULL, NULL, "class \"%s\" has no %s", l->classes.at[i], kind->what);
    if (l->others == 1)
        diag_warn(r->d, at, NULL, "files that are read end in .jpg, .jpeg, .png, .ppm, .pgm, .csv or .wav",
                  "1 file that is hidden or of no kind that is read is passed over");
    else if (l->others)
        diag_warn(r->d, at, NULL, "files that are read end in .jpg, .jpeg, .png, .ppm, .pgm, .csv or .wav",
                  "%d files that are hidden or of no kind that is read are passed over", l->others);
}

/* ---- the whole ---- */

static struct data_file *all_files(const struct listing *l)
{
    struct reading *r = l->r;
    struct data_file *file = NEW_ARRAY(r->mem, struct data_file, l->total), *f = file;
    for (int label = 0; label < l->classes.count; label++)
        for (int i = 0; i < l->files[label].count; i++, f++) {
            const char *name = l->files[label].at[i], *class_name = l->classes.at[label];
            f->label = label;
            f->name = strcmp(class_name, ".") ? arena_format(r->mem, "%s/%s", class_name, name) : name;
            f->path = arena_format(r->mem, "%s/%s", r->ask->source, f->name);
        }
    return file;
}

bool folder_read(struct reading *r)
{
    struct listing l = {.r = r};
    if (!list_classes(&l) || !list_files(&l))
        return false;
    const struct file_kind *kind = only_kind(&l);
    if (!kind)
        return false;
    warn_of_files(&l, kind);
    struct dataset *data = r->data;
    data->classes = l.classes.count;
    data->named = true;
    data->class_name = NEW_ARRAY(r->mem, const char *, l.classes.count);
    for (int i = 0; i < l.classes.count; i++) {
        data->class_name[i] = l.classes.at[i];
        if (data->task == DECODED_ANOMALY && !strcmp(l.classes.at[i], "normal"))
            data->normal = i;
    }
    return kind->read(r, all_files(&l), (int)l.total);
}
