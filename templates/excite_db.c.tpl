% -- SPDX-License-Identifier: 0BSD
/*
 * Gradient of factors: the sum over all pixels of dy * a, both $(h)x$(w)x$(c) -> db $(c), complete after the last row
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    if (y0 == 0)
        memset(db, 0, sizeof(float) * $(c));
    for (int row = y0; row < y1; row++)
        for (int i = 0; i < $(w); i++) {
            const float *d = dy + row % dyn * $(w * c) + i * $(c), *x = a + row % an * $(w * c) + i * $(c);
            int ch = 0;
% for _, s in ipairs(steps(c)) do
%   if s.guard then
#if $(s.guard)
%   end
            for (; ch + $(s.lanes) <= $(c); ch += $(s.lanes))
                store$(s.v)(db + ch, load$(s.v)(db + ch) + load$(s.v)(d + ch) * load$(s.v)(x + ch));
%   if s.guard then
#endif
%   end
% end
        }
}
