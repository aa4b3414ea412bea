#!/bin/sh
# SPDX-License-Identifier: MIT
# make_what-fits.sh TINYTL_GEN OUT: the page of what may learn in a network.
exec "$1" what-fits ../golden/mbconv.lua -q --report=html:"$2/page.html"
