% need"add_pixels"
/*
 * Gradient of a bias: dy $(h)x$(w)x$(c) -> added to db[$(c)], rows y0 to y1 of dy
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% if not keep then
    if (y0 == 0)
        memset(db, 0, sizeof(float) * $(c));
% end
    for (int row = y0; row < y1; row++)
        add_pixels(db, dy + row % dyn * $(w * c), $(w), $(c));
}

