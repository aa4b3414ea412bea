% -- SPDX-License-Identifier: 0BSD
% -- Samples that are remembered, in the header.

/* What is remembered of samples: what '$(latent_place)' gives, before which nothing learns. */
% for _, call in ipairs { streamed and "finish_latent" or "latent", "train_latent", "predict_latent", "replay_put", "replay_get" } do
#define $(name)_$(call) $(name)_$(call)_$(plan)
% end

/* Writes $(NAME)_LATENT_BYTES bytes$(latent_real and ", int8 behind a float, their scale" or ", int8"). Returns OK$(latent_real and ", E_NONFINITE" or "") or E_ARG. */
% if streamed then
/* Of the sample whose rows have come: predict, judge, keep and learn, in this order or another; nothing after finish_train. Returns E_ROWS, too: rows are wanting. */
int $(name)_finish_latent(const $(name)_net *net, $(name)_scratch *s, uint8_t *latent);
% else
int $(name)_latent(const $(name)_net *net, $(name)_scratch *s, const $(input_type) *input, uint8_t *latent);
% end

/* train and predict, from there on$(latent_real and "" or ": the same bits as from the image"). Return what these return. */
int $(name)_train_latent($(name)_net *net, $(name)_scratch *s, const uint8_t *latent, int label, float *loss);
int $(name)_predict_latent(const $(name)_net *net, $(name)_scratch *s, const uint8_t *latent, float *scores);

/* A reservoir of samples, balanced by class; begin with zeros. The same calls leave the same in it. */
#define $(NAME)_REPLAY_SAMPLES $(replay_samples)
#define $(NAME)_REPLAY_BYTES $(replay_bytes)
typedef struct $(name)_replay {
    uint32_t count;                  /* samples in it */
    uint32_t turn;                   /* of the random numbers */
    uint32_t last;                   /* the class that get gave last, + 1 */
    uint32_t seen[$(NAME)_CLASSES];  /* samples put of each class */
    uint16_t label[$(replay_samples)];
    uint8_t latent[$(replay_samples)][$(NAME)_LATENT_BYTES];
} $(name)_replay;

/* Puts a sample in: in the place of one of the class that has most, or, if that is its own, in the place of any of these or of
 * none, so that all that were put of a class are as likely to be in it. Returns OK or E_ARG. */
int $(name)_replay_put($(name)_replay *replay, const uint8_t *latent, int label);

/* One of them, class by class in turn; its label. NULL: there is none. */
const uint8_t *$(name)_replay_get($(name)_replay *replay, int *label);
