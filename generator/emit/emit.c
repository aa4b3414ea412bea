/* SPDX-License-Identifier: MIT */
/* Renders the templates: kernels first, for they say which helpers and tiles they need, then the file. */
#include "emit/names.h"

#include <stdlib.h>
#include <string.h>

struct emitter {
    struct arena *mem;
    const struct graph *g;
    const struct halves *halves; /* NULL: the network is whole */
    const struct plan *plan;
    struct kernels kernels;
    struct emission how;
    struct emitted *result;
};

enum { MAP_WIDTH = 90 }; /* of the maps at the head of the file */

static struct emitter *emitter_of(lua_State *L)
{
    return *(struct emitter **)lua_getextraspace(L);
}

static const char *source(lua_State *L, const char *name)
{
    struct emitter *e = emitter_of(L);
    const char *text = e->how.templates ? embedded_text(e->mem, e->how.templates, name) : NULL;
    text = text ? text : embedded_text(e->mem, NULL, name);
    if (!text)
        luaL_error(L, "there is no template '%s'", name);
    return text;
}

static int source_for_lua(lua_State *L)
{
    lua_pushstring(L, source(L, luaL_checkstring(L, 1)));
    return 1;
}

static void set_registered(lua_State *L, const char *name)
{
    lua_getfield(L, LUA_REGISTRYINDEX, name);
    lua_setfield(L, -2, name);
}

/* Renders the template `name` with the variables in the table on top of the stack, which it pops. */
static struct text render(lua_State *L, const char *name)
{
    struct text t = text_new(emitter_of(L)->mem);
    set_registered(L, "need");
    set_registered(L, "target");
    lua_getfield(L, LUA_REGISTRYINDEX, "template");
    lua_getfield(L, -1, "render");
    lua_pushstring(L, name);
    lua_pushstring(L, source(L, name));
    lua_pushvalue(L, -5);
    lua_call(L, 3, 1);
    for (int i = 1; lua_geti(L, -1, i) != LUA_TNIL; i++) {
        size_t length;
        const char *text = lua_tolstring(L, -1, &length);
        if (text)
            text_bytes(&t, text, length);
        else
            text_later(&t, array_text, lua_touserdata(L, -1));
        lua_pop(L, 1);
    }
    lua_pop(L, 4);
    return t;
}

static const char *render_kernels(lua_State *L)
{
    struct emitter *e = emitter_of(L);
    const char *yield = arena_format(e->mem, "%s_YIELD();", upper_name(e->mem, e->g->spec->name));
    lua_newtable(L);
    lua_setfield(L, LUA_REGISTRYINDEX, "shared");
    for (int i = 0; i < e->kernels.count; i++) {
        const struct kernel *k = &e->kernels.list[i];
        const struct op *op = k->node->op;
        lua_newtable(L);
        push_bindings(L, &k->bindings);
        set_text(L, "fn", k->name);
        set_text(L, "params", k->params);
        set_text(L, "users", k->users.at);
        set_int(L, "macs", node_macs(k->node));
        set_text(L, "yield", yield);
        set_registered(L, "shared");
        render(L, arena_format(e->mem, "%s.c.tpl", op->template ? op->template : op->name));
    }
    lua_getfield(L, LUA_REGISTRYINDEX, "template");
    lua_getfield(L, -1, "kernels");
    lua_getfield(L, LUA_REGISTRYINDEX, "shared");
    lua_call(L, 1, 1);
    const char *text = arena_string(e->mem, lua_tostring(L, -1));
    lua_pop(L, 2);
    return text;
}

/* A source of runtime_min/ without its #include lines and its licence: the output has its own. */
static const char *runtime(lua_State *L, const char *name)
{
    struct arena *mem = emitter_of(L)->mem;
    struct text t = text_new(mem);
    for (const char *p = source(L, name); *p;) {
        size_t n = strcspn(p, "\n");
        if (strncmp(p, "#include", 8) && strncmp(p, "/* SPDX", 7))
            text_put(&t, "%.*s\n", (int)n, p);
        p += n + (p[n] == '\n');
    }
    return t.at;
}

static void push_schedule(lua_State *L, const struct rate_schedule *s)
{
    static const char *const kinds[] = {[RATE_CONSTANT] = "constant", [RATE_COSINE] = "cosine", [RATE_STEPS] = "steps"};
    set_flag(L, "scheduled", s->kind != RATE_CONSTANT || s->warmup);
    lua_newtable(L);
    set_text(L, "kind", kinds[s->kind]);
    set_int(L, "warmup", s->warmup);
    set_int(L, "steps", s->steps);
    set_real(L, "least", s->least);
    set_real(L, "factor", s->factor);
    lua_setfield(L, -2, "schedule");
}

static void push_optimizer(lua_State *L, const struct train *t)
{
    static const char *const kinds[] = {
        [OPTIMIZER_SGD] = "sgd", [OPTIMIZER_ADAM] = "adam", [OPTIMIZER_RECORD] = "record"};
    const struct optimizer *o = &t->optimizer;
    bool momentum = o->kind == OPTIMIZER_SGD && o->momentum > 0;
    set_text(L, "optimizer", momentum ? "sgd_momentum" : kinds[o->kind]);
    set_real(L, "rate", o->rate);
    set_real(L, "momentum", o->momentum);
    set_real(L, "decay", o->weight_decay);
    set_flag(L, "decay_weights", t->decay_weights && o->weight_decay > 0);
    set_real(L, "beta1", o->beta1);
    set_real(L, "beta2", o->beta2);
    set_real(L, "eps", o->eps);
    set_real(L, "clip", t->clip);
    set_int(L, "batch", t->batch);
    set_text(L, "loss", t->loss == LOSS_MSE ? "mse" : "softmax_cross_entropy");
    set_real(L, "smoothing", t->label_smoothing);
    push_schedule(L, &t->schedule);
}

/* The largest number that an int of the output has to hold: an index of an element, or a step. */
static int64_t largest_int(const struct graph *g, const struct plan *p)
{
    int64_t most = p->train ? p->train->steps : p->predict->steps;
    for (int i = 0; i < g->nval; i++) {
        int64_t count = (int64_t)g->val[i]->h * g->val[i]->w * g->val[i]->c;
        most = count > most ? count : most;
    }
    return most;
}

static void push_sizes(lua_State *L, const struct plan *p, const struct graph *g)
{
    set_int(L, "net_bytes", p->net);
    int64_t scratch = p->scratch_train > p->scratch_infer ? p->scratch_train : p->scratch_infer;
    set_int(L, "scratch_bytes", p->recorded ? p->recorded : scratch);
    set_flag(L, "records", p->recorded > 0);
    set_int(L, "predict_scratch_bytes", p->scratch_infer);
    set_int(L, "stack_bytes", p->stack);
    set_int(L, "stack_unoptimised_bytes", p->stacks.unoptimised);
    set_int(L, "stack_wide_bytes", p->stacks.wide);
    set_int(L, "stack_vector_bytes", p->stacks.vector);
    set_int(L, "total_bytes", p->total);
    set_int(L, "flash_bytes", plan_flash(p, g));
    set_int(L, "bound_bytes", p->lower_bound);
    set_int(L, "image_offset", p->image_offset);
    set_int(L, "stream_bytes", p->stream.bytes);
    set_int(L, "stream_gradient", p->stream.gradient);
    set_int(L, "largest_int", largest_int(g, p));
    set_int(L, "yield_macs", p->longest.macs);
}

/* What both net.c.tpl and net.h.tpl see. */
static void push_common(lua_State *L)
{
    struct emitter *e = emitter_of(L);
    const struct graph *g = e->g;
    const char *slash = strrchr(g->spec->path, '/');
    lua_newtable(L);
    set_text(L, "name", g->spec->name);
    set_text(L, "NAME", upper_name(e->mem, g->spec->name));
    set_text(L, "version", TINYTL_VERSION);
    set_text(L, "spec_file", slash ? slash + 1 : g->spec->path);
    set_text(L, "spec_hash", arena_format(e->mem, "%016llx", (unsigned long long)g->spec->hash));
    set_text(L, "weights_hash",
             g->weights ? arena_format(e->mem, "%016llx", (unsigned long long)g->weights->hash) : "none (random)");
    set_text(L, "input_type", input_c_type(g->spec->input.type));
    set_int(L, "input_h", g->input->h);
    set_int(L, "input_w", g->input->w);
    set_int(L, "input_c", g->input->c);
    set_text(L, "input_pixels", input_pixels(e->mem, &g->spec->input, ""));
    set_int(L, "input_bytes", val_bytes(g->input));
    set_int(L, "classes", (int64_t)g->scores->h * g->scores->w * g->scores->c);
    set_flag(L, "in_scratch", g->spec->input.in_scratch);
    set_flag(L, "streamed", g->spec->input.streamed);
    set_flag(L, "trains", e->plan->train != NULL);
    set_flag(L, "poison", e->how.poison);
    set_flag(L, "exact", g->spec->precision.forward == FORWARD_INT8);
    push_optimizer(L, &g->spec->train);
    push_sizes(L, e->plan, g);
    push_saved(L, e->mem, g, e->plan);
    push_fields(L, e->mem, g);
    lua_setfield(L, -2, "fields");
    push_classes(L, e->mem, g);
    push_latent(L, e->halves, e->plan, &g->spec->replay);
    set_int(L, "ranges", g->nrange);
    set_int(L, "range_words", RANGE_WORDS);
    set_int(L, "aim", range_aim(g->spec->precision.gradient == GRADIENT_INT8 ? I8 : I16));
}

/* A part of a template that only some networks have, with the variables of the whole, which are on top. */
static void push_part(lua_State *L, const char *name, const char *template, bool wanted)
{
    const char *text = "";
    if (wanted) {
        lua_pushvalue(L, -1);
        text = render(L, template).at;
    }
    set_text(L, name, text);
}

static bool adopts(const struct emitter *e)
{
    return e->plan->train && e->g->spec->train.adopt;
}

static void push_header(lua_State *L, const char *plan)
{
    push_common(L);
    set_text(L, "plan", plan);
    push_part(L, "classes_api", "classes.h.tpl", emitter_of(L)->g->classes.counts);
    push_part(L, "latent_api", "latent.h.tpl", emitter_of(L)->halves);
    push_part(L, "adopt_api", "adopt.h.tpl", adopts(emitter_of(L)));
}

static const char *plan_name(struct arena *mem, uint64_t hash)
{
    return arena_format(mem, "plan_%08x", (unsigned)(hash >> 32));
}

/* The header, in which everything stands that a caller was compiled with.  Its functions bear a hash of it in their
 * names: a caller that was compiled with another header does not link (net.h.tpl). */
static uint64_t render_header(lua_State *L)
{
    struct emitter *e = emitter_of(L);
    uint64_t h = HASH_START;
    push_header(L, "");
    for (const char *c = render(L, "net.h.tpl").at; *c; c++)
        h = hash_word(h, (unsigned char)*c);
    push_header(L, plan_name(e->mem, h));
    e->result->header = render(L, "net.h.tpl");
    return h;
}

/* Names that functions of programs must not have: of the API, and of arrays. */
static struct taken *names_of(const struct emitter *e)
{
    static const char *const always[] = {"init",      "predict",  "input", "train", "loss", "score",
                                         "score_add", "set_rate", "save",  "load",  "net",  "scratch"};
    static const char *const store[] = {"keep", "restore", "back", "flash"};
    static const char *const adopting[] = {"adopt", "adopt_kept"};
    static const char *const classes[] = {"classes", "class_used", "class_new", "class_forget", "class_show"};
    static const char *const streamed[] = {"begin",        "rows",        "finish_predict",
                                           "finish_train", "finish_loss", "finish_show"};
    static const char *const halves[] = {"latent",         "finish_latent", "train_latent",
                                         "predict_latent", "replay_put",    "replay_get"};
    const struct {
        const char *const *name;
        size_t count;
        bool there;
    } api[] = {{always, sizeof always / sizeof *always, true},
               {store, sizeof store / sizeof *store, e->g->spec->store.slots > 0},
               {adopting, sizeof adopting / sizeof *adopting, adopts(e)},
               {classes, sizeof classes / sizeof *classes, e->g->classes.counts != NULL},
               {halves, sizeof halves / sizeof *halves, e->halves != NULL},
               {streamed, sizeof streamed / sizeof *streamed, e->g->spec->input.streamed}};
    struct taken *t = taken_new(e->mem);
    for (size_t i = 0; i < sizeof api / sizeof *api; i++)
        for (size_t k = 0; api[i].there && k < api[i].count; k++)
            take_name(t, arena_format(e->mem, "%s_%s", e->g->spec->name, api[i].name[k]));
    for (int i = 0; i < e->g->nval; i++) {
        const struct val *v = e->g->val[i];
        if (v->role == ROLE_FROZEN || v->role == ROLE_TRAINED)
            take_name(t, c_name(e->mem, v->name));
    }
    return t;
}

/* The weights of net.c.tpl, whose variables are on top, or of a file of their own. */
static void push_weights(lua_State *L)
{
    struct emitter *e = emitter_of(L);
    bool bin = e->how.weights == WEIGHTS_BIN, file = e->how.weights == WEIGHTS_FILE;
    if (bin)
        e->result->weights = text_new(e->mem);
    int64_t bytes = push_arrays(L, e->mem, e->g, e->plan, bin ? &e->result->weights : NULL);
    lua_setfield(L, -2, "arrays");
    set_int(L, "bin_bytes", bytes);
    set_flag(L, "in_file", file);
    if (!file)
        return;
    push_common(L);
    lua_getfield(L, -2, "arrays");
    lua_setfield(L, -2, "arrays");
    e->result->weights = render(L, "weights.h.tpl");
}

/* The functions that keep a net in flash, or take over another, where the spec asks for them, for net.c.tpl, whose variables are on top. */
static void push_saved_sources(lua_State *L)
{
    struct emitter *e = emitter_of(L);
    bool stores = e->g->spec->store.slots && e->plan->train;
    push_part(L, "words_source", "save_words.c.tpl", stores);
    push_part(L, "store_source", "store.c.tpl", stores);
    push_part(L, "adopt_source", "adopt.c.tpl", adopts(e));
}

/* The programs, and the parts of the output that call them, as fields of the table on top. */
static void push_programs(lua_State *L)
{
    struct emitter *e = emitter_of(L);
    const struct program *train = e->plan->train;
    struct taken *taken = names_of(e);
    const struct graph *g = e->halves ? e->halves->tail : e->g;
    if (e->halves) {
        push_program(L, e->mem, e->halves->head, &e->kernels, taken, e->plan->latent, e->how.poison);
        lua_setfield(L, -2, "head");
    }
    push_program(L, e->mem, g, &e->kernels, taken, e->plan->predict, e->how.poison);
    lua_setfield(L, -2, "predict");
    if (train) {
        push_program(L, e->mem, g, &e->kernels, taken, train, e->how.poison);
        lua_setfield(L, -2, "train");
    }
    push_part(L, "classes_source", "classes.c.tpl", e->g->classes.counts);
    push_part(L, "latent_source", "latent.c.tpl", e->halves);
}

static int run_emit(lua_State *L)
{
    struct emitter *e = emitter_of(L);
    const struct program *train = e->plan->train;
    luaL_openlibs(L);
    lua_newtable(L);
    lua_setfield(L, LUA_REGISTRYINDEX, "need");
    if (luaL_loadbufferx(L, source(L, "template.lua"), strlen(source(L, "template.lua")), "@template.lua", "t") !=
        LUA_OK)
        lua_error(L);
    lua_call(L, 0, 1);
    lua_pushcfunction(L, source_for_lua);
    lua_setfield(L, -2, "source");
    lua_setfield(L, LUA_REGISTRYINDEX, "template");
    push_target(L, e->how.target, e->g->spec->precision.forward == FORWARD_INT8);
    lua_setfield(L, LUA_REGISTRYINDEX, "target");

    if (e->halves)
        kernels_collect(e->mem, &e->kernels, e->plan->latent);
    kernels_collect(e->mem, &e->kernels, e->plan->predict);
    if (train)
        kernels_collect(e->mem, &e->kernels, train);
    const char *kernels = render_kernels(L);
    if (e->g->spec->precision.forward == FORWARD_INT8)
        need(L, "exact");
    if (e->g->spec->precision.trained == TRAINED_BFLOAT16)
        need(L, "bf16");
    if (e->g->nrange) {
        need(L, "integer");
        need(L, "range_step");
    }
    lua_newtable(L);
    const char *integers = render(L, "integer.c.tpl").at;
    lua_newtable(L);
    const char *tiles = render(L, "tile.c.tpl").at;
    lua_newtable(L);
    const char *helpers = render(L, "helpers.c.tpl").at;
    lua_newtable(L);
    const char *vectors = render(L, "vectors.c.tpl").at;

    const uint64_t header = render_header(L);
    push_common(L);
    push_weights(L);
    push_programs(L);
    set_text(L, "plan", plan_name(e->mem, header));
    set_text(L, "vectors", vectors);
    set_text(L, "helpers", helpers);
    set_text(L, "integers", integers);
    set_text(L, "tiles", tiles);
    set_text(L, "kernels", kernels);
    set_text(L, "loss_source", runtime(L, "loss.c"));
    set_text(L, "optimizer_source", runtime(L, "optimizer.c"));
    set_text(L, "checksum_source", runtime(L, "checksum.c"));
    set_text(L, "map_train", train ? plan_map(e->mem, train, MAP_WIDTH) : "");
    set_text(L, "map_predict", plan_map(e->mem, e->plan->predict, MAP_WIDTH));
    push_saved_sources(L);
    e->result->source = render(L, "net.c.tpl");
    return 0;
}

struct emitted *emit(struct arena *mem, const struct graph *g, const struct halves *h, const struct plan *p,
                     struct emission how)
{
    struct emitter e = {.mem = mem, .g = g, .halves = h, .plan = p, .how = how, .result = NEW(mem, struct emitted)};
    lua_State *L = luaL_newstate();
    *(struct emitter **)lua_getextraspace(L) = &e;
    lua_pushcfunction(L, run_emit);
    bool ok = lua_pcall(L, 0, 0, 0) == LUA_OK;
    if (!ok)
        diag_error(g->diag, (struct loc){"templates", 0}, NULL, NULL, "%s", lua_tostring(L, -1));
    lua_close(L);
    e.result->kernels = e.kernels.count;
    return ok ? e.result : NULL;
}
