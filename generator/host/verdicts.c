/* SPDX-License-Identifier: MIT */
/* The table of verify, as text or as JSON. */
#include "host/verdicts.h"
#include "base/screen.h"

/* A tensor's name, and behind it what was found; below it, where the two are too long for one line. */
static void put_row(FILE *out, const char *name, const char *words)
{
    enum { NUMBERS = 39, INDENT = 4 };
    int room = screen_width(out) - NUMBERS - 1, taken = text_cells(name, SIZE_MAX);
    room = room > 44 ? 44 : room;
    fprintf(out, "%s", name);
    if (taken > room)
        fprintf(out, "\n%*s", taken = INDENT, "");
    fprintf(out, "%*s", room > taken ? room - taken + 1 : 1, "");
    wrap_words(out, (room > taken ? room : taken) + 1, INDENT, words);
}

/* The head of the table waits for its first row: what ends with a message before it prints no table. */
static void add_line(struct verdicts *v, const char *name, const char *words)
{
    if (!v->headed && !v->quiet)
        put_row(v->out, "tensor", "elements    largest   relative");
    v->headed = true;
    put_row(v->out, name, words);
}

struct verdicts verdicts_begin(const struct reporting *r, double tolerance, FILE *out)
{
    struct verdicts v = {.out = out, .quiet = r->quiet && !r->file, .tolerance = tolerance};
    if (report_is(r, "json"))
        v.rows = cJSON_CreateArray();
    return v;
}

static cJSON *add_row(struct verdicts *v, const char *name)
{
    cJSON *row = cJSON_CreateObject();
    cJSON_AddStringToObject(row, "name", name);
    cJSON_AddItemToArray(v->rows, row);
    return row;
}

void verdicts_add(struct verdicts *v, const char *name, int64_t count, double largest, double relative, bool same)
{
    *(same ? &v->passed : &v->failed) += 1;
    if (v->rows) {
        cJSON *row = add_row(v, name);
        cJSON_AddNumberToObject(row, "elements", (double)count);
        cJSON_AddNumberToObject(row, "largest", largest);
        cJSON_AddNumberToObject(row, "relative", relative);
        cJSON_AddBoolToObject(row, "same", same);
    } else if (!same || !v->quiet) {
        char words[80];
        snprintf(words, sizeof words, "%8lld  %9.3g  %9.3g  %s", (long long)count, largest, relative,
                 same ? "ok" : "DIFFERS");
        add_line(v, name, words);
    }
}

void verdicts_skip(struct verdicts *v, const char *name, const char *why)
{
    v->skipped++;
    if (v->rows)
        cJSON_AddStringToObject(add_row(v, name), "skipped", why);
    else if (!v->quiet)
        add_line(v, name, why);
}

void verdicts_end(struct verdicts *v)
{
    if (!v->rows) {
        if (v->skipped)
            fprintf(v->out, "%d skipped\n", v->skipped);
        fprintf(v->out, "%d passed, %d failed\n", v->passed, v->failed);
        return;
    }
    cJSON *root = cJSON_CreateObject();
    cJSON_AddNumberToObject(root, "tolerance", v->tolerance);
    cJSON_AddNumberToObject(root, "passed", v->passed);
    cJSON_AddNumberToObject(root, "failed", v->failed);
    cJSON_AddNumberToObject(root, "skipped", v->skipped);
    cJSON_AddItemToObject(root, "tensors", v->rows);
    char *text = cJSON_Print(root);
    fprintf(v->out, "%s\n", text);
    cJSON_free(text);
    cJSON_Delete(root);
}
