% -- SPDX-License-Identifier: 0BSD
% -- What runtime_min/optimizer.c does element by element, a vector at a time: compilers leave its loops as they are at -O2.
static int all_finite_in_vectors(const float *g, int n)
{
    int i = 0;

#if LANES > 1
    const ivec none = {0}, exponent = none + 0x7f800000;
    ivec found = none;
    int32_t lanes[LANES];

    for (; i + LANES <= n; i += LANES)
        found |= ((ivec)load(g + i) & exponent) == exponent;
    memcpy(lanes, &found, sizeof lanes);
    for (int l = 0; l < LANES; l++)
        if (lanes[l])
            return 0;
#endif
    return all_finite(g + i, n - i);
}

% if optimizer == "sgd" then
static void sgd_in_vectors(float *p, const float *g, int n, float rate, float decay, float scale)
{
    int i = 0;

    for (; i + LANES <= n; i += LANES)
        store(p + i, load(p + i) - rate * (scale * load(g + i) + decay * load(p + i)));
    sgd(p + i, g + i, n - i, rate, decay, scale);
}

% elseif optimizer == "sgd_momentum" then
static void sgd_momentum_in_vectors(float *p, const float *g, float *m, int n, float rate, float momentum, float decay,
                                    float scale)
{
    int i = 0;

    for (; i + LANES <= n; i += LANES) {
        store(m + i, momentum * load(m + i) + (scale * load(g + i) + decay * load(p + i)));
        store(p + i, load(p + i) - rate * load(m + i));
    }
    sgd_momentum(p + i, g + i, m + i, n - i, rate, momentum, decay, scale);
}

% end
