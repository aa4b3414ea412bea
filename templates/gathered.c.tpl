% -- SPDX-License-Identifier: 0BSD
% -- Products with channels that lie among others (schedule/gather.c): a block of some pixels and channels at a time. Each
% -- sum is formed in the order of the product that has them all; convolution.c knows the size of a block.
% local kinds = {
%   gemm_f32 = { element = "float", k = "p->b_k", j = "1" }, gemm_bf16 = { element = "uint16_t", k = "p->b_k", j = "1" },
%   gemm_dot = { element = "float", k = "1", j = "p->b_k" }, gemm_dot_bf16 = { element = "uint16_t", k = "1", j = "p->b_k" },
% }
% local function step(at, each) return each == "1" and at or at .. " * " .. each end
% for _, gemm in ipairs { "gemm_f32", "gemm_bf16", "gemm_dot", "gemm_dot_bf16" } do
%   local kind = kinds[gemm]
%   if need["gather_" .. gemm] and need.exact and gemm:find "dot" then
/* $(gemm) of a whose element k is where from[k] says. A sum begins at 0, and plus comes last. */
static void gather_$(gemm)(const struct product *p, const uint16_t *from)
{
    for (int i = 0; i < p->m; i++)
        for (int j = 0; j < p->n; j++) {
            float sum = 0.0f;

            for (int r = 0; r < p->rows; r++)
                for (int t = 0; t < p->taps; t++) {
                    const float *a = p->a[r] + p->a_0 + t * p->a_tap + i * p->a_i;
                    const $(kind.element) *b = (const $(kind.element) *)p->b + r * p->b_row + t * p->b_tap + j * p->b_k;
                    for (int k = 0; k < p->k; k++)
                        sum = FUSED_1(a[from[k]], $(gemm == "gemm_dot" and "b[k]" or "widen_bf16(b[k])"), sum);
                }
            p->c[i * p->c_i + j] = p->plus ? sum + p->plus[i * p->c_i + j] : sum;
        }
}

%   elseif need["gather_" .. gemm] then
/* $(gemm) of a whose element k is where from[k] says: 4 pixels and 16 channels are gathered at a time. */
static void gather_$(gemm)(const struct product *p, const uint16_t *from)
{
    enum { PIXELS = 4, CHANNELS = 16 };
    float block[PIXELS * CHANNELS];
    const float *gathered = block;
    struct product q = *p;

    if (p->rows <= 0 || p->taps <= 0) { /* all is padding */
        $(gemm)(p);
        return;
    }
    q.rows = q.taps = 1;
    q.a = &gathered;
    q.a_0 = 0;
    q.a_i = CHANNELS;
    for (int i = 0; i < p->m; i += PIXELS) {
        q.m = p->m - i < PIXELS ? p->m - i : PIXELS;
        q.bias = p->bias;
        q.plus = p->plus ? p->plus + i * p->c_i : NULL;
        q.c = p->c + i * p->c_i;
        for (int r = 0; r < p->rows; r++)
            for (int t = 0; t < p->taps; t++)
                for (int k = 0; k < p->k; k += CHANNELS) {
                    const float *a = p->a[r] + p->a_0 + t * p->a_tap + i * p->a_i;

                    q.k = p->k - k < CHANNELS ? p->k - k : CHANNELS;
                    for (int y = 0; y < q.m; y++, a += p->a_i)
                        for (int x = 0; x < q.k; x++)
                            block[y * CHANNELS + x] = a[from[k + x]];
                    q.b = (const $(kind.element) *)p->b + r * p->b_row + t * p->b_tap + $(step("k", kind.k));
                    $(gemm)(&q);
                    q.bias = NULL; /* the sum goes on where it ended */
                    q.plus = q.c;
                }
    }
}

%   end
%   if need["scatter_" .. gemm] then
/* $(gemm) whose column j is added to column to[j] of c: 4 pixels and 16 channels at a time. */
static void scatter_$(gemm)(const struct product *p, const uint16_t *to)
{
    enum { PIXELS = 4, CHANNELS = 16 };
    float block[PIXELS * CHANNELS];
    struct product q = *p;

    q.c = block;
    q.c_i = CHANNELS;
    for (int i = 0; i < p->m; i += PIXELS) {
        q.m = p->m - i < PIXELS ? p->m - i : PIXELS;
        q.a_0 = p->a_0 + i * p->a_i;
        for (int j = 0; j < p->n; j += CHANNELS) {
            float *c = p->c + i * p->c_i;

            q.n = p->n - j < CHANNELS ? p->n - j : CHANNELS;
            q.b = (const $(kind.element) *)p->b + $(step("j", kind.j));
            $(gemm)(&q);
            for (int y = 0; y < q.m; y++, c += p->c_i)
                for (int x = 0; x < q.n; x++)
                    c[to[j + x]] += block[y * CHANNELS + x];
        }
    }
}

%   end
% end
% if need.gather_outer_x then
/* gemm_f32 for gradients of weights, of a whose row i is where from[i] says: 8 channels of 8 pixels are gathered at a time. */
static void gather_outer_x(const struct product *p, const uint16_t *from)
{
    enum { PIXELS = 8, CHANNELS = 8 };
    float block[PIXELS * CHANNELS];
    const float *gathered = block;
    struct product q = *p;

    q.rows = 1;
    q.a = &gathered;
    q.a_0 = 0;
    q.a_k = CHANNELS;
    for (int i = 0; i < p->m; i += CHANNELS) {
        q.m = p->m - i < CHANNELS ? p->m - i : CHANNELS;
        q.c = p->c + i * p->c_i;
        q.plus = q.c;
        for (int r = 0; r < p->rows; r++)
            for (int k = 0; k < p->k; k += PIXELS) {
                const float *a = p->a[r] + p->a_0 + k * p->a_k;

                q.k = p->k - k < PIXELS ? p->k - k : PIXELS;
                for (int y = 0; y < q.k; y++, a += p->a_k)
                    for (int x = 0; x < q.m; x++)
                        block[y * CHANNELS + x] = a[from[i + x]];
                q.b = (const float *)p->b + r * p->b_row + k * p->b_k;
                gemm_f32(&q);
            }
    }
}

% end
% if need.gather_outer_dy then
/* The same of b whose column j is where from[j] says. */
static void gather_outer_dy(const struct product *p, const uint16_t *from)
{
    enum { PIXELS = 8, CHANNELS = 8 };
    float block[PIXELS * CHANNELS];
    struct product q = *p;

    q.rows = 1;
    q.b = block;
    q.b_k = CHANNELS;
    for (int j = 0; j < p->n; j += CHANNELS) {
        q.n = p->n - j < CHANNELS ? p->n - j : CHANNELS;
        q.c = p->c + j;
        q.plus = q.c;
        for (int r = 0; r < p->rows; r++)
            for (int k = 0; k < p->k; k += PIXELS) {
                const float *b = (const float *)p->b + r * p->b_row + k * p->b_k;

                q.k = p->k - k < PIXELS ? p->k - k : PIXELS;
                for (int y = 0; y < q.k; y++, b += p->b_k)
                    for (int x = 0; x < q.n; x++)
                        block[y * CHANNELS + x] = b[from[j + x]];
                q.a = p->a + r;
                q.a_0 = p->a_0 + k * p->a_k;
                gemm_f32(&q);
            }
    }
}

% end
