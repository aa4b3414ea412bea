#!/bin/sh
# SPDX-License-Identifier: MIT
# verify finds a wrong number: wrong_vectors.sh TINYTL_GEN
# Each tensor of a vectors file in turn gets one value changed; verify must end with exit 4 and name it.
gen=$1
cd "$(dirname "$0")/oracle" || exit 1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/change.lua" <<'LUA'
-- change.lua FILE TENSOR OUT: the middle element of a float tensor, times 1.01 and 0.01 more
local f = assert(io.open(arg[1], "rb"))
local all = f:read("a")
local header = string.unpack("<I8", all)
local about = all:sub(9, 8 + header)
local entry = assert(about:match('"' .. arg[2]:gsub("%p", "%%%0") .. '":%s*(%b{})'), "no such tensor")
local kind, from, to = entry:match('"dtype":%s*"(F%d+)"'), entry:match("%[%s*(%d+)%s*,%s*(%d+)%s*%]%s*}")
local size, form = kind == "F64" and 8 or 4, kind == "F64" and "<d" or "<f"
local at = 9 + header + from + (to - from) // size // 2 * size
local new = string.pack(form, string.unpack(form, all, at) * 1.01 + 0.01)
assert(io.open(arg[3], "wb")):write(all:sub(1, at - 1), new, all:sub(at + size)):close()
LUA
failed=0
net=02_conv_relu
for tensor in act.conv loss grad.fc.weight grad.conv.bias sgd1.fc.bias adam1.fc.weight adam2.fc.bias; do
    grep -aq "\"$tensor\"" $net.safetensors || { echo "FAIL no $tensor in $net" && failed=1 && continue; }
    ${LUA:-lua5.4} "$dir/change.lua" $net.safetensors $tensor "$dir/wrong.safetensors" || exit 1
    "$gen" verify $net.lua "$dir/wrong.safetensors" --cc "cc -O0" > "$dir/said"
    code=$?
    grep -q "^$tensor .*DIFFERS" "$dir/said" && [ $code = 4 ] && tail -1 "$dir/said" | grep -q ' 1 failed$' && continue
    failed=1
    echo "FAIL a wrong $tensor gives exit $code"
    tail -3 "$dir/said"
done
"$gen" verify $net.lua nowhere.safetensors 2>"$dir/said"
[ $? = 1 ] && grep -q 'cannot open the vectors' "$dir/said" || { failed=1 && echo "FAIL missing vectors"; }
"$gen" verify $net.lua 01_fc_only.safetensors 2>/dev/null # of another network
[ $? = 1 ] || { failed=1 && echo "FAIL vectors of another network"; }
# The spec got other classes since: which tensor, its shape, and what the spec has (a long message goes on in a second line).
sed 's/^weights.*//; s/"fc", out = 4/"fc", out = 6/' $net.lua > "$dir/changed.lua"
"$gen" verify "$dir/changed.lua" $net.safetensors > "$dir/out" 2> "$dir/wrapped"
code=$?
sed -e ':a' -e 'N' -e '$!ba' -e 's/\n  *\([^ h]\)/ \1/g' "$dir/wrapped" > "$dir/said"
[ $code = 1 ] && [ ! -s "$dir/out" ] && grep -q "'act.fc' is of shape 1x4, the spec has 1x6$" "$dir/said" &&
    grep -q "'grad.fc.weight' is of shape 4x4, the spec has 6x4$" "$dir/said" ||
    { failed=1 && echo "FAIL vectors of other classes" && cat "$dir/said"; }
# act.* are what the plan under test makes: a ring that is one row short shows, in either program.
for program in predict train; do
    cp -r ../../templates "$dir/short.$program"
    sed 's/^\( *\)\$(call\.text);$/\1$((call.text:gsub("(AT_'$program'_b1_%w+%W, )5", "%1" .. 4)));/' ../../templates/net.c.tpl > "$dir/short.$program/net.c.tpl"
    cmp -s "$dir/short.$program/net.c.tpl" ../../templates/net.c.tpl && failed=1 && echo "FAIL no call in net.c.tpl"
    "$gen" verify 05_mbconv_residual.lua 05_mbconv_residual.safetensors --smallest --templates "$dir/short.$program" --cc "cc -O0" > "$dir/said"
    [ $? = 4 ] && grep -q '^act.b0.add .*ok' "$dir/said" && grep -q '^act.b1.depthwise .*DIFFERS' "$dir/said" ||
        { failed=1 && echo "FAIL a ring of $program is too short, and act.* did not see it" && grep '^act' "$dir/said"; }
done
"$gen" verify $net.lua $net.safetensors --cc no-such-compiler >/dev/null 2>/dev/null
[ $? = 5 ] || { failed=1 && echo "FAIL no compiler"; }
[ $failed = 0 ]
