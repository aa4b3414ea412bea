/* SPDX-License-Identifier: MIT */
/* A network cut in two: what templates/latent.c.tpl and latent.h.tpl have to know. */
#include "emit/names.h"

void push_latent(lua_State *L, const struct halves *h, const struct plan *p, const struct remembering *r)
{
    set_int(L, "latent_bytes", 0);
    if (!h)
        return;
    const struct val *v = h->latent;
    int64_t elements = (int64_t)v->h * v->w * v->c;
    bool real = v->type == F32; /* remembered as int8 with a scale of its own, of four bytes */
    set_int(L, "latent_bytes", halves_latent(h));
    set_int(L, "replay_bytes", halves_reservoir(h, r->samples));
    set_int(L, "latent_elements", elements);
    set_flag(L, "latent_real", real);
    set_text(L, "latent_type", real ? "float" : "int8_t");
    set_text(L, "latent_place", r->at);
    set_int(L, "latent_h", v->h);
    set_int(L, "latent_w", v->w);
    set_int(L, "latent_c", v->c);
    set_int(L, "latent_scratch", p->latent_scratch);
    set_int(L, "latent_at_train", plan_latent_at(p->train));
    set_int(L, "latent_at_predict", plan_latent_at(p->predict));
    set_int(L, "latent_map", h->tail->held);
    set_int(L, "replay_samples", r->samples);
}
