% -- SPDX-License-Identifier: 0BSD
% -- What all examples share: samples that are made, in the place of a sensor, and learn() over some of them.
% shown = math.min(classes, 4)
#define ELEMENTS $(elements)L
#define SHOWN $(shown) /* classes that the example knows */

static $(name)_net net;         /* what was learnt: keep it */
static $(name)_scratch scratch; /* working memory, free between calls */
% if not in_scratch then
static $(type) sample[ELEMENTS];
% end
static uint32_t noise = 1;

/* In the place of a sensor: each class has a pattern and a strength of its own, under noise. Read yours here. */
static void read_sensor(int label, $(type) *to)
{
    for (int32_t i = 0; i < ELEMENTS; i++) {
        noise = noise * 1664525u + 1013904223u;
        uint32_t pattern = ((uint32_t)i * (uint32_t)(label + 1) * 8u) & 255u;
        uint32_t value = (pattern * (uint32_t)(label + 1) / SHOWN * 3u + (noise >> 24)) / 4u; /* 0 .. 255 */
% if type == "float" then
        to[i] = (float)value / 128.0f - 1.0f;
% elseif type == "int8_t" then
        to[i] = (int8_t)((int)value - 128);
% else
        to[i] = (uint8_t)value;
% end
    }
}

% if trains then
/* Learns from so many samples. Returns their mean loss, or -1 where a call failed. */
% else
/* Predicts so many samples. Returns the mean of their first score, or -1 where a call failed. */
% end
static float learn(int count)
{
    float sum = 0.0f;
    for (int i = 0; i < count; i++) {
        int label = i % SHOWN;
% if in_scratch then
        $(type) *sample = $(name)_input(&scratch);
% end
        read_sensor(label, sample);
% if trains then
        float loss = 0.0f;
%   if mse then
        float target[$(NAME)_CLASSES];
        for (int j = 0; j < $(NAME)_CLASSES; j++)
            target[j] = (float)((j + label) % 2);
        if ($(name)_train(&net, &scratch, sample, target, &loss) != $(NAME)_OK)
%   else
        if ($(name)_train(&net, &scratch, sample, label, &loss) != $(NAME)_OK)
%   end
            return -1.0f;
        sum += loss;
% else
        float scores[$(NAME)_CLASSES];
        if ($(name)_predict(&net, &scratch, sample, scores) != $(NAME)_OK)
            return -1.0f;
        sum += scores[0];
% end
    }
    return sum / (float)count;
}
