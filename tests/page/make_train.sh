#!/bin/sh
# SPDX-License-Identifier: MIT
# make_train.sh TINYTL_GEN OUT: the page of a network that learnt a little.
./draw.sh "$2" && exec "$1" train "$2/net.lua" --train "$2/data" --validate 0.4 --epochs 3 --seeds 2 --jobs 2 -q --report=html:"$2/page.html"
