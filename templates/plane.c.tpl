% -- SPDX-License-Identifier: 0BSD
% -- Depthwise products for cores with the DSP extension. The rows that a strip of one channel needs are gathered as
% -- int16 into a plane; a word of it holds two columns, and smlad takes both. A kernel sets, as variables of its own:
% --     width    columns of the result        step     columns from one result to the next
% --     taps_h, taps_w                        weight(ky, kx): C for the weight of a tap of channel ch
% --     some(ky): C that is true where row ky of the window exists; false: always
% -- and gets tile (results at a time), pitch (int16 of a plane's row, a variable of its C), and product(): sums a0, a1, ...
% -- of the results whose window begins at word `at`.
%
% need"add_halves"
% first_pair = 0 -- place of the first pair of weights
% tile = width >= 4 and 4 or 2
% -- Vectors for Helium: of four columns each.
% vectors = width > 8 and 4 or width > 4 and 2 or 1
% local columns = target.helium and 4 * vectors or tile
% half = (width + columns - 1) // columns * columns + (taps_w - 1) // step
% pitch = ((width + columns - 1) // columns * columns - 1) * step + taps_w
% pitch = (pitch + 1) // 2 * 2
% if target.helium and step == 2 then pitch = 2 * half end
%
% function weight_pairs(indent)
%   for ky = 0, taps_h - 1 do
%     for kx = 0, taps_w - 2 do
$(indent)pair[$(first_pair + ky * (taps_w - 1) + kx)] = ($(weight(ky, kx)) & 0xffff) | (int32_t)((uint32_t)$(weight(ky, kx + 1)) << 16);
%     end
%   end
% end
%
% -- With a stride of 2 windows begin at even columns: every second pair has no use.
% function pair_is_used(kx)
%   if kx == taps_w - 2 and taps_w % 2 == 1 then return true end -- its upper half is the last tap
%   return step % 2 == 1 or kx % 2 == 0
% end
%
% function product(indent)
%   for ky = 0, taps_h - 1 do
%     local condition = some and some(ky)
%     local names = {}
%     for kx = 0, taps_w - 2 do
%       if pair_is_used(kx) then names[#names + 1] = ("w%d = pair[%d]"):format(kx, first_pair + ky * (taps_w - 1) + kx) end
%     end
$(indent)$(condition and "if (" .. condition .. ") " or ""){
$(indent)    const int32_t $(table.concat(names, ", "));
$(indent)    int32_t v;
%     local row = ky == 0 and "" or ky == 1 and "pitch / 2" or ky == 2 and "pitch" or ky % 2 == 0 and ky // 2 .. " * pitch" or ky .. " * pitch / 2"
%     for word = 0, ((tile - 1) * step + taps_w + 1) // 2 - 1 do
%       local products = ""
%       for n = 0, tile - 1 do
%         local lo, hi = 2 * word - n * step, 2 * word + 1 - n * step -- taps of the halves
%         local low, high = lo >= 0 and lo < taps_w, hi >= 0 and hi < taps_w
%         if low and high then
%           products = products .. (" ADD_BOTH(a%d, v, w%d);"):format(n, lo)
%         elseif low then
%           products = products .. (" ADD_LOW_HIGH(a%d, v, w%d);"):format(n, taps_w - 2)
%         elseif high then
%           products = products .. (" ADD_HIGH_LOW(a%d, v, w0);"):format(n)
%         end
%       end
$(indent)    v = at[$(row == "" and word or word == 0 and row or row .. " + " .. word)];$(products)
%     end
$(indent)}
%   end
% end
%
% -- The same by Helium: sums v0, v1, ... of four results each, whose window begins at `at`, beginning with `begin`. A weight
% -- is a word of `pair`. With a stride of 2 the even columns of a row come first, then, `half` further, the odd ones.
% function product_of_vectors(indent, begin)
%   local sums, text, outputs = {}, {}, {}
%   for n = 0, vectors - 1 do
%     sums[#sums + 1] = ("v%d = %s"):format(n, n == 0 and begin or "v0")
%     outputs[#outputs + 1] = ('"+w"(v%d)'):format(n)
%   end
%   for kx = 0, taps_w - 1 do
%     text[#text + 1] = "ldr %[w], [%[weight]], #4"
%     for n = 0, vectors - 1 do
%       text[#text + 1] = ("vldrh.s32 %%q[x], [%%[%s], #%d]"):format(kx % step == 0 and "at" or "odd", 2 * (kx // step) + 8 * n)
%       text[#text + 1] = ("vmla.s32 %%q%d, %%q[x], %%[w]"):format(n)
%     end
%   end
$(indent)int32x4_t $(table.concat(sums, ", ")), values;
$(indent)const int32_t *weight = pair;
$(indent)for (int ky = 0; ky < $(taps_h); ky++, at += pitch) {
%   if some then
$(indent)    if (!(live >> ky & 1)) {
$(indent)        weight += $(taps_w);
$(indent)        continue;
$(indent)    }
%   end
$(indent)    int32_t tap;
$(indent)    __asm__ volatile(
%   for i, line in ipairs(text) do
$(indent)        "$(line)$(i < #text and "\\n\\t" or "")"
%   end
$(indent)        : $(table.concat(outputs, ", ")), [weight] "+r"(weight), [x] "=&w"(values), [w] "=&r"(tap)
$(indent)        : [at] "l"(at)$(step == 2 and ', [odd] "l"(at + half)' or "")
$(indent)        : "memory");
$(indent)}
% end
