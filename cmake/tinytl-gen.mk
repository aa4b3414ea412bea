# SPDX-License-Identifier: MIT
# For make: C from specs, made again when a spec, a file that it includes, its weights or the generator changes.
#
#     TINYTL_SPECS = signs.lua            # each gives signs.c and signs.h beside it: the spec's name is the file's
#     TINYTL_FLAGS = --ram=96K            # for all of them
#     signs.c: TINYTL_FLAGS += -D k=3     # for one
#     include /usr/local/share/tinytl-gen/tinytl-gen.mk
TINYTL_GEN ?= tinytl-gen

# The generator leaves a file alone that would not change; the touch tells make that it is up to date.  Flags may have
# changed where a makefile did.
TINYTL_MAKEFILES := $(MAKEFILE_LIST)
%.c %.h: %.lua $(wildcard $(TINYTL_GEN)) $(TINYTL_MAKEFILES)
	$(TINYTL_GEN) gen -q $< -o $(@D) --depfile $*.gen.d $(TINYTL_FLAGS)
	@test -f $*.c || { echo "$<: did not make $*.c: the spec must have the name of its file" >&2; exit 1; }
	@touch $*.c $*.h

-include $(TINYTL_SPECS:.lua=.gen.d)
