% -- SPDX-License-Identifier: 0BSD
% -- What kernels for Helium share. Columns of one channel stand in a vector, four int32 each.
% if target.helium and (need.four_offsets or need.turned or need.dot_turned or need.shift_four) then
#ifdef HELIUM
% if need.four_offsets then
/* 0, step, 2 * step, ...: where the elements of a vector lie. */
INLINE uint32x4_t four_offsets(int step)
{
    return vmulq_n_u32(vidupq_n_u32(0, 1), (uint32_t)step);
}

% end
% if need.columns then
INLINE uint16x8_t eight_offsets(int step)
{
    return vmulq_n_u16(vidupq_n_u16(0, 1), (uint16_t)step);
}

%   for _, type in ipairs { "i16", "i8" } do
%     if need["columns_" .. type] then
/* n values, `apart` elements between them, to every step-th int16. */
INLINE void gather_$(type)(int16 *to, int step, const $(type == "i16" and "int16" or "int8_t") *from, int apart, int n)
{
    const uint16x8_t there = eight_offsets(apart), here = eight_offsets(step);

    for (; n > 0; n -= 8, from += 8 * apart, to += 8 * step) {
        const mve_pred16_t p = vctp16q((uint32_t)n);
        vstrhq_scatter_shifted_offset_p_s16(to, here, $(type == "i16" and "vldrhq_gather_shifted_offset_z_s16" or "vldrbq_gather_offset_z_s16")(from, there, p), p);
    }
}

%     end
%   end
% end
% if need.range and (need.columns or need.turned or need.dot_turned or need.shift_four) then
/* turn_sum, shift_value and what range_see wants, of four. */
INLINE int32x4_t turn_four(int32x4_t sum, const struct turn *t)
{
    if (t->left > 0)
        sum = vshlq_r_s32(vminq_s32(vmaxq_s32(sum, vdupq_n_s32(-t->most)), vdupq_n_s32(t->most)), t->left);
    return vrmulhq_s32(sum, vdupq_n_s32(t->multiplier));
}

INLINE int32x4_t shift_four(int32x4_t v, int up)
{
    if (up >= 0)
        return vshlq_r_s32(v, up < 15 ? up : 15);
    return up < -20 ? vdupq_n_s32(0) : vshlq_r_s32(vaddq_n_s32(vaddq_s32(v, vshrq_n_s32(v, 31)), 1 << (-up - 1)), up);
}

INLINE int32x4_t see_four(int32x4_t bits, int32x4_t v, mve_pred16_t p)
{
    return vorrq_m_s32(bits, bits, veorq_s32(v, vshrq_n_s32(v, 31)), p);
}

INLINE int32_t bits_of(int32x4_t v)
{
    return vgetq_lane_s32(v, 0) | vgetq_lane_s32(v, 1) | vgetq_lane_s32(v, 2) | vgetq_lane_s32(v, 3);
}

% end
#endif

% end
