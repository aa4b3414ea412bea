/* SPDX-License-Identifier: MIT */
/* Every operator's gradients, as the emitted code computes them, against central differences of a
 * naive float64 forward pass (reference.c).
 *
 *     gradients [shard shards]     a share of the rows
 *     gradients title              one row
 *     gradients spec FILE NUMBER   a spec without name and weights, drawn by tests/fuzz/specs.lua
 *
 * Every row is poisoned, every other one asks for the smallest plan, three of four are compiled as portable
 * C, and one of twelve is optimised: the others take a third of the time, and the kernels and oracle.* tests do it. */
#include "beside.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the table: what the rows are about, and their specs ---- */

#define TRAIN(more) " train { update = '*'" more " }"
#define ALL         TRAIN("")
#define FC          " dense { 'fc', out = 3 }"

static const struct row {
    const char *title, *spec;
} rows[] = {
    /* convolutions: sizes, kernels, strides, pads */
    {"conv 3x3 even map", "input { h = 6, w = 8, c = 3 } conv { out = 4, k = 3 }" FC ALL},
    {"conv 3x3 odd map", "input { h = 7, w = 5, c = 3 } conv { out = 5, k = 3 } conv { out = 3, k = 3 }" FC ALL},
    {"conv stride 2 odd",
     "input { h = 7, w = 9, c = 2 } conv { out = 4, k = 3, s = 2 } conv { out = 3, k = 3, s = 2 }" FC ALL},
    {"conv stride 2 even",
     "input { h = 8, w = 6, c = 2 } conv { out = 4, k = 3, s = 2 } conv { out = 3, k = 3, s = 2 }" FC ALL},
    {"conv stride 3", "input { h = 10, w = 8, c = 2 } conv { out = 4, k = 3 } conv { out = 5, k = 5, s = 3 }" FC ALL},
    {"conv stride larger than kernel",
     "input { h = 9, w = 10, c = 2 } conv { out = 4, k = 3 } conv { out = 3, k = 2, s = 3, pad = 0 }" FC ALL},
    {"conv unequal strides",
     "input { h = 9, w = 7, c = 2 } conv { out = 4, k = 3, s = { 2, 1 } } conv { out = 3, k = 3, s = { 1, 3 } }" FC
         ALL},
    {"conv unequal kernel",
     "input { h = 6, w = 7, c = 2 } conv { out = 4, k = { 1, 5 } } conv { out = 3, k = { 3, 1 } }" FC ALL},
    {"conv even kernel, same", "input { h = 6, w = 7, c = 2 } conv { out = 4, k = 2 } conv { out = 3, k = 4 }" FC ALL},
    {"conv asymmetric pads", "input { h = 6, w = 7, c = 2 } conv { out = 4, k = 4, pad = { 1, 2, 2, 1 } } conv { out = "
                             "3, k = 3, s = 2, pad = { 0, 1, 2, 0 } }" FC ALL},
    {"conv tf_same odd", "input { h = 7, w = 7, c = 2 } conv { out = 4, k = 3, s = 2, pad = 'tf_same' } conv { out = "
                         "3, k = 3, s = 2, pad = 'tf_same' }" FC ALL},
    {"conv tf_same even", "input { h = 8, w = 6, c = 2 } conv { out = 4, k = 3, s = 2, pad = 'tf_same' } conv { out = "
                          "3, k = 5, s = 3, pad = 'tf_same' }" FC ALL},
    {"conv without pad",
     "input { h = 8, w = 7, c = 2 } conv { out = 4, k = 3, pad = 0 } conv { out = 3, k = 3, pad = 0 }" FC ALL},
    {"conv kernel larger than map",
     "input { h = 3, w = 2, c = 3 } conv { out = 4, k = 5 } conv { out = 3, k = 7 }" FC ALL},
    {"conv pad wider than kernel",
     "input { h = 3, w = 3, c = 2 } conv { out = 3, k = 3 } conv { out = 3, k = 2, pad = 3 }" FC ALL},
    {"conv that shrinks to one pixel",
     "input { h = 4, w = 5, c = 2 } conv { out = 4, k = 3 } conv { out = 6, k = { 4, 5 }, pad = 0 }" FC ALL},
    {"pointwise, many channels",
     "input { h = 3, w = 4, c = 19 } conv { out = 21, k = 1 } conv { out = 18, k = 1 }" FC ALL},
    {"pointwise strided",
     "input { h = 5, w = 4, c = 3 } conv { out = 4, k = 1 } conv { out = 5, k = 1, s = 2 }" FC ALL},
    {"pointwise without bias",
     "input { h = 5, w = 4, c = 3 } conv { out = 4, k = 1, bias = false } conv { out = 5, k = 1, bias = false }" FC
         ALL},
    {"conv 17 -> 33 channels",
     "input { h = 3, w = 3, c = 17 } conv { out = 33, k = 3 } conv { out = 8, k = 3, s = 2 }" FC ALL},
    {"conv groups 2",
     "input { h = 6, w = 5, c = 4 } conv { out = 6, k = 3, groups = 2 } conv { out = 8, k = 5, s = 2, groups = 2 }" FC
         ALL},
    {"conv groups 3 of many",
     "input { h = 4, w = 5, c = 3 } conv { out = 12, k = 3 } conv { out = 27, k = 3, groups = 3 }" FC ALL},
    {"conv groups that multiply channels",
     "input { h = 5, w = 5, c = 3 } conv { out = 4, k = 3 } conv { out = 8, k = 3, groups = 4 }" FC ALL},
    {"conv groups that divide channels",
     "input { h = 5, w = 5, c = 3 } conv { out = 8, k = 3 } conv { out = 4, k = 3, groups = 4 }" FC ALL},
    {"conv groups pointwise",
     "input { h = 5, w = 4, c = 8 } conv { out = 8, k = 1 } conv { out = 16, k = 1, groups = 4 }" FC ALL},
    {"conv with groups = channels",
     "input { h = 5, w = 6, c = 4 } conv { out = 4, k = 1 } conv { out = 4, k = 3, groups = 4 }" FC ALL},
    {"image of one pixel", "input { h = 1, w = 1, c = 5 } conv { out = 4, k = 3 } conv { out = 4, k = 1 }" FC ALL},
    {"one channel", "input { h = 6, w = 6, c = 1 } conv { out = 1, k = 3 } conv { out = 1, k = 3, s = 2 }" FC ALL},

    {"conv dilated", "input { h = 7, w = 8, c = 3 } conv { out = 4, k = 3, dilation = 2 } conv { out = 5, k = 3, "
                     "dilation = 3, pad = 3 }" FC ALL},
    {"conv dilated, unequal",
     "input { h = 9, w = 7, c = 2 } conv { out = 4, k = { 3, 2 }, dilation = { 1, 3 } } conv { out = 3, k = { 2, 3 }, "
     "dilation = { 4, 1 }, pad = { 2, 1, 0, 3 } }" FC ALL},
    {"conv dilated, strides", "input { h = 11, w = 10, c = 2 } conv { out = 4, k = 3, dilation = 2, s = 2 } conv { out "
                              "= 3, k = 3, dilation = 2, "
                              "s = 3, pad = 3 } conv { out = 3, k = 2, dilation = 3, s = 2, pad = 'tf_same' }" FC ALL},
    {"conv dilated, strides of other factors",
     "input { h = 13, w = 12, c = 2 } conv { out = 4, k = 3, dilation = { 3, 4 }, s = { 2, 6 }, pad = { 3, 4, 5, 2 } } "
     "conv { out = 3, k = 3, dilation = { 2, 3 }, s = { 4, 1 }, pad = 3 }" FC ALL},
    {"conv dilated in groups", "input { h = 6, w = 7, c = 4 } conv { out = 6, k = 3, dilation = 2, groups = 2 } conv { "
                               "out = 6, k = 3, dilation = 2, s = 2, groups = 3 }" FC ALL},
    {"conv dilated, wider than its map",
     "input { h = 3, w = 2, c = 3 } conv { out = 4, k = 3, dilation = 3 } conv { out = 3, k = 2, dilation = 4, pad = 3 "
     "}" FC ALL},
    {"dwconv dilated",
     "input { h = 7, w = 8, c = 5 } conv { out = 5, k = 1 } dwconv { k = 3, dilation = 2 } dwconv { k "
     "= { 2, 3 }, dilation = { 3, 1 }, pad = 2 }" FC ALL},
    {"dwconv dilated, strides", "input { h = 12, w = 11, c = 3 } conv { out = 9, k = 1 } dwconv { k = 3, dilation = { "
                                "2, 3 }, s = 2 } dwconv { k = "
                                "3, dilation = { 3, 2 }, s = { 2, 4 }, pad = { 4, 3, 5, 2 } }" FC ALL},
    {"dwconv dilated, wider than its map",
     "input { h = 2, w = 1, c = 3 } conv { out = 4, k = 1 } dwconv { k = { 2, 3 }, dilation = 2, pad = 2 } dwconv { "
     "k = 5, dilation = 2 }" FC ALL},
    {"parts of a dilated conv",
     "input { h = 6, w = 5, c = 4 } conv { out = 24, k = 3 } conv { out = 24, k = 3, dilation = 2 }" FC ALL},

    {"conv standardised",
     "input { h = 5, w = 6, c = 3 } conv { out = 5, k = 3, standardise = 1e-5, act = 'relu' } conv { "
     "out = 4, k = 3, s = 2, standardise = 0.1 }" FC ALL},
    {"conv standardised, groups and channels",
     "input { h = 5, w = 6, c = 4 } conv { out = 6, k = 3, groups = 2, standardise = 1e-5 } conv { out = 6, k = 3, "
     "groups = "
     "6, standardise = 2, bias = false } conv { out = 18, k = 1, standardise = 0 } global_pool {}" FC ALL},
    {"conv standardised, batch",
     "input { h = 4, w = 4, c = 3 } conv { out = 4, k = 3, standardise = 1e-5 } group_norm { "
     "groups = 2, act = 'relu' }" FC TRAIN(", batch = 3")},
    {"conv standardised, frozen below and above",
     "input { h = 4, w = 4, c = 3 } conv { 'a', out = 4, k = 3, standardise = 1e-5 } conv { 'b', out = 4, k = 3, "
     "standardise "
     "= 1e-5 } conv { 'c', out = 3, k = 3, standardise = 1e-5 }" FC " train { update = { 'b.weight', 'a.bias' } }"},
    {"conv standardised, large", "input { h = 4, w = 4, c = 12 } conv { out = 48, k = 3, standardise = 1e-5 }" FC ALL},

    /* signals: one-wide and one-high maps */
    {"signal, one wide",
     "input { h = 20, c = 2 } conv { out = 4, k = { 5, 1 }, s = { 2, 1 } } conv { out = 3, k = { 3, 1 } }" FC ALL},
    {"signal, one high",
     "input { w = 20, c = 2 } conv { out = 4, k = { 1, 5 }, s = { 1, 2 } } dwconv { k = { 1, 3 } }" FC ALL},
    {"signal with square kernels",
     "input { h = 12, w = 1, c = 2 } conv { out = 4, k = 3 } dwconv { k = 3, s = 2 } avg_pool { k = { 2, 1 } }" FC ALL},

    /* depthwise */
    {"dwconv 3x3", "input { h = 6, w = 7, c = 5 } conv { out = 5, k = 1 } dwconv { k = 3 }" FC ALL},
    {"dwconv stride 2", "input { h = 7, w = 6, c = 3 } conv { out = 9, k = 1 } dwconv { k = 3, s = 2 }" FC ALL},
    {"dwconv 5x5 stride 2 even",
     "input { h = 8, w = 8, c = 3 } conv { out = 18, k = 1 } dwconv { k = 5, s = 2 }" FC ALL},
    {"dwconv 7x7 on a small map", "input { h = 4, w = 3, c = 3 } conv { out = 6, k = 1 } dwconv { k = 7 }" FC ALL},
    {"dwconv stride 3, unequal",
     "input { h = 9, w = 10, c = 2 } conv { out = 4, k = 1 } dwconv { k = { 3, 5 }, s = { 3, 1 } }" FC ALL},
    {"dwconv asymmetric pads",
     "input { h = 6, w = 5, c = 2 } conv { out = 4, k = 1 } dwconv { k = 3, s = 2, pad = { 0, 1, 2, 1 } }" FC ALL},
    {"dwconv tf_same", "input { h = 6, w = 8, c = 2 } conv { out = 4, k = 1 } dwconv { k = 3, s = 2, pad = 'tf_same' } "
                       "dwconv { k = 4, pad = 'tf_same' }" FC ALL},
    {"dwconv even kernel",
     "input { h = 6, w = 5, c = 2 } conv { out = 4, k = 1 } dwconv { k = 2 } dwconv { k = { 4, 2 }, bias = false }" FC
         ALL},
    {"dwconv of one channel", "input { h = 6, w = 5, c = 1 } dwconv { k = 3 } dwconv { k = 3 }" FC ALL},
    {"dwconv 40 channels", "input { h = 4, w = 4, c = 40 } dwconv { k = 3 } dwconv { k = 3, s = 2 }" FC ALL},

    /* dense */
    {"dense alone", "input { h = 3, w = 4, c = 2 }" FC ALL},
    {"dense in h, w, c order", "input { h = 3, w = 4, c = 2 } dense { out = 5, order = 'hwc', act = 'relu' }" FC ALL},
    {"dense of a map, trained before",
     "input { h = 3, w = 4, c = 2 } conv { out = 3, k = 1 } dense { out = 6, order = 'hwc' } dense { out = 5 }" FC ALL},
    {"dense without bias",
     "input { c = 11 } dense { out = 17, bias = false, act = 'relu' } dense { out = 4, bias = false }" ALL},
    {"two classes", "input { c = 5 } dense { out = 2 }" ALL},

    /* activations */
    {"relu",
     "input { h = 4, w = 5, c = 3 } conv { out = 5, k = 3, act = 'relu' } conv { out = 4, k = 3 } relu {}" FC ALL},
    {"relu6", "input { h = 4, w = 5, c = 3, scale = 4 } conv { out = 5, k = 3, act = 'relu6' } conv { out = 9, k = 3 } "
              "relu6 {}" FC ALL},
    {"hswish",
     "input { h = 4, w = 5, c = 3 } conv { out = 5, k = 3, act = 'hswish' } conv { out = 4, k = 3 } hswish {}" FC ALL},
    {"sigmoid",
     "input { h = 4, w = 5, c = 3 } conv { out = 5, k = 3, act = 'sigmoid' } conv { out = 4, k = 3 } sigmoid {}" FC
         ALL},
    {"leaky_relu", "input { h = 4, w = 5, c = 3, scale = 2 } conv { out = 5, k = 3, act = { 'leaky_relu', slope = 0.2 "
                   "} } conv { out = 4, k = 3 } leaky_relu { slope = 0.2 }" FC ALL},
    {"leaky_relu by its mask", "input { h = 4, w = 5, c = 3, scale = 2 } conv { out = 5, k = 3, act = 'leaky_relu' } "
                               "conv { out = 4, k = 3 } leaky_relu {}" FC " train { update = '*.bias' }"},
    {"leaky_relu, falling", "input { h = 4, w = 5, c = 3, scale = 2 } conv { out = 5, k = 3, act = { 'leaky_relu', "
                            "slope = -0.5 } } conv { out = 4, k = 3 } leaky_relu { slope = -0.5 }" FC ALL},
    {"elu", "input { h = 4, w = 5, c = 3, scale = 2 } conv { out = 5, k = 3, act = { 'elu', alpha = 1.5 } } conv { out "
            "= 4, k = 3 } elu { alpha = 1.5 }" FC ALL},
    {"silu",
     "input { h = 4, w = 5, c = 3, scale = 2 } conv { out = 5, k = 3, act = 'silu' } conv { out = 4, k = 3 } silu {}" FC
         ALL},
    {"gelu",
     "input { h = 4, w = 5, c = 3, scale = 2 } conv { out = 5, k = 3, act = 'gelu' } conv { out = 4, k = 3 } gelu {}" FC
         ALL},
    {"gelu by tanh", "input { h = 4, w = 5, c = 3, scale = 2 } conv { out = 5, k = 3, act = { 'gelu', approximate = "
                     "'tanh' } } conv { out = 4, k = 3 } gelu { approximate = 'tanh' }" FC ALL},
    {"tanh",
     "input { h = 4, w = 5, c = 3, scale = 2 } conv { out = 5, k = 3, act = 'tanh' } conv { out = 4, k = 3 } tanh {}" FC
         ALL},
    {"hard_sigmoid", "input { h = 4, w = 5, c = 3, scale = 2 } conv { out = 5, k = 3, act = 'hard_sigmoid' } conv { "
                     "out = 4, k = 3 } hard_sigmoid {}" FC ALL},
    {"hard_sigmoid by its mask",
     "input { h = 4, w = 5, c = 3, scale = 2 } conv { out = 5, k = 3, act = { 'hard_sigmoid', alpha = 0.3, beta = 0.4 "
     "} } conv { out = 4, k = 3 } hard_sigmoid { alpha = 0.3, beta = 0.4 }" FC " train { update = '*.bias' }"},
    {"softplus", "input { h = 4, w = 5, c = 3, scale = 2 } conv { out = 5, k = 3, act = 'softplus' } conv { out = 4, k "
                 "= 3 } softplus {}" FC ALL},
    {"abs",
     "input { h = 4, w = 5, c = 3, scale = 2 } conv { out = 5, k = 3, act = 'abs' } conv { out = 4, k = 3 } abs {}" FC
         ALL},
    {"prelu",
     "input { h = 4, w = 5, c = 3, scale = 2 } conv { out = 5, k = 3 } prelu {} conv { out = 4, k = 3 } prelu {}" FC
         ALL},
    {"prelu, frozen",
     "input { h = 4, w = 5, c = 3, scale = 2 } conv { out = 5, k = 3 } prelu {} conv { out = 4, k = 3 } prelu {}" FC
     " train { update = '*.bias' }"},
    {"prelu alone learns",
     "input { h = 4, w = 5, c = 3, scale = 2 } conv { out = 5, k = 3 } prelu {} conv { out = 4, k = 3 } prelu {}" FC
     " train { update = 'prelu*' }"},
    {"prelu of a batch",
     "input { h = 4, w = 5, c = 3, scale = 2 } conv { out = 5, k = 3 } prelu {} prelu {}" FC TRAIN(", batch = 3")},
    {"mbconv with an activation that has attributes",
     "input { h = 4, w = 4, c = 3 } mbconv { out = 3, k = 3, expand = 2, act = { 'leaky_relu', slope = 0.1 } }" FC ALL},
    {"dense with activations", "input { c = 6 } dense { out = 7, act = 'hswish' } dense { out = 9, act = 'sigmoid' } "
                               "dense { out = 5, act = 'relu6' }" FC ALL},
    {"relu of the image", "input { h = 3, w = 3, c = 3 } relu {} conv { out = 4, k = 3 }" FC ALL},
    {"relu twice", "input { h = 3, w = 3, c = 3 } conv { out = 4, k = 3 } relu {} relu6 {} conv { out = 4, k = 3, act "
                   "= 'relu' } hswish {}" FC ALL},
    {"activation read twice", "input { h = 4, w = 4, c = 3 } local a = conv { out = 4, k = 3, act = 'relu' } local b = "
                              "conv { out = 4, k = 3 } add { from = { a, b }, act = 'relu6' }" FC ALL},
    {"value read before and behind its relu",
     "input { h = 4, w = 4, c = 3 } local a = conv { out = 4, k = 3 } local b = relu {} add { from = { a, b } }" FC
         ALL},
    {"value read before and behind its sigmoid",
     "input { h = 4, w = 4, c = 3 } local a = conv { out = 4, k = 3 } local b = sigmoid {} local c = hswish { from = a "
     "} local d = add { from = { a, b } } add { from = { d, c } }" FC ALL},

    /* sums */
    {"residual", "input { h = 4, w = 4, c = 4 } local a = conv { out = 4, k = 1 } local b = conv { out = 4, k = 3 } "
                 "add { from = { a, b } }" FC ALL},
    {"residual, other order", "input { h = 4, w = 4, c = 4 } local a = conv { out = 4, k = 1 } local b = conv { out = "
                              "4, k = 3 } add { from = { b, a } }" FC ALL},
    {"a tensor added to itself",
     "input { h = 4, w = 4, c = 3 } local a = conv { out = 4, k = 3 } add { from = { a, a } }" FC ALL},
    {"sum of three branches",
     "input { h = 4, w = 4, c = 3 } local a = conv { out = 4, k = 3 } local b = dwconv { from = a, k = 3 } local c = "
     "conv { from = a, out = 4, k = 1, act = 'relu' } local d = add { from = { a, b } } add { from = { c, d } }" FC
         ALL},
    {"sum with the image",
     "local i = input { h = 4, w = 4, c = 3 } local a = conv { out = 3, k = 3 } add { from = { i, a } }" FC ALL},
    {"sum of two pools", "input { h = 6, w = 6, c = 3 } local a = conv { out = 4, k = 3 } local p = avg_pool { k = 2 } "
                         "local q = max_pool { from = a, k = 2 } add { from = { p, q }, act = 'hswish' }" FC ALL},
    {"residual whose term is read twice",
     "input { h = 4, w = 4, c = 4 } local a = conv { out = 4, k = 1 } local b = conv { out = 4, k = 3 } local c = add "
     "{ from = { a, b } } local d = conv { from = b, out = 4, k = 1 } add { from = { c, d } }" FC ALL},
    {"long chain of residuals", "input { h = 3, w = 3, c = 4 } local x = conv { out = 4, k = 1 } for i = 1, 4 do x = "
                                "add { from = { conv { from = x, out = 4, k = 3, act = 'relu' }, x } } end" FC ALL},

    /* differences, products, quotients, channels side by side */
    {"sub", "input { h = 4, w = 5, c = 3 } local a = conv { out = 4, k = 3 } local b = conv { out = 4, k = 1 } sub { "
            "from = { b, a }, act = 'relu' }" FC ALL},
    {"mul", "input { h = 4, w = 5, c = 3 } local a = conv { out = 5, k = 3 } local b = dwconv { k = 3 } mul { from = { "
            "a, b } }" FC ALL},
    {"a tensor times itself, less itself",
     "input { h = 4, w = 4, c = 3 } local a = conv { out = 4, k = 3 } local b = mul { from = { a, a } } sub { from = { "
     "b, a } }" FC ALL},
    {"mul by one pixel",
     "input { h = 5, w = 4, c = 3 } local a = conv { out = 18, k = 3 } global_pool {} local s = conv "
     "{ out = 18, k = 1, act = 'sigmoid' } mul { from = { a, s } }" FC ALL},
    {"mul by one pixel, other order, read again", "input { h = 5, w = 4, c = 3 } local a = conv { out = 4, k = 3 } "
                                                  "local s = dense { out = 4 } local m = mul { from = "
                                                  "{ s, a } } add { from = { a, m }, act = 'hswish' }" FC ALL},
    {"mul of two pixels",
     "input { c = 5 } local a = dense { out = 4 } local b = dense { out = 4 } mul { from = { a, b } }" FC ALL},
    {"div", "input { h = 4, w = 5, c = 3 } local a = conv { out = 4, k = 3 } local b = conv { out = 4, k = 1, act = "
            "'sigmoid' } div { from = { a, b } }" FC ALL},
    {"div of a sum by a sum",
     "input { h = 4, w = 4, c = 3 } local a = conv { out = 4, k = 3, act = 'sigmoid' } local b = conv { out = 4, k = "
     "1, "
     "act = 'sigmoid' } local c = add { from = { a, b } } local d = sub { from = { a, b } } div { from = { d, c } }" FC
         ALL},
    {"concat",
     "input { h = 4, w = 5, c = 3 } local a = conv { out = 4, k = 3 } local b = conv { out = 7, k = 1 } concat "
     "{ from = { a, b } } conv { out = 4, k = 3 }" FC ALL},
    {"concat of one twice, and of the image", "local i = input { h = 5, w = 4, c = 3 } local a = conv { out = 4, k = "
                                              "3, act = 'relu' } concat { from = { a, i, a } "
                                              "}" FC ALL},
    {"concat of eight",
     "input { h = 3, w = 3, c = 3 } local all = {} for i = 1, 8 do all[i] = conv { out = i, k = 1 } end "
     "concat { from = all }" FC ALL},
    {"concats that grow",
     "input { h = 4, w = 4, c = 3 } local x = conv { out = 4, k = 3 } for i = 1, 3 do x = concat { "
     "from = { x, conv { from = x, out = 3, k = 3, act = 'relu' } } } end" FC ALL},

    {"channels: slices of one map, and zeros on both sides",
     "input { h = 4, w = 5, c = 3 } local x = conv { out = 8, k = 3, act = 'relu' } local a = channels { from = x, out "
     "= 3 } "
     "local b = channels { from = x, first = 2, out = 6 } local c = channels { from = b, first = -2, out = 9 } concat "
     "{ from "
     "= { a, c, x } } conv { out = 4, k = 1 }" FC ALL},
    {"channels added to a map", "input { h = 3, w = 4, c = 3 } local x = conv { out = 4, k = 3 } local y = channels { "
                                "from = x, out = 6 } add { from = { "
                                "y, conv { from = x, out = 6, k = 1, act = 'relu' } } }" FC ALL},
    {"l2_norm", "input { h = 3, w = 4, c = 3 } conv { out = 5, k = 3 } l2_norm {} conv { out = 4, k = 1 }" FC ALL},
    {"l2_norm beside its input",
     "input { c = 5 } local x = dense { out = 6, act = 'relu' } add { from = { l2_norm { from = x }, x } }" FC ALL},
    {"upsample with zeros, a transposed convolution", "input { h = 3, w = 4, c = 3 } conv { out = 4, k = 3, act = "
                                                      "'relu' } upsample { h = 6, w = 12, mode = 'zeros' } conv { "
                                                      "out = 3, k = 3, pad = { 1, 1, 2, 0 } }" FC ALL},
    {"upsample with zeros beside its input",
     "input { h = 3, w = 2, c = 3 } local x = conv { out = 4, k = 3 } local y = upsample { h = 3, w = 6, mode = "
     "'zeros' } "
     "concat { from = { y, upsample { from = x, like = y, mode = 'nearest' } } }" FC ALL},
    {"upsample, corners aligned",
     "input { h = 3, w = 4, c = 3 } conv { out = 4, k = 3 } upsample { h = 7, w = 5, align = 'corners' "
     "} upsample { h = 1, w = 3, align = 'corners' } upsample { h = 3, w = 4, align = 'corners' }" FC ALL},
    {"upsample, edges aligned",
     "input { h = 3, w = 4, c = 3 } conv { out = 4, k = 3 } upsample { h = 7, w = 5, align = 'edges' } "
     "upsample { h = 3, w = 3, align = 'edges' }" FC ALL},

    /* pools */
    {"avg_pool without its padding",
     "input { h = 7, w = 6, c = 3 } conv { out = 4, k = 3 } avg_pool { k = 3, s = 2, pad = 1, count_pad = false }" FC
         ALL},
    {"avg_pool without its padding, unequal",
     "input { h = 5, w = 7, c = 3 } conv { out = 20, k = 3 } avg_pool { k = { 2, 3 }, s = { 1, 2 }, pad = { 1, 0, 2, 1 "
     "}, "
     "count_pad = false } avg_pool { k = 3, s = 1, pad = 'tf_same', count_pad = false }" FC ALL},
    {"avg_pool", "input { h = 6, w = 8, c = 3 } conv { out = 4, k = 3 } avg_pool { k = 2 }" FC ALL},
    {"avg_pool that drops rows", "input { h = 7, w = 9, c = 3 } conv { out = 4, k = 3 } avg_pool { k = 2 }" FC ALL},
    {"avg_pool overlapping", "input { h = 7, w = 6, c = 3 } conv { out = 4, k = 3 } avg_pool { k = 3, s = 2 }" FC ALL},
    {"avg_pool padded",
     "input { h = 7, w = 6, c = 3 } conv { out = 4, k = 3 } avg_pool { k = 3, s = 2, pad = 1 }" FC ALL},
    {"avg_pool unequal",
     "input { h = 7, w = 6, c = 3 } conv { out = 4, k = 3 } avg_pool { k = { 2, 3 }, s = { 1, 2 } }" FC ALL},
    {"avg_pool with gaps", "input { h = 8, w = 7, c = 3 } conv { out = 4, k = 3 } avg_pool { k = 1, s = 3 }" FC ALL},
    {"max_pool", "input { h = 6, w = 8, c = 3 } conv { out = 4, k = 3 } max_pool { k = 2 }" FC ALL},
    {"max_pool overlapping", "input { h = 7, w = 6, c = 3 } conv { out = 4, k = 3 } max_pool { k = 3, s = 1 }" FC ALL},
    {"max_pool padded",
     "input { h = 7, w = 6, c = 3 } conv { out = 4, k = 3 } max_pool { k = 3, s = 2, pad = 1 }" FC ALL},
    {"max_pool unequal, many channels",
     "input { h = 7, w = 6, c = 3 } conv { out = 21, k = 3 } max_pool { k = { 3, 2 }, s = { 2, 3 } }" FC ALL},
    {"max_pool of negative values, padded",
     "input { h = 5, w = 5, c = 3, scale = 3 } conv { out = 4, k = 1 } max_pool { k = 3, pad = { 1, 0, 0, 1 } }" FC
         ALL},
    {"max_pool of the image", "input { h = 6, w = 6, c = 3 } max_pool { k = 2 } conv { out = 4, k = 3 }" FC ALL},
    {"global_pool", "input { h = 5, w = 4, c = 3 } conv { out = 19, k = 3 } global_pool {}" FC ALL},
    {"global_pool of a row", "input { h = 1, w = 9, c = 3 } conv { out = 4, k = { 1, 3 } } global_pool {} conv { out = "
                             "5, k = 1, act = 'relu' }" FC ALL},
    {"pool and its map, both read",
     "input { h = 4, w = 4, c = 3 } local a = conv { out = 4, k = 3 } local g = global_pool {} local u = upsample { h "
     "= 4, w = 4 } add { from = { a, u } }" FC ALL},

    /* upsample */
    {"upsample x2", "input { h = 3, w = 4, c = 3 } conv { out = 4, k = 3 } upsample { h = 6, w = 8 }" FC ALL},
    {"upsample to odd sizes", "input { h = 3, w = 4, c = 3 } conv { out = 4, k = 3 } upsample { h = 7, w = 5 }" FC ALL},
    {"upsample that shrinks", "input { h = 9, w = 8, c = 3 } conv { out = 4, k = 3 } upsample { h = 4, w = 3 }" FC ALL},
    {"upsample that shrinks a lot",
     "input { h = 13, w = 11, c = 2 } conv { out = 3, k = 3 } upsample { h = 2, w = 1 }" FC ALL},
    {"upsample one way up, one down",
     "input { h = 3, w = 9, c = 3 } conv { out = 4, k = 3 } upsample { h = 8, w = 4 }" FC ALL},
    {"upsample of one pixel",
     "input { h = 2, w = 2, c = 3 } conv { out = 4, k = 3 } global_pool {} upsample { h = 3, w = 5 }" FC ALL},
    {"upsample to its own size",
     "input { h = 3, w = 5, c = 3 } conv { out = 4, k = 3 } upsample { h = 3, w = 5 }" FC ALL},
    {"upsample like", "input { h = 7, w = 6, c = 3 } local a = conv { out = 4, k = 3 } avg_pool { k = 2 } conv { out = "
                      "4, k = 3 } local u = upsample { like = a } add { from = { a, u } }" FC ALL},
    {"upsample of a row", "input { h = 1, w = 7, c = 20 } conv { out = 20, k = 1 } upsample { h = 1, w = 12 }" FC ALL},

    /* norms */
    {"group_norm",
     "input { h = 4, w = 5, c = 3 } conv { out = 8, k = 3 } group_norm { groups = 2, act = 'relu' }" FC ALL},
    {"group_norm one group", "input { h = 4, w = 5, c = 3 } conv { out = 7, k = 3 } group_norm { groups = 1 }" FC ALL},
    {"group_norm of single channels",
     "input { h = 4, w = 5, c = 3 } conv { out = 6, k = 3 } group_norm { groups = 6 } conv { out = 3, k = 3 }" FC ALL},
    {"group_norm many channels, large eps",
     "input { h = 3, w = 3, c = 3 } conv { out = 36, k = 3 } group_norm { groups = 3, eps = 0.5 }" FC ALL},
    {"group_norm of one pixel", "input { c = 4 } dense { out = 12 } group_norm { groups = 3 }" FC ALL},
    {"group_norm twice",
     "input { h = 4, w = 4, c = 3 } conv { out = 4, k = 3 } group_norm { groups = 2 } group_norm { groups = 1 }" FC
         ALL},
    {"group_norm of the image",
     "input { h = 4, w = 4, c = 4 } group_norm { groups = 2 } conv { out = 4, k = 3 }" FC ALL},
    {"group_norm frozen", "input { h = 4, w = 4, c = 3 } conv { 'a', out = 8, k = 3 } group_norm { groups = 2 } conv { "
                          "'b', out = 3, k = 3 }" FC " train { update = { 'a.*', 'fc.*' } }"},
    {"group_norm weight alone",
     "input { h = 4, w = 4, c = 3 } conv { out = 8, k = 3 } group_norm { 'n', groups = 2 } conv { out = 3, k = 3 }" FC
     " train { update = { 'n.weight' } }"},
    {"group_norm bias alone",
     "input { h = 4, w = 4, c = 3 } conv { out = 8, k = 3 } group_norm { 'n', groups = 2 } conv { out = 3, k = 3 }" FC
     " train { update = { 'n.bias' } }"},
    {"group_norm in a residual", "input { h = 4, w = 4, c = 4 } local a = conv { out = 4, k = 3 } group_norm { groups "
                                 "= 2 } local b = conv { out = 4, k = 3 } add { from = { a, b } }" FC ALL},

    /* blocks of the prelude */
    {"mbconv", "input { h = 6, w = 6, c = 4 } mbconv { out = 4, k = 3, expand = 2 } mbconv { out = 6, k = 5, s = 2, "
               "expand = 3, act = 'hswish' }" FC ALL},
    {"mbconv without expansion", "input { h = 5, w = 5, c = 4 } mbconv { out = 4, k = 3, expand = 1 }" FC ALL},
    {"lite residual", "input { h = 8, w = 8, c = 4 } conv { out = 4, k = 3 } mbconv { out = 4, k = 3, expand = 2, lite "
                      "= { k = 5, groups = 2 } }" FC ALL},
    {"lite residual, stride, odd, norm", "input { h = 7, w = 9, c = 4 } conv { out = 8, k = 3 } mbconv { out = 8, k = "
                                         "3, s = 2, expand = 2, lite = { k = 3, groups = 2, norm = 'group' } }" FC ALL},
    {"lite residual, tiny maps", "input { h = 3, w = 3, c = 4 } conv { out = 4, k = 3 } mbconv { out = 8, k = 3, s = "
                                 "2, expand = 2, lite = { k = 5, groups = 2, expand = 0.5 } }" FC ALL},

    /* what learns */
    {"only biases", "input { h = 5, w = 5, c = 3 } conv { out = 4, k = 3, act = 'relu6' } dwconv { k = 3, act = "
                    "'relu6' } conv { out = 4, k = 1 } global_pool {}" FC " train { update = '*.bias' }"},
    {"only a first weight", "input { h = 5, w = 5, c = 3 } conv { 'a', out = 4, k = 3, act = 'relu' } dwconv { k = 3 } "
                            "conv { out = 4, k = 3, s = 2 }" FC " train { update = 'a.weight' }"},
    {"only a depthwise in the middle",
     "input { h = 5, w = 5, c = 3 } conv { out = 4, k = 3, act = 'relu' } dwconv { 'd', k = 3 } conv { out = 4, k = 3, "
     "s = 2, act = 'relu6' } dwconv { k = 3, s = 2 }" FC " train { update = 'd.*' }"},
    {"only the last layer", "input { h = 5, w = 5, c = 3 } conv { out = 4, k = 3, act = 'relu' } global_pool {}" FC
                            " train { update = 'fc.*' }"},
    {"frozen branch beside a learning one",
     "input { h = 4, w = 4, c = 3 } local x = conv { 'x', out = 4, k = 3 } local a = conv { 'a', from = x, out = 4, k "
     "= 3 } local b = conv { 'b', from = x, out = 4, k = 3 } add { from = { a, b } }" FC
     " train { update = 'a.weight' }"},
    {"slice of inputs", "input { h = 4, w = 4, c = 8 } conv { 'a', out = 8, k = 1 } conv { 'p', out = 6, k = 1 }" FC
                        " train { update = { { 'p.weight', inputs = 1/4 }, 'a.*' } }"},
    {"slice of inputs, 3x3 strided",
     "input { h = 5, w = 6, c = 8 } conv { 'a', out = 7, k = 1 } conv { 'p', out = 6, k = 3, s = 2 }" FC
     " train { update = { { 'p.weight', inputs = 1/2 }, '*.bias' } }"},
    {"slice of outputs",
     "input { h = 4, w = 4, c = 8 } conv { 'a', out = 8, k = 1 } conv { 'p', out = 6, k = 3, act = 'relu' }" FC
     " train { update = { { 'p.weight', outputs = 1/4 }, 'a.weight' } }"},
    {"slice of the first layer", "input { h = 4, w = 4, c = 3 } conv { 'p', out = 9, k = 3, act = 'relu' }" FC
                                 " train { update = { { 'p.weight', outputs = 1/3 } } }"},
    {"slice of a dense layer", "input { h = 3, w = 2, c = 6 } dense { 'p', out = 8, act = 'relu' }" FC
                               " train { update = { { 'p.weight', inputs = 1/2 }, { 'fc.weight', outputs = 1/3 } } }"},
    {"slice of a dense layer, h, w, c",
     "input { h = 3, w = 2, c = 6 } conv { 'a', out = 6, k = 1 } dense { 'p', out = 8, order = 'hwc', act = 'relu' }" FC
     " train { update = { { 'p.weight', inputs = 1/2 }, 'a.bias' } }"},
    {"slice in a residual",
     "input { h = 4, w = 4, c = 4 } local a = conv { 'a', out = 4, k = 1 } local b = conv { 'p', out = 4, k = 3 } add "
     "{ from = { a, b } }" FC " train { update = { { 'p.weight', inputs = 1/2 }, 'a.weight' } }"},

    /* low-rank branches */
    {"lora beside all",
     "input { h = 5, w = 6, c = 3 } conv { out = 6, k = 3, s = 2, act = 'relu6', lora = 2 } conv { out = 5, k = 1, "
     "lora = { rank = 3 } } dense { out = 4, act = 'relu', lora = 2 }" FC " lora { rank = 1 }" ALL},
    {"lora beside frozen layers",
     "input { h = 7, w = 6, c = 3 } local a = conv { out = 5, k = { 3, 5 }, pad = { 1, 0, 2, 1 }, dilation = { 2, 1 } "
     "} conv { out = 6, k = 1, bias = false, act = 'hswish' } lora { rank = 2 } dense { out = 7, order = 'hwc' } lora "
     "{ rank = 5 } lora { rank = 4, from = a }" FC " train { update = '*.lora.*' }"},
    {"lora in a residual, behind a group norm and a standardised weight",
     "side { ['p.pointwise2'] = { lora = 2 }, ['p.pointwise1'] = { lora = { rank = 1 } }, ['q'] = { lora = 3 } } input "
     "{ h = 4, w = 4, c = 4 } mbconv { 'p', out = 4, k = 3, expand = 2, norm = 'group' } conv { 'q', out = 4, k = 3, "
     "standardise = 0.1 }" FC ALL},
    {"lora beside slices",
     "input { h = 4, w = 5, c = 4 } conv { 'p', out = 6, k = 3, lora = 2 } conv { 'q', out = 6, k = 1, act = 'relu', "
     "lora = 2 }" FC
     " train { update = { { 'p.weight', outputs = 1/3 }, { 'q.weight', inputs = 1/2 }, '*.lora.*', 'p.bias' } }"},
    {"lora with a batch and a lite module beside an unchanged block",
     "side { b = { lite = { k = 3, groups = 1 } }, ['b.pointwise1'] = { lora = 2 } } input { h = 6, w = 6, c = 4 } "
     "mbconv { 'b', out = 4, k = 3, expand = 2 }" FC " train { batch = 2, update = { '*.lora.*', '*.lite.*' } }"},

    /* weights whose gradient comes in parts: more than 16 KiB of it */
    {"parts of a dense layer",
     "input { c = 70 } dense { out = 80, act = 'relu' } dense { out = 75, act = 'relu' }" FC ALL},
    {"parts of a dense layer of a map", "input { h = 6, w = 5, c = 8 } dense { out = 20 }" FC ALL},
    {"parts of a dense layer in h, w, c order",
     "input { h = 6, w = 5, c = 8 } conv { out = 8, k = 1 } dense { out = 20, order = 'hwc' }" FC ALL},
    {"parts of a conv",
     "input { h = 4, w = 4, c = 4 } conv { out = 24, k = 3 } conv { out = 24, k = 3, s = 2 }" FC ALL},
    {"parts of a conv in groups",
     "input { h = 4, w = 4, c = 4 } conv { out = 48, k = 1 } conv { out = 48, k = 3, groups = 2 }" FC ALL},
    {"parts of a pointwise conv", "input { h = 3, w = 4, c = 65 } conv { out = 70, k = 1 }" FC ALL},
    {"parts of a slice", "input { h = 4, w = 4, c = 24 } conv { 'p', out = 48, k = 3 }" FC
                         " train { update = { { 'p.weight', inputs = 1/2 }, '*.bias' } }"},
    {"parts with a batch", "input { c = 70 } dense { out = 80 }" FC TRAIN(", batch = 2")},

    /* losses, batches, inputs */
    {"spare classes",
     "input { h = 3, w = 2, c = 4 } conv { out = 6, k = 1, act = 'relu' } dense { out = 3, spare = 4 }" ALL},
    {"spare classes, label smoothing, batch 2", "input { c = 9 } dense { out = 12, act = 'relu' } dense { out = 4, "
                                                "spare = 1 } train { update = '*', batch = 2, loss "
                                                "= { 'softmax_cross_entropy', label_smoothing = 0.2 } }"},
    {"label smoothing", "input { c = 7 } dense { out = 5 } train { update = '*', loss = { 'softmax_cross_entropy', "
                        "label_smoothing = 0.2 } }"},
    {"mse", "input { h = 3, w = 3, c = 2 } conv { out = 4, k = 3, act = 'relu' } dense { out = 5 } train { update = "
            "'*', loss = 'mse' }"},
    {"mse of one value", "input { c = 5 } dense { out = 1 } train { update = '*', loss = 'mse' }"},
    {"mse of a map", "input { h = 4, w = 5, c = 2 } conv { out = 2, k = 3 } train { update = '*', loss = 'mse' }"},
    {"softmax of a map's elements", "input { h = 2, w = 2, c = 2 } conv { out = 2, k = 3 } train { update = '*' }"},
    {"scores behind a relu", "input { h = 2, w = 2, c = 2 } dense { out = 4, act = 'relu' } train { update = '*' }"},
    {"scores behind a pool",
     "input { h = 4, w = 4, c = 2 } conv { out = 4, k = 3 } global_pool {} train { update = '*' }"},
    {"batch of 3", "input { h = 4, w = 4, c = 2 } conv { out = 4, k = 3, act = 'relu6' } dwconv { k = 3 } group_norm { "
                   "groups = 2 }" FC TRAIN(", batch = 3")},
    {"batch of 2, mse",
     "input { h = 4, w = 4, c = 2 } conv { out = 4, k = 3 } max_pool { k = 2 } dense { out = 3 }" TRAIN(
         ", batch = 2, loss = 'mse'")},
    {"batch with slices", "input { h = 4, w = 4, c = 4 } conv { 'p', out = 8, k = 3 }" FC
                          " train { batch = 2, update = { { 'p.weight', inputs = 1/2 }, 'fc.bias' } }"},
    {"uint8 image",
     "input { h = 5, w = 5, c = 3, type = 'uint8', scale = 2/255, zero_point = 128 } conv { out = 4, k = 3 }" FC ALL},
    {"int8 image", "input { h = 5, w = 4, c = 3, type = 'int8', scale = 1/64, zero_point = -7 } dwconv { k = 3 } conv "
                   "{ out = 4, k = 3, s = 2 }" FC ALL},
    {"image in scratch",
     "input { h = 5, w = 4, c = 3, type = 'uint8', scale = 1/64, place = 'scratch' } conv { out = 4, k = 3, s = 2 }" FC
         ALL},
};

/* ---- one row ---- */

static void check_scores(struct test *t)
{
    float *scores = NEW_ARRAY(t->mem, float, t->classes + t->spare);
    int status = worker_predict(t->l, t->sample[0].image, scores);
    if (status)
        test_failed(t, "predict's result", status, 0);
    const double *wanted = reference_scores(t->r, t->sample[0].real);
    double scale = 1e-3;
    for (int i = 0; i < t->classes; i++)
        scale = fmax(scale, fabs(wanted[i]));
    for (int i = 0; i < t->classes; i++)
        if (!(fabs((double)scores[i] - wanted[i]) <= 2e-5 * t->slack * scale))
            test_failed(t, arena_format(t->mem, "score %d", i), (double)scores[i], wanted[i]);
    for (int i = t->classes; i < t->classes + t->spare; i++)
        if (scores[i] != -FLT_MAX)
            test_failed(t, arena_format(t->mem, "score %d, of no class", i), (double)scores[i], -(double)FLT_MAX);
}

static const struct val *recorded(const struct graph *g, const struct param *p)
{
    for (int i = 0; i < g->nval; i++)
        if (g->val[i]->role == ROLE_STATE && g->val[i]->param == p && strstr(g->val[i]->name, ".gradient"))
            return g->val[i];
    return NULL;
}

enum { MOST = 48 }; /* elements compared of one tensor */

/* `largest`: gradient of any tensor so far. */
static void check_gradient(struct test *t, const struct param *p, double *largest)
{
    const struct val *v = recorded(t->p->graph, p);
    float *ours = net_values(t, v);
    double *values = whole_values(t, p);
    double wanted[MOST], scale = 0;
    int64_t element[MOST], n = p->count < MOST ? p->count : MOST;
    for (int64_t k = 0; k < n; k++) {
        element[k] = n < MOST ? k : k * (p->count - 1) / (n - 1);
        wanted[k] = derivative(t, &values[whole_element(p, element[k])]);
        scale = fmax(scale, fabs(wanted[k]));
    }
    *largest = fmax(*largest, scale);
    for (int64_t k = 0; k < n; k++)
        if (!(fabs((double)ours[element[k]] - wanted[k]) <= 3e-5 * t->slack * fmax(scale, fmax(0.03 * *largest, 0.01))))
            test_failed(t, arena_format(t->mem, "gradient %lld of %s", (long long)element[k], p->name),
                        (double)ours[element[k]], wanted[k]);
}

static int run_row(const struct row *row, int number, double slack)
{
    const struct optimizer record = {.kind = OPTIMIZER_RECORD};
    struct test t;
    if (!test_open(&t, row->title, row->spec, number, &(struct variant){.optimizer = &record}))
        return 1;
    t.slack = slack;
    check_scores(&t);
    test_train(&t);
    double largest = 0;
    int learns = 0;
    for (int i = 0; i < t.p->graph->nparam; i++)
        if (t.p->graph->param[i]->trained) {
            check_gradient(&t, t.p->graph->param[i], &largest);
            learns++;
        }
    if (!learns)
        test_failed(&t, "the number of tensors that learn", 0, 1);
    test_close(&t);
    return t.failures > 0;
}

static int run_file(const char *path, int number)
{
    enum { LONGEST = 65536 };
    static char text[LONGEST];
    FILE *f = fopen(path, "rb");
    if (!f || fread(text, 1, LONGEST - 1, f) == 0) {
        perror(path);
        return 1;
    }
    fclose(f);
    /* Nobody chose its numbers: a norm of nearly equal values makes rounding large. */
    return run_row(&(struct row){path, text}, number, 30);
}

int main(int argc, char **argv)
{
    if (argc == 4 && !strcmp(argv[1], "spec"))
        return run_file(argv[2], atoi(argv[3]));
    int shard = argc > 2 ? atoi(argv[1]) : 0, shards = argc > 2 ? atoi(argv[2]) : 1;
    int count = (int)(sizeof rows / sizeof *rows), failures = 0, run = 0;
    if (argc == 2) /* one row by a part of its title */
        for (int i = 0; i < count; i++)
            if (strstr(rows[i].title, argv[1]))
                printf("%s: %s\n", rows[i].title, run_row(&rows[i], i, 1) ? "differs" : "ok");
    for (int i = shard; i < count && argc != 2; i += shards, run++)
        failures += run_row(&rows[i], i / shards, 1);
    if (argc != 2)
        printf("%d of %d rows differ\n", failures, run);
    return failures > 0;
}
