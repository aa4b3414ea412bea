-- SPDX-License-Identifier: MIT
-- Writes a C program that times convolutions against the machine's multiply-add peak, measured by the
-- same program: lua5.4 bench.lua ROOT > bench.c; cc -O2 -march=native bench.c -lm
package.path = arg[0]:match "^(.*)/" .. "/?.lua;" .. package.path
local rendered = require "rendered"
local calls, rows = {}, {}

local function add(group, kernel, label, macs, vars, params, call)
    vars.fn, vars.users, vars.params, vars.macs = "kernel_" .. #rows, label, params .. ", int y0, int y1", macs
    vars.dh, vars.dw = 1, 1
    rendered.add(kernel, vars)
    calls[#calls + 1] = ("static void call_%d(void)\n{\n    %s(%s);\n}\n"):format(#rows, vars.fn, call)
    rows[#rows + 1] = ('    {"%s", "%s", %d.0, call_%d},'):format(group, label, macs, #rows)
end

local function conv(group, h, w, c, oc, k, s, wtype)
    local p = k // 2
    local oh, ow = (h + s - 1) // s, (w + s - 1) // s
    local v = { h = h, w = w, c = c, oh = oh, ow = ow, oc = oc, kh = k, kw = k, sh = s, sw = s, top = p, left = p, groups = 1,
                wtype = wtype, has_b = true, has_plus = false }
    local i8 = wtype == "i8"
    add(group, "conv", ("%dx%d %d-%d k%d s%d"):format(h, w, c, oc, k, s), oh * ow * oc * c * k * k, v,
        "const float *x, int xn, " .. (i8 and "const int8_t *w, const float *scale" or "const float *w") .. ", const float *b, float *y, int yn",
        ("X, %d, %s, B, Y, %d, 0, %d"):format(h, i8 and "Q, B" or "W", oh, oh))
end

local function conv_dx(group, h, c, oc, transposed)
    local v = { h = h, w = h, c = c, oh = h, ow = h, oc = oc, kh = 1, kw = 1, sh = 1, sw = 1, top = 0, left = 0, groups = 1,
                wtype = transposed == "i8" and "i8" or "f32", has_plus = false, transposed = transposed ~= false }
    add(group, "conv_dx", ("%dx%d %d-%d"):format(h, h, c, oc), h * h * c * oc, v,
        "const float *dy, int dyn, " .. (transposed == "i8" and "const int8_t *w, const float *scale" or "const float *w") .. ", float *dx, int dxn",
        ("X, %d, %s, Y, %d, 0, %d"):format(h, transposed == "i8" and "Q, B" or "W", h, h))
end

local function conv_dw(group, h, c, oc)
    local v = { h = h, w = h, c = c, oh = h, ow = h, oc = oc, kh = 1, kw = 1, sh = 1, sw = 1, top = 0, left = 0, groups = 1, keep = false,
                tap0 = 0, tap1 = 1, in0 = 0, in1 = c }
    add(group, "conv_dw", ("%dx%d %d-%d"):format(h, h, c, oc), h * h * c * oc, v, "const float *dy, int dyn, const float *x, int xn, float *dw",
        ("X, %d, Z, %d, Y, 0, %d"):format(h, h, h))
end

-- Multiplications by padding are not counted.
local function inside(n, on, k, s)
    local count = 0
    for o = 0, on - 1 do
        for t = 0, k - 1 do
            local i = o * s - k // 2 + t
            if i >= 0 and i < n then count = count + 1 end
        end
    end
    return count
end

local function depthwise(group, kernel, h, c, k, s, wtype)
    local oh = (h + s - 1) // s
    local v = { h = h, w = h, c = c, oh = oh, ow = oh, oc = c, kh = k, kw = k, sh = s, sw = s, top = k // 2, left = k // 2,
                wtype = wtype, has_b = kernel == "dwconv", has_plus = false }
    local taps = inside(h, oh, k, s)
    local weights = wtype == "i8" and "const int8_t *w, const float *scale" or "const float *w"
    local w = wtype == "i8" and "Q, B" or "W"
    if kernel == "dwconv" then
        add(group, kernel, ("%dx%d %d k%d s%d"):format(h, h, c, k, s), taps * taps * c, v,
            "const float *x, int xn, " .. weights .. ", const float *b, float *y, int yn", ("X, %d, %s, B, Y, %d, 0, %d"):format(h, w, oh, oh))
    else
        add(group, kernel, ("%dx%d %d k%d s%d"):format(h, h, c, k, s), taps * taps * c, v,
            "const float *dy, int dyn, " .. weights .. ", float *dx, int dxn", ("X, %d, %s, Y, %d, 0, %d"):format(oh, w, h, h))
    end
end

-- side, input channels, output channels
local pointwise = { { 112, 32, 16 }, { 56, 24, 72 }, { 56, 72, 24 }, { 28, 120, 40 }, { 28, 40, 240 }, { 28, 240, 40 }, { 14, 480, 80 },
                    { 14, 80, 480 }, { 7, 1152, 192 }, { 7, 192, 1152 }, { 16, 48, 16 }, { 16, 16, 48 }, { 4, 96, 576 }, { 64, 16, 48 } }
for _, s in ipairs(pointwise) do conv("pointwise f32", s[1], s[1], s[2], s[3], 1, 1, "f32") end
for _, s in ipairs(pointwise) do conv("pointwise int8", s[1], s[1], s[2], s[3], 1, 1, "i8") end
for _, s in ipairs(pointwise) do conv_dx("pointwise gradient int8", s[1], s[2], s[3], "i8") end
for _, s in ipairs(pointwise) do conv_dx("pointwise gradient f32", s[1], s[2], s[3], true) end
for _, s in ipairs(pointwise) do conv_dx("pointwise gradient dot", s[1], s[2], s[3], false) end
for _, s in ipairs(pointwise) do conv_dw("pointwise weight gradient", s[1], s[2], s[3]) end
for _, s in ipairs { { 96, 3, 16 }, { 160, 3, 16 }, { 224, 3, 32 } } do conv("3x3x3 s2", s[1], s[1], s[2], s[3], 3, 2, "f32") end
for _, s in ipairs { { 14, 80, 480 }, { 7, 192, 1152 }, { 1, 1280, 1000 }, { 1, 320, 10 } } do
    conv("rows of one pixel strip", 1, s[1], s[2], s[3], 1, 1, "f32")
end
for _, kind in ipairs { { "dwconv", "f32" }, { "dwconv", "i8" }, { "dwconv_dx", "f32" }, { "dwconv_dx", "i8" } } do
    for _, m in ipairs { { 56, 72 }, { 28, 120 }, { 14, 480 }, { 7, 1152 } } do
        for k = 3, 7, 2 do
            for s = 1, 2 do
                if m[1] > 7 or s == 1 then
                    depthwise((kind[1] == "dwconv" and "depthwise " or "depthwise gradient ") .. kind[2], kind[1], m[1], m[2], k, s, kind[2])
                end
            end
        end
    end
end

io.write("#define _POSIX_C_SOURCE 199309L\n#include <math.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <time.h>\n\n",
    rendered.text(), "static float X[2000000], Y[2000000], Z[2000000], W[2000000], B[4096];\nstatic int8_t Q[2000000];\n\n",
    table.concat(calls), [[
static const struct row {
    const char *group, *label;
    double macs;
    void (*call)(void);
} rows[] = {
]], table.concat(rows, "\n"), [[

};
enum { ROWS = sizeof rows / sizeof *rows, ROUNDS = 25 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Multiply-adds a second of vectors that never leave their registers. */
static double peak(void)
{
    vec s[10], a = {0}, b = {0};
    double best = 0;
    memset(s, 0, sizeof s);
    for (int t = 0; t < 20; t++) {
        vec s0 = s[0], s1 = s[1], s2 = s[2], s3 = s[3], s4 = s[4], s5 = s[5], s6 = s[6], s7 = s[7], s8 = s[8], s9 = s[9];
        const double start = now();
        for (int i = 0; i < 200000; i++) {
            s0 = mul_add(a, b, s0); s1 = mul_add(a, b, s1); s2 = mul_add(a, b, s2); s3 = mul_add(a, b, s3);
            s4 = mul_add(a, b, s4); s5 = mul_add(a, b, s5); s6 = mul_add(a, b, s6); s7 = mul_add(a, b, s7);
            s8 = mul_add(a, b, s8); s9 = mul_add(a, b, s9);
            __asm__ volatile("" : "+x"(s0), "+x"(s1), "+x"(s2), "+x"(s3), "+x"(s4), "+x"(s5), "+x"(s6), "+x"(s7), "+x"(s8), "+x"(s9));
            __asm__ volatile("" : "+x"(a), "+x"(b));
        }
        const double rate = 200000.0 * 10 * LANES / (now() - start);
        best = rate > best ? rate : best;
    }
    return best;
}

/* The best round counts: on a shared machine the others measure the neighbours. */
static int ascending(const void *a, const void *b)
{
    return *(const double *)a < *(const double *)b ? -1 : 1;
}

int main(int argc, char **argv)
{
    static double rate[ROWS][ROUNDS];
    double tops[ROUNDS], top = 0;
    for (int i = 0; i < 2000000; i++) {
        X[i] = (float)(i % 7);
        W[i] = 0.01f * (float)(i % 5);
        Q[i] = (int8_t)i;
    }
    for (int r = 0; r < ROUNDS; r++) {
        tops[r] = peak();
        for (int k = 0; k < ROWS; k++) {
            const int n = 1 + (int)(2e7 / rows[k].macs);
            rows[k].call();
            const double start = now();
            for (int i = 0; i < n; i++)
                rows[k].call();
            rate[k][r] = n * rows[k].macs / (now() - start);
        }
    }
    qsort(tops, ROUNDS, sizeof *tops, ascending);
    top = tops[ROUNDS - 1];
    printf("%d lanes, peak %.1f G multiply-adds/s\n", LANES, top * 1e-9);
    for (int k = 0, from = 0; k < ROWS; k++) {
        qsort(rate[k], ROUNDS, sizeof rate[k][0], ascending);
        if (argc > 1 && strstr(rows[k].group, argv[1]))
            printf("    %-28s %-24s %5.1f %%\n", rows[k].group, rows[k].label, 100 * rate[k][ROUNDS - 1] / top);
        if (k + 1 == ROWS || strcmp(rows[k].group, rows[k + 1].group)) {
            double sum = 0, least = 1e30, most = 0;
            for (int i = from; i <= k; i++) {
                const double share = rate[i][ROUNDS - 1] / top;
                sum += log(share);
                least = share < least ? share : least;
                most = share > most ? share : most;
            }
            printf("%-28s geomean %5.1f %%  (%.1f to %.1f)\n", rows[k].group, 100 * exp(sum / (k - from + 1)), 100 * least, 100 * most);
            from = k + 1;
        }
    }
    return 0;
}
]])
