% -- SPDX-License-Identifier: 0BSD
% -- What dwconv and dwconv_dx share: rows of one block of channels, in tiles of columns, for which sums stay in registers.
% -- Besides the variables of a kernel it needs the following, and sets `added`, parameters, and `added_arguments`.
% --   prefix        of the functions' names
% --   total, from   columns of the result; columns of what is read
% --   tile, most    columns in a tile of this shape, and of any
% --   taps(i)       the list of { kx, column } of a tile's result i, the column from where the tile's first result stands
% --   origin(ox)    C: where that is, for result ox
% --   at(ox)        the same as a number
% --   has_bias      whether they take one
% --   step          between filter rows that meet the same row of the result
% local i8 = wtype == "i8"
% local wt = i8 and "int8_t" or "float"
% -- What there is to add is a matter of NULL, but where sums of int8 weights are scaled in the same expression: compilers may fuse that.
% local add_b, add_plus = not i8 or has_b, not i8 or has_plus
% local body_b = add_b and has_bias
% added = (i8 and ", const float *scale" or "") .. (body_b and ", const float *b" or "") .. (add_plus and ", const float *plus, int plusn" or "")
% added_arguments = (i8 and "scale " or "") .. (body_b and "?b " or "") .. (add_plus and "?plus+ " or "")
% prefix = prefix .. (i8 and "_i8" .. (has_b and "_b" or "") .. (has_plus and "_plus" or "") or "")
% local scaled = (i8 and ", const float *scale" or "") .. (add_b and ", const float *b" or "") .. (add_plus and ", const float *plus" or "")
%
% -- columns[j]: what column j of those that a tile meets gives to the sums, counted from the lowest.
% local columns, low, high, reach = {}, math.maxinteger, math.mininteger, math.mininteger
% for i = 0, most - 1 do
%   for _, tap in ipairs(taps(i)) do
%     low, high = math.min(low, tap[2]), math.max(high, tap[2])
%     if i < tile then reach = math.max(reach, tap[2]) end
%   end
% end
% for j = 0, high - low do columns[j] = {} end
% for i = 0, most - 1 do
%   for _, tap in ipairs(taps(i)) do
%     table.insert(columns[tap[2] - low], ("s%d += x * w%d;"):format(i, tap[1]))
%   end
% end
%
% -- Tiles from `begin` to before `behind` see all their taps.
% before = -low
% full = math.max(reach - low + 1, 0)
% local function whole(ox) return ox + tile <= total and at(ox) >= before and at(ox) - before + full <= from end
% begin = 0
% while begin < total and not whole(begin) do begin = begin + tile end
% behind = begin
% while behind < total and whole(behind) do behind = behind + tile end
% if begin >= total then begin, behind = tile, tile end
% local cut = begin > tile or behind + tile < total -- in several tiles at one end: these do not all have a place of their own
% row_name = prefix .. (cut and "_cut" or "") .. "_row"
%
% for _, width in ipairs(widths(c)) do
%   local v, guard = width.v, width.guard
%   shared(prefix .. "_tile" .. v, function()
%     if guard then
#if $(guard)
%     end
/* n columns of a row$(not i8 and ", plus b and plus" or ""): they meet columns of rows[ky] from -before on, those from lo to hi exist. */
BODY void $(prefix)_tile$(v)(const float *const *rows, int ky0, int ky1, int at, const $(wt) *w$(scaled), float *y, int c, int n, int before, int lo, int hi)
{
%     local sums = {}
%     for i = 1, most - 1 do sums[i] = "s" .. i .. " = s0" end
    vec$(v) s0 = {0}, $(table.concat(sums, ", "));

    for (int ky = ky0; ky < ky1; $(step == 1 and "ky++" or "ky += " .. step)) {
        const float *r = rows[ky] + at;
%     if i8 then
%       need"quads"
        const int8_t *k = w + ky * $((kw + 3) // 4 * 4) * c;
%       for q = 0, (kw - 1) // 4 do
        const quad$(v) q$(q) = load_quad$(v)(k$(q > 0 and " + " .. 4 * q .. " * c" or ""));
%       end
%     else
        const float *k = w + ky * $(kw) * c;
%     end
%     for kx = 0, kw - 1 do
        const vec$(v) w$(kx) = $(i8 and ("widen%s(q%d, %d)"):format(v, kx // 4, kx % 4) or "load" .. v .. "(k" .. (kx > 1 and " + " .. kx .. " * c" or kx == 1 and " + c" or "") .. ")");
%     end
        vec$(v) x;
%     for j = 0, high - low do
%       if #columns[j] > 0 then
        if ($(j == 0 and "lo <= 0" or "lo <= " .. j) && $(j) < hi) { x = load$(v)(r$(j == 0 and " - before * c" or " + (" .. j .. " - before) * c")); $(table.concat(columns[j], " ")) }
%       end
%     end
    }
%     for i = 0, most - 1 do
%       local at = i == 0 and "" or i == 1 and " + c" or " + " .. i .. " * c"
%       if i8 then
    if (n > $(i)) store$(v)(y$(at), s$(i) * load$(v)(scale)$(has_b and " + load" .. v .. "(b)" or "")$(has_plus and " + load" .. v .. "(plus" .. at .. ")" or ""));
%       else
    if (n > $(i)) { if (b) s$(i) += load$(v)(b); if (plus) s$(i) += load$(v)(plus$(at)); store$(v)(y$(at), s$(i)); }
%       end
%     end
}
%     if guard then
#endif
%     end

%   end)
%   local function tile_at(ox, n, lo, hi, indent)
$(indent)$(prefix)_tile$(v)(rows, ky0, ky1, $(ox == "0" and "ch" or origin(ox) .. " * c + ch"), w + $(i8 and "4 * ch" or "ch")$(i8 and ", scale + ch" or "")$(i8 and (has_b and ", b + ch" or "") or ", b ? b + ch : b")$(add_plus and (i8 and ", " or ", plus ? ") .. "plus + " .. (ox == "0" and "ch" or ox .. " * c + ch") .. (i8 and "" or " : plus") or ""),
$(indent)        y + $(ox == "0" and "ch" or ox .. " * c + ch"), c, $(n), before, $(lo), $(hi));
%   end
%   shared(row_name .. v, function()
%     if guard then
#if $(guard)
%     end
/* One row of $(width.lanes) channels from ch on, in tiles of columns$(cut and "" or "; from begin to before behind all meet `full` columns"). */
BODY void $(row_name)$(v)(const float *const *rows, int ky0, int ky1, int ch, const $(wt) *w$(scaled), float *y, int c, int total, int from, int tile, int before, int begin, int behind, int full)
{
%     if cut then
    (void)begin, (void)behind, (void)full;
    for (int ox = 0; ox < total; ox += tile)
%       tile_at("ox", "total - ox < tile ? total - ox : tile", "before - " .. origin("ox"), "from + before - " .. origin("ox"), "        ")
%     else
    if (begin > 0)
%       tile_at("0", "total < tile ? total : tile", "before", "from + before", "        ")
    for (int ox = begin; ox < behind; ox += tile)
%       tile_at("ox", "tile", "0", "full", "        ")
    if (behind < total)
%       tile_at("behind", "total - behind", "before - " .. origin("behind"), "from + before - " .. origin("behind"), "        ")
%     end
}
%     if guard then
#endif
%     end

%   end)
% end
%
% -- The loop over blocks of channels around `rows()`, which writes a loop over rows and calls row(plus, y) in it.
% function blocks(rows)
%   local list = widths(c)
%   local function row(indent, plus, y)
%     for _, width in ipairs(list) do
%       if width.guard then
#if $(width.guard)
%       end
%       if #list > 1 then
$(indent)if (n == $(width.lanes))
%       end
$(indent)$(#list > 1 and "    " or "")$(row_name)$(width.v)(rows, ky0, ky1, ch, w$(i8 and ", scale" or "")$(body_b and ", b" or add_b and ", NULL" or "")$(add_plus and (i8 and ", " .. plus or ", plus ? " .. plus .. " : plus") or ""),
$(indent)$(#list > 1 and "    " or "")    $(y), c, total, from, tile, before, begin, behind, full);
%       if width.guard then
#endif
%       end
%     end
%   end
%   if #list == 1 then
    for (int ch = 0; ch < c; ch += LANES)
%     rows(row)
%   else
%     local lanes = {}
%     for i, width in ipairs(list) do lanes[i] = ("c - ch >= %s ? %s : "):format(width.lanes, width.lanes) end
    for (int ch = 0, n; ch < c; ch += n) {
        n = $(table.concat(lanes))1;
%     rows(row)
    }
%   end
% end
%
% -- "_8_1": the vectors that the channels of a shape take.
% blocks_name = ""
% for i, width in ipairs(widths(c)) do blocks_name = i == 1 and "" or blocks_name .. "_" .. width.v end
