% -- SPDX-License-Identifier: 0BSD
% -- What dwconv and dwconv_dx share: one row of one block of channels, made in tiles of columns
% -- whose taps are all known here. Besides the variables of a kernel it needs
% --   total, from   columns of the result; columns of what is read
% --   tile          columns in a tile, a multiple of period
% --   taps(j)       the list of { kx, column read } of result column j, maybe outside the map
% --   period, advance   taps(j + period) are taps(j) moved by advance columns
% --   step          between filter rows that meet the same row of the result
% local i8 = wtype == "i8"
% local wt = i8 and "int8_t" or "float"
% local tiles, meets = {}, false -- meets: some tap reads a column of the map
% for j = 0, total - 1, tile do
%     local n, inside, clipped = math.min(tile, total - j), true, {}
%     for i = 0, n - 1 do
%         local list = {}
%         for _, tap in ipairs(taps(j + i)) do
%             if tap[2] >= 0 and tap[2] < from then list[#list + 1], meets = tap, true else inside = false end
%         end
%         clipped[i] = list
%     end
%     tiles[#tiles + 1] = { at = j, n = n, inside = inside and n == tile, taps = clipped,
%                           origin = j // period * advance }
% end
% -- Tiles that see all their taps are alike: the first stands for all.
% local kinds, inner = {}, nil
% for _, t in ipairs(tiles) do
%     if t.inside and inner then
%         inner.last = t.at
%     else
%         kinds[#kinds + 1] = t
%         t.last = t.at
%         if t.inside then inner = t end
%     end
% end
%
% -- rows[ky] is the row that filter row ky reads. Sums run over ky, then kx as columns go.
% local function body(t, v)
        vec$(v) s0 = {0}$(t.n > 1 and "," or ";")
%   for i = 1, t.n - 1 do
             s$(i) = {0}$(i < t.n - 1 and "," or ";")
%   end
%   local used, columns = {}, {}
%   local low, high = math.maxinteger, math.mininteger
%   for i = 0, t.n - 1 do
%     for _, tap in ipairs(t.taps[i]) do
%       used[tap[1]] = true
%       columns[tap[2]] = columns[tap[2]] or {}
%       table.insert(columns[tap[2]], { i, tap[1] })
%       low, high = math.min(low, tap[2]), math.max(high, tap[2])
%     end
%   end
%   if low <= high then
        for (int ky = ky0; ky < ky1; ky += $(step)) {
%   if t.inside then
%     local moved = period > 1 and "ox / " .. period or advance > 1 and "ox * " .. advance or "ox"
            const float *r = rows[ky] + ($(moved) - $(t.origin)) * $(c) + ch;
%   else
            const float *r = rows[ky] + ch;
%   end
%   if i8 then
            const int8_t *k = w + (ky * $((kw + 3) // 4 * c) + ch) * 4;
%     for q = 0, (kw - 1) // 4 do
%       local any = used[4 * q] or used[4 * q + 1] or used[4 * q + 2] or used[4 * q + 3]
%       if any then
            const quad$(v) q$(q) = load_quad$(v)(k + $(q * c * 4));
%       end
%     end
%     for kx = 0, kw - 1 do
%       if used[kx] then
            const vec$(v) w$(kx) = widen$(v)(q$(kx // 4), $(kx % 4));
%       end
%     end
%   else
            const float *k = w + ky * $(kw * c) + ch;
%     for kx = 0, kw - 1 do
%       if used[kx] then
            const vec$(v) w$(kx) = load$(v)(k + $(kx * c));
%       end
%     end
%   end
            vec$(v) x;
%   for column = low, high do
%     if columns[column] then
%       local sums = {}
%       for _, pair in ipairs(columns[column]) do
%         sums[#sums + 1] = ("s%d += x * w%d;"):format(pair[1], pair[2])
%       end
            x = load$(v)(r + $(column * c));
            $(table.concat(sums, " "))
%     end
%   end
        }
%   end
%   for i = 0, t.n - 1 do
%     local sum = "s" .. i
%     if i8 then sum = sum .. " * load" .. v .. "(scale + ch)" end
%     if has_b then sum = sum .. " + load" .. v .. "(b + ch)" end
%     if has_plus then sum = sum .. " + load" .. v .. "(old + " .. i * c .. ")" end
        store$(v)(out + $(i * c), $(sum));
%   end
% end
%
% for _, width in ipairs(widths(c)) do
%   if width.guard then
#if $(width.guard)
%   end
%   local v = width.v
%   local name = fn .. "_" .. (v == "" and "block" or "block" .. v)
/* One row of $(width.lanes) channels from ch on. */
static void $(name)(const float *const *rows, int ky0, int ky1, int ch, const $(wt) *w$(i8 and ", const float *scale" or "")$(has_b and ", const float *b" or "")$(has_plus and ", const float *plus" or ""), float *y)
{
%   if not meets then
    (void)rows, (void)ky0, (void)ky1, (void)w; /* all that it would read is padding */
%   end
%   for _, t in ipairs(kinds) do
%     if t.inside then
    for (int ox = $(t.at); ox <= $(t.last); ox += $(tile)) {
        float *out = y + ox * $(c) + ch;
%       if has_plus then
        const float *old = plus + ox * $(c) + ch;
%       end
%     else
    { /* columns $(t.at) to $(t.at + t.n - 1) */
        float *out = y + $(t.at * c) + ch;
%       if has_plus then
        const float *old = plus + $(t.at * c) + ch;
%       end
%     end
% body(t, v)
    }
%   end
}

%   if width.guard then
#endif
%   end
% end
%
% -- How many channels the next block takes, and the call that makes it.
% block_lanes = ""
% for _, width in ipairs(widths(c)) do
%     block_lanes = block_lanes .. ("%d - ch >= %s ? %s : "):format(c, width.lanes, width.lanes)
% end
% block_lanes = block_lanes .. "1"
% function call_block(ky0, ky1, plus_row, y_row)
%   for _, width in ipairs(widths(c)) do
%     if width.guard then
#if $(width.guard)
%     end
            if (n == $(width.lanes))
            $(fn)_block$(width.v)(rows, $(ky0), $(ky1), ch, w$(i8 and ", scale" or "")$(has_b and ", b" or "")$(has_plus and ", " .. plus_row or ""), $(y_row));
%     if width.guard then
#endif
%     end
%   end
% end
