% -- SPDX-License-Identifier: 0BSD
% -- Classes to come. net->classes[label] is 0 where it is not in use; else 1 + the samples shown, negated once it has learnt
% -- from others.
/* ---- classes ---- */

/* The row of a class: $(features) weights, $(NAME)_CLASSES apart. */
% local at = "net->" .. class_weight .. "[i * " .. NAME .. "_CLASSES + label]"
% local bias = "net->" .. class_bias .. "[label]"
static float row_weight(const $(name)_net *net, int label, int i)
{
    return $(weight_bf16 and "widen_bf16(" .. at .. ")" or at);
}

static void set_row_weight($(name)_net *net, int label, int i, float weight)
{
% if weight_bf16 then
    uint32_t bits;
    memcpy(&bits, &weight, sizeof bits);
    $(at) = (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16); /* to the nearest */
% else
    $(at) = weight;
% end
}

/* Its square. */
static float row_square(const $(name)_net *net, int label)
{
    float sum = 0.0f;

    for (int i = 0; i < $(features); i++)
        sum += row_weight(net, label, i) * row_weight(net, label, i);
    return sum;
}

/* Of a class that is not in use nothing is left, so that no update moves it. */
static void clear_class($(name)_net *net, int label)
{
% for _, field in ipairs(fields) do
%   if field.param == weight_param then
    for (int i = 0; i < $(features); i++)
        net->$(field.name)[i * $(NAME)_CLASSES + label] = 0;
%   end
% end
% for _, field in ipairs(fields) do
%   if field.param == bias_param then
    net->$(field.name)[label] = 0;
%   end
% end
}

/* The scores of the last forward pass. */
% local made = streamed and "made" or "F32(" .. predict.scores .. ")"
static void give_scores(const $(name)_net *net, const $(streamed and "float *made" or name .. "_scratch *s"), float *scores)
{
    for (int i = 0; i < $(NAME)_CLASSES; i++)
        scores[i] = net->classes[i] ? $(made)[i] : -3.40282346638528859812e+38f; /* -FLT_MAX */
}

/* After a step of training rows are no means any more. */
static void classes_learnt($(name)_net *net)
{
    for (int i = 0; i < $(NAME)_CLASSES; i++)
        if (net->classes[i] > 1)
            net->classes[i] = -net->classes[i];
}

int $(name)_classes(const $(name)_net *net)
{
    int count = 0;
    if (!net)
        return $(NAME)_E_ARG;
    for (int i = 0; i < $(NAME)_CLASSES; i++)
        count += net->classes[i] != 0;
    return count;
}

int $(name)_class_used(const $(name)_net *net, int label)
{
    return net && label >= 0 && label < $(NAME)_CLASSES && net->classes[label] != 0;
}

int $(name)_class_new($(name)_net *net)
{
    if (!net)
        return $(NAME)_E_ARG;
    for (int label = 0; label < $(NAME)_CLASSES; label++)
        if (!net->classes[label]) {
            clear_class(net, label);
            net->classes[label] = 1;
            return label;
        }
    return $(NAME)_E_FULL;
}

int $(name)_class_forget($(name)_net *net, int label)
{
    if (!$(name)_class_used(net, label))
        return $(NAME)_E_ARG;
    clear_class(net, label);
    net->classes[label] = 0;
    return $(NAME)_OK;
}

/*
 * Of means m the nearest to x is the one with the largest m x - m m / 2: a row and a bias. All rows that were shown are
 * multiplied by one scale, so that they are as long as the trained ones, in the mean; 0: nothing was shown yet.
 */
static float shown_scale(const $(name)_net *net)
{
    for (int label = 0; label < $(NAME)_CLASSES; label++)
        if (net->classes[label] > 1 && $(bias) < 0.0f)
            return row_square(net, label) / (-2.0f * $(bias));
    return 0.0f;
}

/* As long as the trained ones; where there are none, they stay as they are, or become 1 long if they have no scale yet. */
static void fit_shown($(name)_net *net, int scaled)
{
    float trained = 0.0f, shown = 0.0f, by;
    int count = 0, means = 0;

    for (int label = 0; label < $(NAME)_CLASSES; label++) {
        const float square = net->classes[label] ? row_square(net, label) : 0.0f;
        const float norm = sqrtf(square);
        if (!(norm > 0.0f) || !is_finite(norm))
            continue;
        if (net->classes[label] > 1) {
            shown += norm;
            means++;
        } else {
            trained += norm;
            count++;
        }
    }
    if (!means || (!count && scaled))
        return;
    by = (count ? trained / (float)count : 1.0f) / (shown / (float)means);
    for (int label = 0; label < $(NAME)_CLASSES; label++)
        if (net->classes[label] > 1) {
            for (int i = 0; i < $(features); i++)
                set_row_weight(net, label, i, row_weight(net, label, i) * by);
            $(bias) *= by;
        }
}

% if streamed then
int $(name)_finish_show($(name)_net *net, $(name)_scratch *s, int label)
% else
int $(name)_class_show($(name)_net *net, $(name)_scratch *s, const $(input_type) *input, int label)
% end
{
    const float *x$(predict.features and "" or " = input");
    float square = 0.0f, scale, share;
    int scaled;
% if streamed then
    if (!s || !$(name)_class_used(net, label))
        return $(NAME)_E_ARG;
    if (s->stream.learn || !finished(net, s)) /* a training program keeps no features */
        return $(NAME)_E_ROWS;
    s->stream.begun = 0;
% else
    if (!s || !input || !$(name)_class_used(net, label))
        return $(NAME)_E_ARG;
    forward(net, s, input);
% end
% if predict.features then
    x = F32($(predict.features));
% end
    for (int i = 0; i < $(features); i++)
        square += x[i] * x[i];
    if (!is_finite(square))
        return $(NAME)_E_NONFINITE;
    if (net->classes[label] == 1 || net->classes[label] == -1) {
        clear_class(net, label);
        net->classes[label] = 1;
    }
    scale = shown_scale(net);
    scaled = scale > 0.0f && is_finite(scale);
    if (!scaled)
        scale = 1.0f;
    share = 1.0f / (float)(net->classes[label] < 0 ? -net->classes[label] : net->classes[label]);
    for (int i = 0; i < $(features); i++) {
        const float weight = row_weight(net, label, i);
        set_row_weight(net, label, i, weight + share * (scale * x[i] - weight));
    }
    if (net->classes[label] < 0) {
        $(bias) += share * (-0.5f * scale * square - $(bias));
        net->classes[label]--;
        return $(NAME)_OK;
    }
    $(bias) = -0.5f * row_square(net, label) / scale;
    net->classes[label]++;
    fit_shown(net, scaled);
    return $(NAME)_OK;
}
