-- SPDX-License-Identifier: MIT
-- A dense layer over a tall map: a window as high as the image, a pointer to each of its rows.
name "net"
input { h = 500, w = 2, c = 1, type = "uint8" }
dense { "fc", out = 3 }
train { update = "*" }
