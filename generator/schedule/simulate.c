/* SPDX-License-Identifier: MIT */
/* Runs the sweeps of an outline dry: who makes which row when, how large each ring must be, when each
 * row is born and when it dies.
 *
 * Rows are made on demand.  To make a strip of a node, first make the rows of its inputs that the strip
 * needs, recursively; windows only move down, so every node makes its rows once, from top to bottom.
 * Accumulators take a row as soon as it exists, so that it can die early.  The method and its proof of
 * concept: a row dies when the next window of every reader begins below it. */
#include "schedule/schedule.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct dry_run {
    struct program *p;
    struct copy **current; /* by val id: its latest copy */
    struct sweep *sweep;
    int index; /* of the sweep */
};

/* ---- copies and who reads them ---- */

static struct copy *copy_new(struct program *p, struct val *v, int sweep)
{
    struct copy *c = NEW(p->mem, struct copy);
    *c = (struct copy){.val = v, .sweep = sweep, .last = sweep};
    GROW(p->mem, p->copy, p->ncopy, p->copy_capacity);
    return p->copy[p->ncopy++] = c;
}

static void add_reader(struct program *p, struct copy *c, struct task *t, int input)
{
    int capacity = c->capacity;
    GROW(p->mem, c->reader, c->nreader, c->capacity);
    if (c->capacity != capacity) {
        int *bigger = NEW_ARRAY(p->mem, int, c->capacity);
        if (c->nreader)
            memcpy(bigger, c->reader_input, sizeof *bigger * (size_t)c->nreader);
        c->reader_input = bigger;
    }
    c->reader[c->nreader] = t;
    c->reader_input[c->nreader++] = input;
    c->last = t->sweep;
    c->stored = true;
}

bool in_scratch(const struct graph *g, const struct val *v)
{
    return v->role == ROLE_TEMP || (v->role == ROLE_INPUT && g->spec->input.in_scratch);
}

/* A task reads the copy of its own sweep if there is one, else the latest before. */
static void connect(struct dry_run *r, const struct graph *g, struct sweep *s)
{
    for (int i = 0; i < s->ntask; i++) {
        struct task *t = &s->task[i];
        for (int k = 0; k < t->node->nout; k++)
            if (t->node->out[k] && in_scratch(g, t->node->out[k])) {
                t->out[k] = r->current[t->node->out[k]->id] = copy_new(r->p, t->node->out[k], t->sweep);
                t->out[k]->maker = t;
            }
    }
    for (int i = 0; i < s->ntask; i++) {
        struct task *t = &s->task[i];
        for (int k = 0; k < t->node->nin; k++) {
            struct val *v = t->node->in[k];
            if (!v || !in_scratch(g, v))
                continue;
            assert(r->current[v->id]);
            t->in[k] = r->current[v->id];
            add_reader(r->p, t->in[k], t, k);
        }
    }
}

/* Optional outputs that nobody reads are not made. */
static void drop_unread(struct program *p)
{
    for (int s = 0; s < p->nsweep; s++)
        for (int i = 0; i < p->sweep[s].ntask; i++) {
            struct task *t = &p->sweep[s].task[i];
            for (int k = 0; k < t->node->nout; k++)
                if (t->out[k] && !t->out[k]->stored && !t->out[k]->kept && t->node->op->out[k].optional) {
                    struct node *without = NEW(p->mem, struct node);
                    *without = *t->node;
                    without->complete = t->node->complete ? t->node->complete : t->node;
                    without->out[k] = NULL;
                    t->node = without;
                    t->out[k] = NULL;
                }
        }
}

/* ---- buffers ---- */

/* The copy whose rows t->out[0] may overwrite, or NULL. */
static struct copy *overwritten(const struct graph *g, const struct task *t)
{
    int i = t->node->op->inplace - 1;
    bool again = t->node == g->loss && g->spec->input.streamed; /* scores may be asked for once more */
    if (i < 0 || !t->in[i] || !t->out[0] || again)
        return NULL;
    struct copy *c = t->in[i];
    bool same = val_row_bytes(c->val) == val_row_bytes(t->out[0]->val) && c->val->h == t->out[0]->val->h;
    return c->nreader == 1 && !c->kept && c->sweep >= 0 && same ? c : NULL;
}

static struct buffer *buffer_new(struct program *p, const struct copy *c, int *capacity)
{
    struct buffer *b = NEW(p->mem, struct buffer);
    *b = (struct buffer){.val = c->val, .row_bytes = val_row_bytes(c->val), .id = p->nbuffer};
    GROW(p->mem, p->buffer, p->nbuffer, *capacity);
    return p->buffer[p->nbuffer++] = b;
}

static void assign_buffers(struct program *p, const struct graph *g)
{
    int capacity = 0;
    for (int i = 0; i < p->ncopy; i++) /* the image, if it is in scratch */
        if (p->copy[i]->sweep < 0)
            p->copy[i]->buffer = buffer_new(p, p->copy[i], &capacity);
    for (int s = 0; s < p->nsweep; s++)
        for (int i = 0; i < p->sweep[s].ntask; i++) {
            struct task *t = &p->sweep[s].task[i];
            for (int k = 0; k < t->node->nout; k++) {
                if (!t->out[k])
                    continue;
                struct copy *old = k == 0 ? overwritten(g, t) : NULL;
                t->out[k]->buffer = old ? old->buffer : buffer_new(p, t->out[k], &capacity);
            }
        }
    for (int i = 0; i < p->ncopy; i++) {
        struct copy *c = p->copy[i];
        struct buffer *b = c->buffer;
        if (!b)
            continue;
        b->name = c->val->name;
        b->tail = c;
        b->full = b->full || c->kept || c->last > c->sweep || c->sweep < 0;
    }
    for (int i = 0; i < p->nbuffer; i++) {
        struct buffer *b = p->buffer[i];
        int h = b->val->h;
        b->rows = b->full ? h : 0;
        b->first = INT_MAX;
        b->birth = NEW_ARRAY(p->mem, int, h);
        b->death = NEW_ARRAY(p->mem, int, h);
        for (int y = 0; y < h; y++)
            b->birth[y] = INT_MAX;
    }
}

/* ---- making rows ---- */

static void born(struct dry_run *r, struct copy *c, int y1)
{
    struct buffer *b = c->buffer;
    int now = r->p->steps;
    for (int y = c->top; y < y1; y++)
        if (b->birth[y] > now)
            b->birth[y] = now;
    if (b->first > now)
        b->first = now;
    c->top = y1;
}

static void die(struct dry_run *r, struct copy *c, int y1)
{
    struct buffer *b = c->buffer;
    for (int y = c->freed; y < y1; y++)
        if (b->death[y] < r->p->steps + 1)
            b->death[y] = r->p->steps + 1;
    if (c->freed < y1) {
        c->freed = y1;
        b->last = r->p->steps + 1;
    }
}

/* Rows of c above the next windows of all its readers are dead. */
static void free_rows(struct dry_run *r, struct copy *c)
{
    if (!c || c->kept || c->last > r->index)
        return;
    int least = c->made;
    for (int i = 0; i < c->nreader; i++) {
        struct task *t = c->reader[i];
        int lo, hi;
        if (t->sweep != r->index || t->done >= node_steps(t->node))
            continue;
        node_rows(t->node, c->reader_input[i], t->done, &lo, &hi);
        if (lo < least)
            least = lo;
    }
    die(r, c, least);
}

static bool accumulates(const struct task *t)
{
    return t->node->op->stepping == STEP_ACCUMULATE;
}

static void make(struct dry_run *r, struct task *t, int y1);

/* How many steps t can take with the rows that are there. */
static int possible(const struct task *t)
{
    int steps = node_steps(t->node), y = t->done;
    for (; y < steps; y++)
        for (int k = 0; k < t->node->nin; k++) {
            int lo, hi;
            if (!t->in[k])
                continue;
            node_rows(t->node, k, y, &lo, &hi);
            if (lo <= hi && t->in[k]->made <= hi)
                return y;
        }
    return y;
}

/* Strip by strip, so that every step of a task is as tall as the others. */
static void take_early(struct dry_run *r, struct task *t)
{
    int steps = node_steps(t->node), there = possible(t);
    while (t->done < steps) {
        int next = t->done + t->strip < steps ? t->done + t->strip : steps;
        if (next > there)
            return;
        make(r, t, next);
    }
}

/* The last row of input k that steps y0..y1 read.  Windows may lie in the padding, above the map or below, and
 * see nothing of it. */
static int last_read(const struct node *n, int k, int y0, int y1)
{
    int lo, hi;
    while (y1-- > y0) {
        node_rows(n, k, y1, &lo, &hi);
        if (lo <= hi)
            return hi;
    }
    return -1;
}

static void demand_inputs(struct dry_run *r, struct task *t, int y1)
{
    for (int k = 0; k < t->node->nin; k++) {
        struct copy *c = t->in[k];
        if (!c || c->sweep != r->index)
            continue;
        int last = last_read(t->node, k, t->done, y1);
        while (c->made <= last) {
            struct task *m = c->maker;
            int steps = node_steps(m->node), next = m->done + m->strip;
            make(r, m, next < steps ? next : steps);
        }
    }
}

/* Steps done..y1 of a task: demand the rows it reads, give the new rows space, let dead rows die. */
static void make(struct dry_run *r, struct task *t, int y1)
{
    int y0 = t->done, steps = node_steps(t->node);
    demand_inputs(r, t, y1);
    if (t->done != y0)
        return; /* an accumulator that was fed while its rows were being made */
    GROW(r->p->mem, r->sweep->step, r->sweep->nstep, r->sweep->capacity);
    r->sweep->step[r->sweep->nstep++] = (struct step){(int)(t - r->sweep->task), y0, y1};
    bool rows = t->node->op->stepping == STEP_ROWS;
    for (int k = 0; k < NODE_OUT; k++)
        if (t->out[k])
            born(r, t->out[k], rows ? y1 : t->out[k]->val->h);
    for (int k = 0; k < NODE_OUT; k++) { /* a ring holds what is alive at its fullest */
        struct buffer *b = t->out[k] ? t->out[k]->buffer : NULL;
        if (b && !b->full && b->rows < t->out[k]->top - b->tail->freed)
            b->rows = t->out[k]->top - b->tail->freed;
    }
    t->done = y1;
    for (int k = 0; k < NODE_OUT; k++)
        if (t->out[k] && (rows || y1 == steps))
            t->out[k]->made = t->out[k]->top;
    for (int k = 0; k < NODE_IN; k++)
        free_rows(r, t->in[k]);
    for (int k = 0; k < NODE_OUT; k++)
        free_rows(r, t->out[k]);
    r->p->steps++;
    for (int k = 0; k < NODE_OUT; k++)
        for (int i = 0; t->out[k] && i < t->out[k]->nreader; i++) {
            struct task *a = t->out[k]->reader[i];
            if (a->sweep == r->index && accumulates(a))
                take_early(r, a);
        }
}

/* ---- a sweep ---- */

/* Tasks that nobody in the sweep but accumulators reads: the sweep is there for them. */
static bool is_root(const struct dry_run *r, const struct task *t)
{
    if (accumulates(t) || t->node->op->stepping == STEP_ONCE)
        return true;
    for (int k = 0; k < NODE_OUT; k++)
        for (int i = 0; t->out[k] && i < t->out[k]->nreader; i++)
            if (t->out[k]->reader[i]->sweep == r->index && !accumulates(t->out[k]->reader[i]))
                return false;
    return true;
}

/* The root that is furthest behind, in relative terms; of equals the one that comes last. */
static struct task *next_root(struct dry_run *r, const bool *root)
{
    struct task *best = NULL;
    double least = 0;
    for (int i = r->sweep->ntask - 1; i >= 0; i--) {
        struct task *t = &r->sweep->task[i];
        int steps = node_steps(t->node);
        if (!root[i] || t->done >= steps)
            continue;
        double progress = (double)(t->done + 1) / steps + (accumulates(t) ? 1e-9 : 0);
        if (!best || progress < least) {
            best = t;
            least = progress;
        }
    }
    return best;
}

static void run_sweep(struct dry_run *r)
{
    struct sweep *s = r->sweep;
    bool *root = NEW_ARRAY(r->p->mem, bool, s->ntask);
    s->first = r->p->steps;
    for (int i = 0; i < s->ntask; i++)
        root[i] = is_root(r, &s->task[i]);
    for (int i = 0; i < s->ntask; i++)
        if (accumulates(&s->task[i]))
            take_early(r, &s->task[i]);
    for (struct task *t; (t = next_root(r, root));) {
        int steps = node_steps(t->node), next = t->done + t->strip;
        make(r, t, next < steps ? next : steps);
    }
    for (int i = 0; i < s->ntask; i++) { /* rows that a later sweep reads, though nobody here does */
        struct task *t = &s->task[i];
        bool wanted = t->node->op->given; /* they come, whether anybody reads them or not */
        for (int k = 0; k < NODE_OUT; k++)
            wanted = wanted || (t->out[k] && (t->out[k]->last > r->index || t->out[k]->kept));
        while (wanted && t->done < node_steps(t->node)) {
            int next = t->done + t->strip;
            make(r, t, next < node_steps(t->node) ? next : node_steps(t->node));
        }
    }
    r->p->steps--; /* what was made but never asked for dies with the sweep's last step */
    for (int i = 0; i < r->p->ncopy; i++) {
        struct copy *c = r->p->copy[i];
        if (!c->kept && c->last == r->index)
            die(r, c, c->made);
    }
    r->p->steps++;
}

/* ---- results ---- */

/* A tensor that its sweep never makes, because all windows over it lie in the padding, is passed to its reader all
 * the same: it has a place in the sweep's first step. */
static void place_unmade(const struct program *p, struct buffer *b)
{
    b->first = p->sweep[b->tail->sweep].first;
    b->last = b->first + 1;
    for (int y = 0; y < b->val->h; y++)
        b->death[y] = b->last;
}

static void finish_buffers(struct program *p)
{
    for (int i = 0; i < p->nbuffer; i++) {
        struct buffer *b = p->buffer[i];
        if (b->first == INT_MAX)
            place_unmade(p, b);
        if (b->rows == 0)
            b->rows = 1; /* made, but read by nobody: it still needs a place to be written to */
        if (b->rows == b->val->h)
            b->full = true; /* a ring as tall as its tensor: no row takes another's place */
        if (!b->full) {
            b->birth[0] = b->first;
            b->death[0] = b->last;
        }
        b->bytes = b->rows * b->row_bytes;
        for (int y = 0; b->full && y < b->rows; y++) {
            if (b->birth[y] == INT_MAX)
                b->birth[y] = b->first;
            if (b->tail->kept || b->death[y] <= b->birth[y])
                b->death[y] = p->steps;
            if (b->death[y] > b->last)
                b->last = b->death[y];
        }
    }
}

/* Most bytes alive at one time: rings whole while they are used, maps row by row. */
static void find_bound(struct program *p)
{
    int64_t *change = NEW_ARRAY(p->mem, int64_t, p->steps + 2), alive = 0;
    for (int i = 0; i < p->nbuffer; i++) {
        const struct buffer *b = p->buffer[i];
        int parts = b->full ? b->rows : 1;
        for (int y = 0; y < parts; y++) {
            change[b->birth[y]] += b->full ? b->row_bytes : b->bytes;
            change[b->death[y]] -= b->full ? b->row_bytes : b->bytes;
        }
    }
    for (int t = 0; t < p->steps; t++) {
        alive += change[t];
        if (alive > p->bound) {
            p->bound = alive;
            p->peak = t;
        }
    }
}

static void count_macs(struct program *p, const struct graph *g)
{
    bool *seen = NEW_ARRAY(p->mem, bool, g->nval);
    for (int s = 0; s < p->nsweep; s++)
        for (int i = 0; i < p->sweep[s].ntask; i++) {
            struct task *t = &p->sweep[s].task[i];
            const struct node *n = t->node;
            for (int k = 0; k < NODE_OUT; k++)
                if (n->out[k]) { /* one that nobody reads this time is absent */
                    t->again = t->again || seen[n->out[k]->id];
                    seen[n->out[k]->id] = true;
                }
            p->macs[t->again ? 2 : n->pass == PASS_FORWARD ? 0 : 1] += node_macs(n);
        }
}

static void add_sources(struct dry_run *r, const struct graph *g, const struct vals *sources)
{
    for (int i = 0; i < sources->count; i++) {
        struct val *v = sources->list[i];
        if (in_scratch(g, v)) {
            struct copy *c = r->current[v->id] = copy_new(r->p, v, -1);
            c->made = v->h;
        }
    }
}

/* As many rows of a strip as the spec allows multiply-adds in one call of a kernel; one, if that is too many. */
static int bounded_strip(const struct graph *g, const struct node *n, int strip)
{
    int64_t most = g->spec->budget.yield, macs = node_macs(n);
    int64_t rows = most && macs ? most * node_steps(n) / macs : strip;
    return rows >= strip ? strip : rows > 1 ? (int)rows : 1;
}

static void add_sweep(struct dry_run *r, const struct graph *g, const struct sweep_outline *from, int index)
{
    struct arena *mem = r->p->mem;
    struct sweep *to = &r->p->sweep[index];
    *to = (struct sweep){.title = arena_string(mem, from->title), /* the outline does not stay */
                         .task = NEW_ARRAY(mem, struct task, from->nnode),
                         .ntask = from->nnode,
                         .late = from->late};
    for (int i = 0; i < from->nnode; i++)
        to->task[i] =
            (struct task){.node = from->node[i],
                          .strip = from->node[i]->op->given ? 1 : bounded_strip(g, from->node[i], from->strip[i]),
                          .sweep = index};
    connect(r, g, to);
}

struct program *simulate(struct arena *mem, const struct graph *g, const struct outline *o, const struct vals *sources,
                         const struct vals *keep)
{
    const struct outline folded = outline_folded(mem, o, keep);
    struct program *p = NEW(mem, struct program);
    struct dry_run r = {p, NEW_ARRAY(mem, struct copy *, g->nval), NULL, 0};
    *p = (struct program){.mem = mem, .sweep = NEW_ARRAY(mem, struct sweep, o->nsweep), .nsweep = o->nsweep};
    add_sources(&r, g, sources);
    for (int s = 0; s < o->nsweep; s++)
        add_sweep(&r, g, &folded.sweep[s], s);
    for (int i = 0; i < keep->count; i++)
        if (r.current[keep->list[i]->id])
            r.current[keep->list[i]->id]->kept = true;
    drop_unread(p);
    assign_buffers(p, g);
    for (int i = 0; i < p->ncopy; i++)
        if (p->copy[i]->sweep < 0)
            born(&r, p->copy[i], p->copy[i]->val->h);
    for (r.index = 0; r.index < p->nsweep; r.index++) {
        r.sweep = &p->sweep[r.index];
        run_sweep(&r);
    }
    finish_buffers(p);
    find_bound(p);
    count_macs(p, g);
    return p;
}
