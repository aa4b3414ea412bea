% -- SPDX-License-Identifier: 0BSD
% -- Samples that are remembered: the calls on a network that is cut in two, and the reservoir.
% local map = latent_real and 4 * latent_elements or latent_elements
% local from = streamed and "from" or (latent_real and "F32" or "I8") .. "(" .. head.scores .. ")" -- what is remembered, of the image
% local at = latent_real and "F32" or "I8"
/* ---- what is remembered ---- */

typedef char replay_as_planned[sizeof($(name)_replay) == $(NAME)_REPLAY_BYTES ? 1 : -1];

% if not streamed then
int $(name)_train($(name)_net *net, $(name)_scratch *s, const $(input_type) *input, int label, float *loss)
{
    if (!net || !s || !input || label < 0 || label >= $(NAME)_CLASSES$(spare > 0 and " || !net->classes[label]" or ""))
        return $(NAME)_E_ARG;
    encode(s, input);
    memmove(U8(AT_replay_train), U8($(head.scores)), $(map));
    return step_latent(net, s, $(at)(AT_replay_train), label, loss);
}

% end
% if streamed then
int $(name)_finish_latent(const $(name)_net *net, $(name)_scratch *s, uint8_t *latent)
% else
int $(name)_latent(const $(name)_net *net, $(name)_scratch *s, const $(input_type) *input, uint8_t *latent)
% end
{
% if latent_real then
    float top = 0.0f, scale;
    int8_t *const to = (int8_t *)latent + 4;
% end
% if streamed then
    if (!net || !s || !latent)
        return $(NAME)_E_ARG;
    const $(latent_type) *const from = remembered(s);
    if (!from)
        return $(NAME)_E_ROWS;
% else
    if (!net || !s || !input || !latent)
        return $(NAME)_E_ARG;
    encode(s, input);
% end
% if latent_real then
    for (int i = 0; i < $(latent_elements); i++) {
        const float x = $(from)[i];
        if (!is_finite(x))
            return $(NAME)_E_NONFINITE;
        if ((x < 0.0f ? -x : x) > top)
            top = x < 0.0f ? -x : x;
    }
    scale = top / 127.0f;
    memcpy(latent, &scale, sizeof scale);
    for (int i = 0; i < $(latent_elements); i++) {
        const float q = scale > 0.0f ? $(from)[i] / scale : 0.0f;
        to[i] = (int8_t)(q > 127.0f ? 127.0f : q < -127.0f ? -127.0f : q + (q < 0.0f ? -0.5f : 0.5f));
    }
% else
    memcpy(latent, $(from), $(latent_elements));
% end
    return $(NAME)_OK;
}

% if latent_real then
/* As floats again. */
static void decode_latent(float *to, const uint8_t *latent)
{
    const int8_t *const q = (const int8_t *)latent + 4;
    float scale;

    memcpy(&scale, latent, sizeof scale);
    for (int i = 0; i < $(latent_elements); i++)
        to[i] = scale * (float)q[i];
}

% end
int $(name)_train_latent($(name)_net *net, $(name)_scratch *s, const uint8_t *latent, int label, float *loss)
{
    if (!net || !s || !latent || label < 0 || label >= $(NAME)_CLASSES$(spare > 0 and " || !net->classes[label]" or ""))
        return $(NAME)_E_ARG;
% if streamed then
    s->stream.begun = 0;
% end
% if latent_real then
    decode_latent(F32(AT_replay_train), latent);
    return step_latent(net, s, F32(AT_replay_train), label, loss);
% else
    return step_latent(net, s, (const int8_t *)latent, label, loss);
% end
}

int $(name)_predict_latent(const $(name)_net *net, $(name)_scratch *s, const uint8_t *latent, float *scores)
{
    if (!net || !s || !latent || !scores)
        return $(NAME)_E_ARG;
% if streamed then
    s->stream.begun = 0;
% end
% if latent_real then
    decode_latent(F32(AT_replay_predict), latent);
    forward_latent(net, s, F32(AT_replay_predict));
% else
    forward_latent(net, s, (const int8_t *)latent);
% end
% if spare > 0 then
    give_scores(net, $(streamed and "F32(" .. predict.scores .. ")" or "s"), scores);
% else
    memcpy(scores, F32($(predict.scores)), sizeof(float) * $(NAME)_CLASSES);
% end
    return $(NAME)_OK;
}

/* 0 .. n - 1, from a number that counts; mixed as in Wellons' lowbias32. */
static uint32_t replay_draw($(name)_replay *replay, uint32_t n)
{
    uint32_t r = ++replay->turn * 0x9e3779b9u;
    r = (r ^ r >> 16) * 0x7feb352du;
    r = (r ^ r >> 15) * 0x846ca68bu;
    return (r ^ r >> 16) % n;
}

/* How many are held of a class. */
static uint32_t replay_held(const $(name)_replay *replay, int label)
{
    uint32_t held = 0;

    for (uint32_t i = 0; i < replay->count; i++)
        held += replay->label[i] == label;
    return held;
}

/* The place of number n of a class. */
static uint32_t replay_place(const $(name)_replay *replay, int label, uint32_t n)
{
    uint32_t i = 0;

    while (replay->label[i] != label || n-- > 0)
        i++;
    return i;
}

/* Class-balanced reservoir sampling (Chrysakis and Moens, ICML 2020). */
int $(name)_replay_put($(name)_replay *replay, const uint8_t *latent, int label)
{
    uint32_t most = 0, own, place;
    int largest = 0;
    if (!replay || !latent || label < 0 || label >= $(NAME)_CLASSES)
        return $(NAME)_E_ARG;
    replay->seen[label]++;
    place = replay->count;
    if (replay->count < $(NAME)_REPLAY_SAMPLES) {
        replay->count++;
    } else {
        for (int i = 0; i < $(NAME)_CLASSES; i++) {
            const uint32_t held = replay_held(replay, i);
            if (held > most) {
                most = held;
                largest = i;
            }
        }
        own = replay_held(replay, label);
        if (own < most) {
            place = replay_place(replay, largest, replay_draw(replay, most));
        } else {
            const uint32_t n = replay_draw(replay, replay->seen[label]);
            if (n >= own)
                return $(NAME)_OK;
            place = replay_place(replay, label, n);
        }
    }
    replay->label[place] = (uint16_t)label;
    memcpy(replay->latent[place], latent, $(NAME)_LATENT_BYTES);
    return $(NAME)_OK;
}

const uint8_t *$(name)_replay_get($(name)_replay *replay, int *label)
{
    uint32_t held = 0, place;
    int next;
    if (!replay || !label || replay->count == 0)
        return NULL;
    next = (int)replay->last;
    for (int i = 0; i < $(NAME)_CLASSES && held == 0; i++) {
        next = next % $(NAME)_CLASSES;
        held = replay_held(replay, next);
        next++;
    }
    place = replay_place(replay, next - 1, replay_draw(replay, held));
    replay->last = (uint32_t)next;
    *label = next - 1;
    return replay->latent[place];
}
