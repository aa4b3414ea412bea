-- SPDX-License-Identifier: 0BSD
-- What learns in keep_the_best.c, and the flash that it is kept in.
include "../specs/motion-1d.lua"
store { slots = 3, slot = 32 * KiB, erase = 4 * KiB, write = 8 }
