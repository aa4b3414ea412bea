-- SPDX-License-Identifier: MIT
-- zoo.lua: what the image classifiers of the zoo have in common.  A network's own file holds its blocks;
-- here is how it begins, how it ends, and what of it learns.
--
--     local zoo = include "zoo.lua"
--
-- Options of all of them (-D name=value):
--
--     weights     safetensors file, from where the command runs; absent: random values, good for planning
--     classes     10; the network's own number (1000) together with weights: its own classifier
--     spare       room for so many more classes
--     replay      where samples are remembered, "blocks.3", and so many of them: samples = 125
--     resolution  height and width of the image
--     place       caller | scratch | stream: where the image lives during a call
--     scheme      what learns, always with the classifier:
--                 last        nothing else
--                 bias        biases                                  (TinyTL-B)
--                 lite        lite residual modules                   (TinyTL-L)
--                 lite+bias   both                                    (TinyTL-L+B)
--                 slices      biases, and a quarter of the output (or input) channels of pointwise1 in six blocks
--                 sparse      biases of the last layers and input slices of some pointwise1, as the network's
--                             own file has it (Lin et al., NeurIPS 2022: the scheme of Tiny Training Engine)
--                 norm+last   factor and bias of every norm           (FT-Norm+Last)
--                 full        every weight and bias                   (FT-Full)
--     from        0: the first block that learns; first_conv learns with block 0
--     lite_k lite_groups lite_expand lite_norm     form of the lite modules: 5, 2, 1, none | group
--     lite_from lite_to   the blocks with lite modules: from `from` to the last.  Block 0 never has one:
--                 it has no expansion, and TinyTL leaves it out
--     slices slice slice_of   how many blocks, which part of the channels: 6, 0.25; outputs | inputs
--     optimizer   sgd | adam, with rate, momentum, weight_decay, batch and clip
--     precision   float32 | int8, with gradient = float32 | int16 | int8, trained = float32 | bfloat16
--     norm        folded: the norms are part of the convolutions, as in the files of weights;
--                 group: they are computed (groups of 8 channels), with a factor and a bias of their own
--     paper       true: the network of the TinyTL paper, for `plan --paper-accounting`: group norms, and
--                 lite modules in every scheme, frozen where the scheme does not train them

local zoo = {}

local function one_of(name, words, default)
    local value = option(name, default)
    for word in words:gmatch "%S+" do
        if value == word then return value end
    end
    error(("-D %s=%s: must be one of: %s"):format(name, value, words), 2)
end

local function whole(name, default)
    local value = option(name, default)
    return math.tointeger(value) or error(("-D %s=%s: must be a whole number"):format(name, value), 2)
end

local schemes = "last bias lite lite+bias slices sparse norm+last full"

local weights_file = option("weights", "")
local classes = whole("classes", 10)
local scheme = one_of("scheme", schemes, "lite+bias")
local from = whole("from", 0)
local paper = option("paper", false)
local norm = one_of("norm", "folded group", paper and "group" or "folded")

local learns_lite = scheme == "lite" or scheme == "lite+bias" or (paper and scheme == "full")
local learns_bias = scheme == "bias" or scheme == "lite+bias" or scheme == "slices"
local learns_norm = scheme == "norm+last"

local lite = { k = whole("lite_k", 5), groups = whole("lite_groups", 2), expand = option("lite_expand", 1),
               norm = one_of("lite_norm", "none group", paper and "group" or "none") }
local lite_from = math.max(whole("lite_from", from), 1)
local lite_to = whole("lite_to", 1000)
local slices, slice, slice_of = whole("slices", 6), option("slice", 0.25), one_of("slice_of", "outputs inputs", "outputs")

local update = {} -- patterns over parameter names, collected while layers are made

local function learn(pattern, part)
    update[#update + 1] = part and { pattern, [slice_of] = part } or pattern
end

-- Where a norm was folded, norm+last gives the convolution a factor and a bias for each channel: what is
-- left of a norm with frozen statistics.  They start as one and zero.
local function norm_of(learning)
    if norm == "group" then return "group" end
    return learning and learns_norm and "scale" or "none"
end

local sparse -- of the network: { first = the first layer whose bias learns, inputs = { layer = fraction } }
local sparse_begun = false

local function learn_sparse(layer)
    sparse_begun = sparse_begun or layer == sparse.first
    if sparse_begun then learn(layer .. ".bias") end
    if sparse.inputs[layer] then update[#update + 1] = { layer .. ".weight", inputs = sparse.inputs[layer] } end
end

local function learn_convolution(layer, learning)
    if scheme == "sparse" then learn_sparse(layer) end
    if not learning then return end
    if scheme == "full" then
        learn(layer .. ".*") -- its norm, too
    elseif learns_norm then
        learn(layer .. ".norm.*")
    elseif learns_bias then
        learn(layer .. (norm == "group" and ".norm.bias" or ".bias"))
    end
end

local function learn_lite(layer, learning)
    local normed = lite.norm == "group"
    if learns_lite and learning then
        learn(layer .. ".conv?.weight")
        if normed then
            learn(layer .. ".norm?.weight")
            learn(layer .. ".norm1.bias")
            -- where biases learn, the one of the block's output makes this one superfluous
            if scheme == "lite" then learn(layer .. ".norm2.bias") end
        end
    elseif paper and normed and learns_norm then
        learn(layer .. ".norm?.weight")
        learn(layer .. ".norm1.bias")
    elseif paper and normed and learns_bias then
        learn(layer .. ".norm?.bias")
    end
end

-- Names the network and makes its input.  network: name, resolution.
function zoo.begin(network)
    sparse = network.sparse or { inputs = {} }
    if scheme == "sparse" and not network.sparse then error("-D scheme=sparse: this network has no such list", 2) end
    local resolution = whole("resolution", network.resolution)
    name(network.name)
    if weights_file ~= "" then weights(weights_file) end
    return input { h = resolution, w = resolution, c = 3, type = "uint8", scale = 2 / 255, zero_point = 128,
                   place = one_of("place", "caller scratch stream", "caller") }
end

-- first_conv and the 1x1 convolution behind the blocks of some networks.  They learn with the block that
-- they stand beside.
function zoo.conv(layer, block)
    learn_convolution(layer[1], from <= block)
    layer.act = layer.act or "relu6"
    return normed(conv, layer, norm_of(from <= block))
end

-- Block i, counted from 0: an inverted bottleneck with `hidden` channels inside.
function zoo.block(i, b)
    local block = "blocks." .. i
    local input, learning = last_layer(), i >= from
    local has_lite = i >= 1 and (paper or (learns_lite and i >= lite_from and i <= lite_to))
    local y = mbconv { block, out = b.out, k = b.k, s = b.s, hidden = b.hidden, norm = norm_of(learning),
                       lite = has_lite and lite or nil }
    if b.hidden ~= input.c then
        learn_convolution(block .. ".pointwise1", learning)
        local first = math.max(from, 1)
        if scheme == "slices" and i >= first and i < first + slices then
            learn(block .. ".pointwise1.weight", slice)
        end
    end
    learn_convolution(block .. ".depthwise", learning)
    learn_convolution(block .. ".pointwise2", learning)
    if has_lite then learn_lite(block .. ".lite", i >= lite_from and i <= lite_to) end
    return y
end

-- The classifier, and training.  network: classes, those of the file of weights.
function zoo.finish(network)
    local own = classes == network.classes and weights_file ~= ""
    global_pool {}
    local spare, at = whole("spare", 0), option("replay", "")
    dense { "classifier", out = classes, init = own and "file" or "random", spare = spare > 0 and spare or nil }
    learn "classifier.*"
    if at ~= "" then replay { at = at, samples = whole("samples", 125) } end

    local adaptive = one_of("optimizer", "sgd adam", "sgd") == "adam"
    local rate, decay = option("rate", adaptive and 0.001 or 0.005), option("weight_decay", 0)
    local clip = option("clip", 0)
    train {
        update    = update,
        loss      = "softmax_cross_entropy",
        optimizer = adaptive and adam { rate = rate, weight_decay = decay }
                    or sgd { rate = rate, weight_decay = decay, momentum = option("momentum", 0) },
        batch     = whole("batch", 1),
        clip      = clip > 0 and clip or nil,
    }
    local forward = one_of("precision", "float32 int8", "float32")
    precision {
        forward  = forward,
        gradient = one_of("gradient", "float32 int16 int8", forward == "int8" and "int16" or "float32"),
        trained  = one_of("trained", "float32 bfloat16", "float32"),
    }
end

return zoo
