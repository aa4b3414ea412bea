/* SPDX-License-Identifier: MIT */
/* Classes to come: what templates/classes.c.tpl and classes.h.tpl have to know. */
#include "emit/names.h"

void push_classes(lua_State *L, struct arena *mem, const struct graph *g)
{
    const struct classes *c = &g->classes;
    set_int(L, "spare", c->counts ? c->spare : 0);
    if (!c->counts)
        return;
    set_int(L, "first_classes", c->used);
    set_int(L, "features", c->weight->param->count / c->weight->param->shape[0]);
    set_text(L, "class_layer", c->layer->name);
    set_text(L, "class_weight", c_name(mem, c->weight->name));
    set_text(L, "class_bias", c_name(mem, c->bias->name));
    set_text(L, "weight_param", c->weight->param->name);
    set_text(L, "bias_param", c->bias->param->name);
    set_flag(L, "weight_bf16", c->weight->type == BF16);
    set_flag(L, "bias_bf16", c->bias->type == BF16);
}
