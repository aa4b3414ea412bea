/* SPDX-License-Identifier: MIT */
/* What stands around a panel: passes and sweeps above, names of layers below, addresses on the left. */
#include "report/picture.h"

#include <stdlib.h>
#include <string.h>

/* ---- passes ---- */

/* What a sweep does; a sweep of both passes belongs to the backward pass, an update to what is before. */
enum pass axis_pass(const struct sweep *s, enum pass before)
{
    enum pass pass = PASS_FORWARD;
    bool update = true;
    for (int i = 0; i < s->ntask; i++) {
        enum pass one = s->task[i].node->pass;
        update = update && one == PASS_UPDATE;
        if (one == PASS_UPDATE)
            one = PASS_BACKWARD;
        pass = one > pass ? one : pass;
    }
    return update ? before : pass;
}

static int sweep_left(const struct panel *p, int s)
{
    return p->x[s < p->program->nsweep ? p->program->sweep[s].first : p->program->steps];
}

void axis_passes(struct text *t, const struct panel *p, int height)
{
    static const char *const names[] = {"forward", "loss", "backward"};
    static const char *const classes[] = {"bf", "bl", "bb"};
    const struct program *w = p->program;
    enum pass pass = PASS_FORWARD;
    for (int s = 0, next; s < w->nsweep; s = next) {
        pass = axis_pass(&w->sweep[s], pass);
        for (next = s + 1; next < w->nsweep && axis_pass(&w->sweep[next], pass) == pass;)
            next++;
        int left = sweep_left(p, s), width = sweep_left(p, next) - left, y = p->top - height;
        const char *steps = arena_format(t->mem, "%s: steps %d to %d", names[pass], w->sweep[s].first,
                                         (next < w->nsweep ? w->sweep[next].first : w->steps) - 1);
        draw_rect(t, left, y, width, height - 10, classes[pass], steps);
        if (draw_width(names[pass], 120) + 40 <= width)
            draw_text(t, left + width / 2, y + (height - 10) / 2 + 40, "m pn", names[pass]);
        else
            draw_text(t, left + width / 2, y - 35, "m s", names[pass]);
    }
}

enum { NARROW = 120 };

void axis_borders(struct text *t, const struct panel *p)
{
    int last = p->left;
    for (int s = 1; s < p->program->nsweep; s++) {
        int x = sweep_left(p, s);
        bool wide = sweep_left(p, s + 1) - x >= NARROW || x - sweep_left(p, s - 1) >= NARROW;
        if (!wide || x - last < NARROW / 2)
            continue;
        draw_line(t, x, p->top, x, p->top + p->height, "hair");
        last = x;
    }
}

/* ---- names of layers ---- */

/* From one slanted name to the next, so that lines of letters do not touch. */
enum { SLANTED = 195 };

/* The network's layers, or their groups, in order. */
struct groups {
    const char **name;
    int count;
    bool deep;
};

/* "blocks.3.lite.conv1" is in the group "blocks.3", "b1.act" in "b1".  Deep: its own name. */
static const char *group_name(struct arena *mem, const char *name, bool deep)
{
    const char *dot = strchr(name, '.');
    if (deep || !dot)
        return name;
    if (dot[1] >= '0' && dot[1] <= '9')
        dot += 1 + strspn(dot + 1, "0123456789");
    return arena_format(mem, "%.*s", (int)(dot - name), name);
}

static int find_group(const struct groups *g, const char *name)
{
    for (int i = 0; i < g->count; i++)
        if (!strcmp(g->name[i], name))
            return i;
    return -1;
}

static struct groups list_groups(struct arena *mem, const struct graph *g, bool deep)
{
    struct groups list = {NEW_ARRAY(mem, const char *, g->nnode + 1), 0, deep};
    for (int i = 0; i < g->nnode && g->node[i]->pass == PASS_FORWARD; i++) {
        const char *name = group_name(mem, g->node[i]->name, deep);
        if (find_group(&list, name) < 0)
            list.name[list.count++] = name;
    }
    return list;
}

/* A stretch of time and the groups that are at work in it. */
struct stretch {
    int left, right, from, to; /* from..to: groups */
    const char *name;
};

static struct stretch sweep_stretch(struct arena *mem, const struct panel *p, const struct groups *g, int s)
{
    struct stretch r = {sweep_left(p, s), sweep_left(p, s + 1), g->count, -1, NULL};
    const struct sweep *w = &p->program->sweep[s];
    for (int i = 0; i < w->ntask; i++) {
        const struct node *n = w->task[i].node;
        int at = find_group(g, group_name(mem, n->name, g->deep));
        if (at < 0 && strrchr(n->name, '.')) /* an update bears the parameter's name */
            at = find_group(
                g,
                group_name(mem, arena_format(mem, "%.*s", (int)(strrchr(n->name, '.') - n->name), n->name), g->deep));
        if (at >= 0 && at < r.from)
            r.from = at;
        if (at > r.to)
            r.to = at;
    }
    return r;
}

/* "blocks.3" and "blocks.5": "blocks.3-5", with a dash. */
static const char *range_name(struct arena *mem, const struct groups *g, const struct stretch *r)
{
    const char *a = g->name[r->from], *b = g->name[r->to];
    if (r->from == r->to)
        return a;
    a = group_name(mem, a, false);
    b = group_name(mem, b, false);
    if (!strcmp(a, b))
        return a;
    const char *dot = strrchr(a, '.');
    if (dot && !strncmp(a, b, (size_t)(dot - a + 1)))
        return arena_format(mem, "%s\xE2\x80\x93%s", a, b + (dot - a + 1));
    return arena_format(mem, "%s \xE2\x80\x93 %s", a, b);
}

static struct stretch *list_stretches(struct arena *mem, const struct panel *p, const struct groups *g, int *count)
{
    struct stretch *list = NEW_ARRAY(mem, struct stretch, p->program->nsweep + 1);
    bool turn = true; /* the loss parts the last forward sweep from the first backward one */
    *count = 0;
    for (int s = 0; s < p->program->nsweep; s++) {
        struct stretch r = sweep_stretch(mem, p, g, s);
        if (r.to < 0) {
            turn = turn || p->program->sweep[s].task[0].node->pass == PASS_LOSS;
            continue;
        }
        struct stretch *last = turn ? NULL : &list[*count - 1];
        if (last && r.from >= last->from && r.to <= last->to)
            last->right = r.right; /* its updates, or more of the same */
        else
            list[(*count)++] = r;
        turn = false;
    }
    for (int i = 0; i < *count; i++)
        list[i].name = range_name(mem, g, &list[i]);
    return list;
}

static bool fit_across(const struct stretch *list, int count)
{
    for (int i = 0; i < count; i++)
        if (draw_width(list[i].name, 120) + 60 > list[i].right - list[i].left)
            return false;
    return true;
}

static bool fit_turned(const struct stretch *list, int count)
{
    for (int i = 1; i < count; i++)
        if (list[i].right + list[i].left - list[i - 1].right - list[i - 1].left < 2 * SLANTED)
            return false;
    return true;
}

static int by_width(const void *a, const void *b)
{
    const struct stretch *x = a, *y = b;
    if (x->right - x->left != y->right - y->left)
        return x->right - x->left > y->right - y->left ? -1 : 1;
    return x->left - y->left;
}

/* Turned names, the widest stretches first, as many as there is room for. */
static int put_turned(struct text *t, const struct panel *p, struct stretch *list, int count)
{
    int y = p->top + p->height, longest = 0;
    int *taken = NEW_ARRAY(t->mem, int, count + 1), n = 0;
    qsort(list, (size_t)count, sizeof *list, by_width);
    for (int i = 0; i < count; i++) {
        int x = (list[i].left + list[i].right) / 2, k = 0;
        while (k < n && abs(taken[k] - x) >= SLANTED)
            k++;
        if (k < n)
            continue;
        taken[n++] = x;
        draw_line(t, x, y + 20, x, y + 60, "tick");
        draw_turned(t, x + 35, y + 130, -40, "s e", list[i].name);
        int width = draw_width(list[i].name, 120);
        longest = width > longest ? width : longest;
    }
    return 160 + longest * 64 / 100;
}

static int put_across(struct text *t, const struct panel *p, const struct stretch *list, int count)
{
    int y = p->top + p->height;
    for (int i = 0; i < count; i++) {
        draw_line(t, list[i].left + 15, y + 50, list[i].right - 15, y + 50, "tick");
        draw_text(t, (list[i].left + list[i].right) / 2, y + 170, "s m", list[i].name);
    }
    return 220;
}

int axis_names(struct text *t, const struct panel *p, const struct graph *g)
{
    int count = 0;
    struct stretch *list = NULL;
    for (int deep = 1; deep >= 0; deep--) {
        struct groups groups = list_groups(t->mem, g, deep);
        list = list_stretches(t->mem, p, &groups, &count);
        if (fit_turned(list, count))
            break;
    }
    return fit_across(list, count) ? put_across(t, p, list, count) : put_turned(t, p, list, count);
}

/* ---- addresses ---- */

void axis_title(struct text *t, const struct panel *p, const char *words)
{
    draw_turned(t, p->left - 600, p->top + p->height / 2, -90, "s m", words);
}

/* "0.25 MiB": all ticks in the unit that suits the distance between them. */
static const char *tick_text(struct arena *mem, int64_t bytes, int64_t each)
{
    static const char *const units[] = {"B", "KiB", "MiB"};
    int unit = each < 1 << 9 ? 0 : each < 1 << 18 ? 1 : 2;
    int64_t one = (int64_t)1 << 10 * unit, hundredths = bytes * 100 / one;
    if (hundredths % 10)
        return arena_format(mem, "%lld.%02lld %s", (long long)(hundredths / 100), (long long)(hundredths % 100),
                            units[unit]);
    if (hundredths % 100)
        return arena_format(mem, "%lld.%lld %s", (long long)(hundredths / 100), (long long)(hundredths % 100 / 10),
                            units[unit]);
    return bytes ? arena_format(mem, "%lld %s", (long long)(hundredths / 100), units[unit]) : "0";
}

void axis_bytes(struct text *t, const struct panel *p, int most)
{
    int64_t each = 16;
    while (p->bytes / each > most)
        each *= 2;
    for (int64_t at = 0; at <= p->bytes; at += each) {
        int y = panel_y(p, at);
        draw_line(t, p->left - 40, y, p->left, y, "tick");
        draw_text(t, p->left - 70, y + 38, "s e", tick_text(t->mem, at, each));
    }
}
