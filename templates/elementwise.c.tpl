% -- SPDX-License-Identifier: 0BSD
% -- elementwise(inputs, output, constants, result): a kernel's body that makes each element of
% -- `output` from those of `inputs`. For a tensor t, result reads te and may use the constants
% -- (name, value) and @, which stands for the vector width's suffix.
% function elementwise(inputs, output, constants, result)
%   local n = w * c
    for (int row = y0; row < y1; row++) {
%   for _, t in ipairs(inputs) do
        const float *$(t)r = $(t) + row % $(t)n * $(n);
%   end
        float *$(output)r = $(output) + row % $(output)n * $(n);
        int e = 0;
%   for _, s in ipairs(steps(n)) do
%     if s.guard then
#if $(s.guard)
%     end
        for (; e + $(s.lanes) <= $(n); e += $(s.lanes)) {
%     for _, k in ipairs(constants) do
            const vec$(s.v) $(k[1]) = splat$(s.v)($(k[2]));
%     end
%     for _, t in ipairs(inputs) do
            const vec$(s.v) $(t)e = load$(s.v)($(t)r + e);
%     end
            store$(s.v)($(output)r + e, $((result:gsub("@", s.v))));
        }
%     if s.guard then
#endif
%     end
%   end
    }
% end
%
% -- elements(inputs, output, write): the body of a shared function over rows of n floats. write(v) writes the line
% -- that stores elements e and on: v is the suffix of vec, load, store and their like; the row of a tensor x is xr.
% -- `several` lines stand in a block.
% function elements(inputs, output, write, several)
%   local function step(v)
%     write(v)
%     if several then
        }
%     end
%   end
%   local open = several and " {" or ""
    for (int row = y0; row < y1; row++) {
%   for _, t in ipairs(inputs) do
        const float *$(t)r = $(t) + row % $(t)n * n;
%   end
        float *$(output)r = $(output) + row % $(output)n * n;
%   if target.lanes == 1 then
        for (int e = 0; e < n; e++)$(open)
%     step""
%   else
        int e = 0;
        for (; e + LANES <= n; e += LANES)$(open)
%     step""
#if LANES > 1
        for (; e < n; e++)$(open)
%     step"1"
#endif
%   end
    }
% end
