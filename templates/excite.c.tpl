% -- SPDX-License-Identifier: 0BSD
/*
 * Every pixel of a $(h)x$(w)x$(c) times b $(c) -> y
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int row = y0; row < y1; row++)
        for (int i = 0; i < $(w); i++) {
            const float *from = a + row % an * $(w * c) + i * $(c);
            float *to = y + row % yn * $(w * c) + i * $(c);
            int ch = 0;
% for _, s in ipairs(steps(c)) do
%   if s.guard then
#if $(s.guard)
%   end
            for (; ch + $(s.lanes) <= $(c); ch += $(s.lanes))
                store$(s.v)(to + ch, load$(s.v)(from + ch) * load$(s.v)(b + ch));
%   if s.guard then
#endif
%   end
% end
        }
}
