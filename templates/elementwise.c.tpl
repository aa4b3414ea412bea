% -- SPDX-License-Identifier: 0BSD
% -- rows(name, title, inputs, output, numbers, body, mask): a shared function of rows of n floats, and the line of this shape.
% -- numbers: floats that are arguments of it, { name, value }. mask: a parameter in bytes, or nil: before the output where it is read.
% function rows(name, title, inputs, output, numbers, body, mask)
%   local parameters, pass, values, more = "", "", { w * c }, ""
%   for _, t in ipairs(inputs) do
%     parameters, pass = parameters .. "const float *" .. t .. ", int " .. t .. "n, ", pass .. t .. "+ "
%   end
%   local reads = mask == "gate" and "const uint8_t *gate, int gaten, " or ""
%   local writes = mask == "mask" and "uint8_t *mask, int maskn, " or ""
%   for _, number in ipairs(numbers) do
%     more, values[#values + 1] = more .. ", float " .. number[1], f(number[2])
%   end
%   shared(name, function()
/* $(title), n elements a row */
BODY void $(name)($(parameters)$(reads)float *$(output), int $(output)n, $(writes)int y0, int y1, int n$(more))
{
%     body()
}

%   end)
%   kernel(name, pass .. (reads ~= "" and "gate+ " or "") .. output .. "+" .. (writes ~= "" and " mask+" or ""), table.unpack(values))
% end
%
% -- elementwise(name, title, inputs, output, numbers, constants, result): one that makes each element of `output` from those of
% -- `inputs`. For a tensor t, result reads te and may use numbers, the constants (name, value) and @, which stands for the
% -- vector width's suffix.
% function elementwise(name, title, inputs, output, numbers, constants, result)
%   rows(name, title, inputs, output, numbers, function()
%     elements(inputs, output, function(v)
%       for _, k in ipairs(constants) do
            const vec$(v) $(k[1]) = splat$(v)($(k[2]));
%       end
%       for _, t in ipairs(inputs) do
            const vec$(v) $(t)e = load$(v)($(t)r + e);
%       end
            store$(v)($(output)r + e, $((result:gsub("@", v))));
%     end, true)
%   end)
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
