#!/bin/sh
# SPDX-License-Identifier: MIT
# make_plan.sh TINYTL_GEN OUT: the page of a network's plan.
exec "$1" plan ../../specs/mcunet-5fps.lua -D scheme=bias --ram 256K --report=html:"$2/page.html"
