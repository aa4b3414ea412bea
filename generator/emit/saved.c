/* SPDX-License-Identifier: MIT */
/* How a net is saved (docs/saved.md): the table of its tensors, which stands in flash and in every save, and the numbers
 * that say what the save belongs to. */
#include "base/word.h"
#include "emit/names.h"
#include "ops/ops.h"

#include <string.h>

struct saved_table {
    struct arena *mem;
    struct text bytes;
    struct text learnt; /* a byte an entry: 1 for values, 0 for what learning needs beside them */
    int64_t from;       /* the first byte of the net that is saved */
    int count;
};

static void put_word(struct text *t, uint32_t word)
{
    unsigned char bytes[4];
    word_put(bytes, word);
    text_bytes(t, (const char *)bytes, sizeof bytes);
}

/* offset, {type, rank, bytes of the name, 0}, sizes from the outermost on, the name, zeros up to a whole word.
 * Offsets count from the first value until it is known how long the table is. */
static void put_entry(struct saved_table *t, const char *name, int type, const int *size, int rank, int64_t offset)
{
    size_t length = strlen(name);
    put_word(&t->bytes, (uint32_t)(offset - t->from));
    put_word(&t->bytes, (uint32_t)type | (uint32_t)rank << 8 | (uint32_t)length << 16);
    for (int i = 0; i < rank; i++)
        put_word(&t->bytes, (uint32_t)size[i]);
    text_bytes(&t->bytes, name, length);
    while (t->bytes.length % 4)
        text_bytes(&t->bytes, "", 1);
    t->count++;
}

/* A slice is one of certain channels: its name ends in their hash, so that slices of one name are the same. */
static const char *saved_name(struct arena *mem, const struct val *v)
{
    uint64_t h = HASH_START;
    if (!v->param || !v->param->nchannel)
        return v->name;
    for (int i = 0; i < v->param->nchannel; i++)
        h = hash_word(h, (uint32_t)v->param->channel[i]);
    return arena_format(mem, "%s@%08x", v->name, (unsigned)(h >> 32));
}

/* In the order of its elements in the net, which the rank tells: see docs/saved.md. */
static void put_tensor(void *user, const struct val *v, int64_t offset)
{
    struct saved_table *t = user;
    const struct param *p = v->param;
    const char *name = saved_name(t->mem, v);
    bool learnt = v->role == ROLE_TRAINED || v->content == CONTENT_COUNTS;
    int type = v->type == BF16 ? SAVED_BFLOAT16 : SAVED_FLOAT32;
    if (is_range(v) || v->content == CONTENT_COUNTS)
        put_entry(t, name, SAVED_INT32, &v->c, 1, offset);
    else if (v->content == CONTENT_VECTOR)
        put_entry(t, name, type, p->shape, 1, offset);
    else if (v->content == CONTENT_DEPTHWISE)
        put_entry(t, name, type, (int[]){p->shape[2], p->shape[3], p->shape[0]}, 3, offset);
    else
        put_entry(t, name, type, (int[]){p->groups, p->shape[2], p->shape[3], p->shape[1], p->shape[0] / p->groups}, 5,
                  offset);
    text_bytes(&t->learnt, learnt ? "1" : "0", 1);
}

static unsigned char *byte_at(const struct text *t, size_t at)
{
    return (unsigned char *)t->at + at;
}

/* Where the entry behind the one at `at` begins. */
static size_t entry_end(const struct text *t, size_t at)
{
    int rank = (unsigned char)t->at[at + 5], name = (unsigned char)t->at[at + 6];
    return at + 8 + 4 * (size_t)rank + (size_t)(name + 3) / 4 * 4;
}

/* From here on offsets count from the save's first byte. */
static void move_offsets(struct text *t, uint32_t by)
{
    for (size_t at = 0; at < t->length; at = entry_end(t, at))
        word_put(byte_at(t, at), word_at(byte_at(t, at)) + by);
}

/* The table for the template: a list of { entry = (where it is), learnt =, offset =, type =, name =, sizes... }. */
static void push_entries(lua_State *L, struct arena *mem, const struct text *t, const struct text *learnt)
{
    int count = 0;
    lua_newtable(L);
    for (size_t at = 0; at < t->length; at = entry_end(t, at)) {
        int rank = (unsigned char)t->at[at + 5], name = (unsigned char)t->at[at + 6];
        lua_newtable(L);
        set_int(L, "entry", (int64_t)at);
        set_flag(L, "learnt", learnt->at[count] == '1');
        set_int(L, "offset", word_at(byte_at(t, at)));
        set_int(L, "type", t->at[at + 4]);
        set_text(L, "name", arena_format(mem, "%.*s", name, t->at + at + 8 + 4 * (size_t)rank));
        for (int i = 0; i < rank; i++) {
            lua_pushinteger(L, word_at(byte_at(t, at + 8 + 4 * (size_t)i)));
            lua_rawseti(L, -2, i + 1);
        }
        lua_rawseti(L, -2, ++count);
    }
    lua_setfield(L, -2, "save_table");
}

static uint32_t hash_of(const struct text *t)
{
    uint64_t h = HASH_START;
    for (size_t i = 0; i < t->length; i++)
        h = hash_word(h, (unsigned char)t->at[i]);
    return (uint32_t)(h >> 32);
}

static void first_half(void *user, const struct val *v, int64_t offset)
{
    int64_t *half = user;
    if (v->type == BF16 && *half > offset)
        *half = offset;
}

static struct saved_table table_of(struct arena *mem, const struct graph *g)
{
    bool adam = g->loss && g->spec->train.optimizer.kind == OPTIMIZER_ADAM;
    struct saved_table t = {mem, text_new(mem), text_new(mem), NET_FIELDS_BYTES - (adam ? 8 : 0), 0};
    if (adam) {
        put_entry(&t, "corrections", SAVED_FLOAT32, (int[]){2}, 1, t.from);
        text_bytes(&t.learnt, "0", 1);
    }
    each_field(g, put_tensor, &t);
    move_offsets(&t.bytes, (uint32_t)(SAVE_HEAD_BYTES + t.bytes.length));
    return t;
}

static int64_t bytes_of(const struct saved_table *t, const struct plan *p)
{
    return SAVE_HEAD_BYTES + (int64_t)t->bytes.length + p->net - t->from;
}

int64_t saved_bytes(struct arena *mem, const struct graph *g, const struct plan *p)
{
    const struct saved_table t = table_of(mem, g);
    return bytes_of(&t, p);
}

int64_t store_mark_bytes(const struct flash_store *s)
{
    return s->write < 8 ? 8 : s->write;
}

bool store_holds(struct arena *mem, const struct graph *g, const struct plan *p)
{
    const struct flash_store *s = &g->spec->store;
    if (!s->slots)
        return true;
    int64_t save = saved_bytes(mem, g, p), need = (save + s->write - 1) / s->write * s->write + store_mark_bytes(s);
    if (need <= s->slot)
        return true;
    diag_error(g->diag, s->loc, "slot",
               arena_format(mem, "slot = %lld is the least for 'erase'; more leaves room for a network that grows",
                            (long long)((need + s->erase - 1) / s->erase * s->erase)),
               "does not fit: a save of this network and its mark take %lld bytes, a slot has %lld", (long long)need,
               (long long)s->slot);
    return false;
}

/* What store.c.tpl asks of the spec's store. */
static void push_store(lua_State *L, const struct flash_store *s)
{
    lua_newtable(L);
    set_int(L, "slots", s->slots);
    set_int(L, "slot", s->slot);
    set_int(L, "erase", s->erase);
    set_int(L, "write", s->write);
    set_int(L, "mark_bytes", store_mark_bytes(s));
    lua_setfield(L, -2, "store");
}

struct saved_form saved_form(struct arena *mem, const struct graph *g)
{
    const struct saved_table t = table_of(mem, g);
    return (struct saved_form){base_hash(g), hash_of(&t.bytes), t.bytes, t.count};
}

struct name_search {
    struct arena *mem;
    const char *wanted;
    int nth;
    const struct val *found;
};

static void search_name(void *user, const struct val *v, int64_t offset)
{
    struct name_search *s = user;
    (void)offset;
    if (!strcmp(saved_name(s->mem, v), s->wanted) && !--s->nth)
        s->found = v;
}

const struct val *saved_val(struct arena *mem, const struct graph *g, const char *name, int nth)
{
    struct name_search s = {mem, name, nth, NULL};
    each_field(g, search_name, &s);
    return s.found;
}

void push_saved(lua_State *L, struct arena *mem, const struct graph *g, const struct plan *p)
{
    const struct saved_table t = table_of(mem, g);
    int64_t halves = p->net;
    each_field(g, first_half, &halves);
    set_text(L, "base", arena_format(mem, "0x%08xu", (unsigned)base_hash(g)));
    set_text(L, "layout", arena_format(mem, "0x%08xu", (unsigned)hash_of(&t.bytes)));
    set_int(L, "tensors", t.count);
    push_entries(L, mem, &t.bytes, &t.learnt);
    set_int(L, "table_bytes", (int64_t)t.bytes.length);
    set_int(L, "save_head", SAVE_HEAD_BYTES);
    set_int(L, "save_from", t.from);
    set_int(L, "save_halves", halves);
    set_int(L, "save_bytes", bytes_of(&t, p));
    set_flag(L, "adopts", p->train && g->spec->train.adopt);
    set_flag(L, "stores", g->spec->store.slots && p->train);
    push_store(L, &g->spec->store);
}
