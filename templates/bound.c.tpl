% -- SPDX-License-Identifier: 0BSD
% local from = from_x and "_from_x" or from_dy and "_from_dy" or ""
% local name = "bound_rows" .. from
% -- A loop over what lies in a row: pixels of from_c channels, of which an index names n.
% local function magnitudes(sum, row, count, index, indent)
%   if index then
$(indent)for (int at = 0; at < $(count); at += from_c)
$(indent)    for (int j = 0; j < n; j++)
$(indent)        $(sum) += $(row)[at + $(index)[j]] < 0.0f ? -$(row)[at + $(index)[j]] : $(row)[at + $(index)[j]];
%   elseif target.lanes ~= 1 then
%     need"magnitudes"
$(indent)$(sum) += magnitudes($(row), $(count));
%   else
$(indent)for (int e = 0; e < $(count); e++)
$(indent)    $(sum) += $(row)[e] < 0.0f ? -$(row)[e] : $(row)[e];
%   end
% end
% shared(name, function()
/*
 * A bound on the weight gradient of dy, rows of dy_row floats, and x [height] of x_row: bound[0], complete after the last row,
 * oh - 1, of dy. Row oy meets `window` rows of x from oy * step - top on. A sum that is not finite stays so.
% if from ~= "" then
 * Of $(from_x and "x" or "dy") only the n channels count that `$(from:sub(2))` names, of the from_c of a pixel.
% end
 */
BODY void $(name)(const float *dy, int dyn, const float *x, int xn, $(from ~= "" and "const uint16_t *" .. from:sub(2) .. ", " or "")float *bound, int y0, int y1, int dy_row, int x_row, int height, int oh, int window, int step, int top$(from ~= "" and ", int n, int from_c" or ""))
{
    if (y0 == 0)
        bound[0] = bound[1] = 0.0f;
    for (int oy = y0; oy < y1; oy++) {
        const float *dyr = dy + oy % dyn * dy_row;
        const int first = oy * step - top;
% magnitudes("bound[0]", "dyr", "dy_row", from_dy and "from_dy", "        ")
        for (int iy = first < 0 ? 0 : first; iy < first + window && iy < height; iy++) {
            const float *xr = x + iy % xn * x_row;
% magnitudes("bound[1]", "xr", "x_row", from_x and "from_x", "            ")
        }
    }
    if (y1 == oh)
        bound[0] *= bound[1];
}

% end)
% if from == "" then
%   kernel(name, "dy+ x+ bound", ow * oc, w * c, h, oh, (kh - 1) * dh + 1, sh, top)
% else
%   kernel(name, "dy+ x+ " .. from:sub(2) .. " bound", ow * from_dy_c, w * from_x_c, h, oh, (kh - 1) * dh + 1, sh, top, from_x and c or oc, from_x and from_x_c or from_dy_c)
% end
