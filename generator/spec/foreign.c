/* SPDX-License-Identifier: MIT */
/* Words of other tools that a spec does not have, each with what to write in its place.  A word that the language learns
 * is taken out of here: a known name never comes this way. */
#include "spec/lua.h"

#include <ctype.h>
#include <string.h>

struct foreign_answer {
    const char *words; /* one word, or several, in lower case and without '_' and digits */
    const char *answer;
};

/* ---- layers, and activations as layers ---- */

#define ACTIVATIONS                                                                                                    \
    "activations are relu, relu6, leaky_relu, elu, hswish, silu, gelu, sigmoid, hard_sigmoid, tanh, softplus and "     \
    "abs: "                                                                                                            \
    "act = \"relu\" in a layer, or relu {} as one"

static const struct foreign_answer layers[] = {
    {"linear fc fullyconnected innerproduct matmul gemm", "write dense { \"fc\", out = 10 }: it flattens by itself"},
    {"convd convolution convbn convrelu", "write conv { \"name\", out = 16, k = 3, act = \"relu6\" }"},
    {"depthwise depthwiseconv depthwiseconvd", "write dwconv { \"name\", k = 3 }"},
    {"separableconv separableconvd", "write dwconv { \"a\", k = 3 }, then conv { \"b\", out = 16, k = 1 }"},
    {"pointwise pointwiseconv", "write conv { \"name\", out = 16, k = 1 }"},
    {"convtranspose convtransposed deconv deconvolution transposedconv transposeconv",
     "there is no transposed convolution: upsample { h = .., w = .. }, then conv { ... }"},
    {"concatenate cat", "write concat { from = { a, b } }"},
    {"subtract multiply divide", "write sub, mul or div { from = { a, b } }"},
    {"squeezeexcite se",
     "write local s = global_pool { from = x }, dense or conv layers behind it, the last with act = "
     "\"sigmoid\", then mul { from = { x, s } }"},
    {"softmax logsoftmax crossentropy",
     "softmax is part of the loss: end with dense { out = classes }; the scores that "
     "predict gives are what a softmax would read"},
    {"flatten reshape view permute transpose squeeze",
     "not needed: dense flattens by itself, in the order that PyTorch has (c, h, w); "
     "order = \"hwc\" is that of TensorFlow"},
    {"dropout dropblock droppath", "not needed: leave it out; label_smoothing, weight_decay and augmented data work "
                                   "against overfitting"},
    {"batchnorm bn normalization", "write batch_norm { }: statistics of the weights file, folded into the convolution "
                                   "before it; group_norm { groups = 4 } computes them"},
    {"layernorm instancenorm groupnorm rmsnorm lrn localresponsenorm",
     "write group_norm { groups = 1 }, or groups = channels"},
    {"maxpool maxpooling", "write max_pool { k = 2 }"},
    {"avgpool averagepool averagepooling avgpooling", "write avg_pool { k = 2 }"},
    {"globalavgpool globalaveragepool globalaveragepooling adaptiveavgpool gap globalaverage", "write global_pool {}"},
    {"globalmaxpool adaptivemaxpool", "write max_pool with k = { h, w } of the whole map"},
    {"upsampling resize interpolate", "write upsample { h = 32, w = 32 }: bilinear, or mode = \"nearest\""},
    {"lstm gru rnn simplernn",
     "there are no recurrent layers: a convolution over time (h = steps, w = 1, c = channels) "
     "learns from windows of a signal"},
    {"attention multiheadattention selfattention transformer transformerencoder",
     "there are no attention layers: networks here are convolutional"},
    {"embedding", "there are no embeddings: the input is a map of numbers, h x w x c"},
    {"residual shortcut skip", "write add { from = { y, x } }, where local x = conv { ... } was kept"},
    {"invertedresidual inverted bottleneck mbconvblock", "write mbconv { \"name\", out = 16, expand = 3 }"},
    {"pad padding zeropadding", "padding belongs to the layer: conv { ..., pad = 1 }, or { top, bottom, left, right }"},
    {"leakyrelu", "write leaky_relu { slope = 0.01 }, or act = { \"leaky_relu\", slope = 0.01 } in the layer before"},
    {"swish", "write silu {}, or act = \"silu\" in the layer before"},
    {"hardsigmoid", "write hard_sigmoid {}, or act = \"hard_sigmoid\" in the layer before"},
    {"selu mish softsign celu", ACTIVATIONS},
    {"hardswish", "write hswish {}, or act = \"hswish\" in the layer before"},
    {"activation act", ACTIVATIONS},
    {"sequential model module network", "a spec is a list of layers: each reads the one before, or from = another"},
    {"rmsprop adamw adagrad momentum nesterov lamb lion adadelta",
     "optimizers are sgd { rate, momentum, weight_decay } and adam { rate, beta1, beta2, eps, weight_decay }"},
    {"mse loss", "the loss is a word of train: train { loss = \"mse\" } or \"softmax_cross_entropy\""},
    {"compile fit", "write train { update = { \"classifier.*\" }, optimizer = sgd { rate = 0.01 } }"},
    {"kb kib", "write KiB, with a capital K: 64 * KiB"},
    {"mb mib", "write MiB, with a capital M: 1 * MiB"},
};

/* ---- attributes ---- */

static const struct foreign_answer attributes[] = {
    {"name", "the name comes first and without a word: conv { \"first\", out = 8 }"},
    {"kernel kernelsize size filtersize ksize poolsize", "the kernel is k: k = 3, or k = { vertical, horizontal }"},
    {"stride strides step", "the stride is s: s = 2, or s = { vertical, horizontal }"},
    {"filters outchannels channels units outfeatures outputs nout features", "the number of outputs is out: out = 16"},
    {"inchannels infeatures inputs nin inputshape", "leave it out: a layer knows its input's channels"},
    {"activation nonlinearity activationfn", "write act = \"relu\", or act = { \"leaky_relu\", slope = 0.1 }"},
    {"padding", "write pad = \"same\", a number, or { top, bottom, left, right }"},
    {"usebias", "write bias = false"},
    {"dilationrate dilations", "write dilation = 2"},
    {"groupcount ngroups numgroups", "write groups = 2"},
    {"input inputlayer inbound", "write from = layer, where local layer = conv { ... } was kept"},
    {"lr learningrate", "the learning rate is rate: sgd { rate = 0.01 }"},
    {"decay wd l", "write weight_decay = 0.0001"},
    {"height", "write h = 32"},
    {"width", "write w = 32"},
    {"depth", "write c = 3"},
    {"batchsize", "write batch = 8"},
    {"params parameters layers trainable",
     "write update = { \"classifier.*\", \"*.bias\" }: patterns over the names of "
     "parameters"},
};

/* ---- lookup ---- */

/* "Conv2d", "max_pool_2D" -> "convd", "maxpoold": as in the tables. */
static void plain(const char *name, char *out, size_t size)
{
    size_t n = 0;
    for (; *name && n + 1 < size; name++)
        if (isalpha((unsigned char)*name))
            out[n++] = (char)tolower((unsigned char)*name);
    out[n] = 0;
}

static bool listed(const char *words, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = words; n && (at = strstr(at, word)); at += n)
        if ((at == words || at[-1] == ' ') && (at[n] == ' ' || !at[n]))
            return true;
    return false;
}

static const char *answer_in(const struct foreign_answer *table, size_t count, const char *name)
{
    char word[40];
    plain(name, word, sizeof word);
    size_t n = strlen(word);
    for (int pass = 0; pass < 2; pass++) { /* as it is, then without the d of 1d, 2d, 3d */
        for (size_t i = 0; i < count; i++)
            if (listed(table[i].words, word))
                return table[i].answer;
        if (n < 2 || word[n - 1] != 'd')
            break;
        word[n - 1] = 0;
    }
    return NULL;
}

const char *foreign_layer(const char *name)
{
    return answer_in(layers, sizeof layers / sizeof *layers, name);
}

const char *foreign_attribute(const char *name)
{
    return answer_in(attributes, sizeof attributes / sizeof *attributes, name);
}
