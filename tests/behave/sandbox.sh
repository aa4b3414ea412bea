#!/bin/bash
# SPDX-License-Identifier: MIT
# sandbox.sh TINYTL_GEN: hostile specs.  Each gets an answer: exit code 1 and a message, within 2 seconds of the
# processor's time and 512 MiB.  What is harmless still works.
gen=$(realpath "$1")
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
failures=0 count=0
mkfifo pipe
mkdir dir
base='name "net" input { h = 8, w = 8, c = 1 } conv { "a", out = 4, k = 3 } dense { "classifier", out = 3 }'

run() { # code, spec (or "-": s.lua as it is): the time is the processor's, the clock's only ends what blocks
    [ "$2" = - ] || printf '%s\n' "$2" >s.lua
    (ulimit -t 2 -v 524288; exec timeout 60 "$gen" check s.lua) >said 2>&1
    got=$?
    count=$((count + 1))
    [ $got = "$1" ] && { [ "$1" = 0 ] || grep -q 'error:' said; } && return
    failures=$((failures + 1))
    echo "WRONG exit code $got, not $1: ${2:0:200}"
    head -c 600 said
}
hostile() { run 1 "$1"; }
harmless() { run 0 "$base $1"; }

while IFS= read -r spec; do
    [ -z "$spec" ] || [ "${spec#--}" != "$spec" ] || hostile "$base
$spec"
done <<'LUA'
-- what never ends
while true do end
while true do pcall(function() while true do end end) end
repeat pcall(error) until false
xpcall(function() while true do end end, function() while true do end end)
setmetatable({}, { __gc = function() while true do end end }) collectgarbage()
setmetatable({}, { __gc = function() while true do end end })
local x <close> = setmetatable({}, { __close = function() while true do end end })
getmetatable("").__index = function() while true do end end
local function f() pcall(f) pcall(f) end while true do f() end
local function f() return f() end f()
local function f() return 1 + f() end f()
local function f(...) return f(1, ...) end f()
for i = 1, math.huge do end
goto a ::a:: goto a
coroutine.wrap(function() while true do end end)()
pairs(setmetatable({}, { __pairs = function() end }))
-- inside one call of C
table.move({1}, 1, 2^62, 2)
table.move({1}, 1, math.maxinteger - 1, 2)
table.concat({}, "", 1, 2^62) table.concat({}, "", -2^62, 2^62)
table.unpack({}, 1, 2^62)
while true do pcall(table.unpack, {}, 1, 99000) end
local t = {} for i = 1, 1e7 do table.insert(t, 1, i) end
local t = {} for i = 1, 3e6 do t[i] = i end while true do table.remove(t, 1) end
table.insert({}, 2^62, 1)
while true do string.rep("", 2^62) end
string.rep("x", 2^40)
string.rep("x", 2^29)
string.rep("x", 2^20, ("y"):rep(2^19))
while true do local s = ("x"):rep(2^19) end
local s = "x" while true do s = s .. s end
local a, b = ("x"):rep(9e5) .. "a", ("x"):rep(9e5) .. "b" while true do local c = a < b end
local s = ("x"):rep(9e5) while true do s:byte(1, -1) end
local s = ("x"):rep(9e5) while true do s:upper() end
while true do tostring(1e300) end
while true do tonumber((" "):rep(1e6)) end
local f = ("%s"):rep(1e5) while true do pcall(string.format, f) end
string.format("%99.99f", 1e308) while true do string.format("%99.99f", 1e308) end
while true do select("#", table.unpack({}, 1, 90000)) end
-- patterns
string.find(("a"):rep(40), ("a*"):rep(40) .. "b")
string.find(("a"):rep(1e6), ("a-"):rep(20) .. "b")
string.match(("a"):rep(1e5), "(a*)*b(.-)(.-)(.-)c")
string.gsub(("a"):rep(1e6), ".-b", "")
string.gsub(("x"):rep(1e5), "", ("y"):rep(1e5))
for a in string.gmatch(("a"):rep(1e6), "()a*()a*()b") do end
string.find(("a"):rep(1e6), ("a"):rep(5e5) .. "b", 1, true) while true do string.find(("a"):rep(1e6), ("a"):rep(5e5) .. "b", 1, true) end
string.find("x", ("("):rep(1e5))
string.find(("("):rep(1e6), "%b()") while true do string.find(("("):rep(1e6), "%b()") end
string.find("a", "[a") string.find("a", "%")
-- sorting
table.sort({3, 1, 2}, function() while true do end end)
local t = {} for i = 1, 2e6 do t[i] = i end while true do table.sort(t, math.max) end
local t = {} for i = 1, 1e5 do t[i] = i % 7 end while true do table.sort(t, function(a, b) return true end) end
table.sort({1, {}, "x"})
-- memory
local t = {} for i = 1, 1e9 do t[i] = {} end
local t = {} for i = 1, 1e9 do t[i] = i end
local t = {} while true do t = { t } end
local t = {} for i = 1, 1e9 do t["k" .. i] = i end
for i = 1, 1e9 do _G["x" .. i] = i end
local t = {} while true do pcall(function() while true do t[#t + 1] = ("x"):rep(1e5) .. #t end end) end
local function f() local a = {} return function() return a, f end end local t = {} while true do t[#t + 1] = f() end
-- tables that C reads
train { update = setmetatable({}, { __index = function() return "*" end }) }
train { update = _G }
train(_G)
conv(_G)
budget(_G)
precision(_G)
weights(_G)
input(_G)
conv { _G, out = _G, k = _G, from = _G, source = _G, pad = _G }
add { from = _G }
for i = 1, 1e9 do conv { "b" .. i, out = 1, k = 1, nothing = 1 } end
local t = {} for i = 1, 2e6 do t[i] = "*" end train { update = t }
local t = { out = 1, k = 1 } for i = 1, 5e5 do t["x" .. i] = 1 end conv(t)
while true do default_name("x") end
for i = 1, 1e9 do default_name("x" .. i) end
while true do weights(("x"):rep(1e5)) end
while true do name("net") pcall(name, {}) end
while true do refuse("a", "b", "c") end
for i = 1, 1e9 do refuse("a", "b" .. i, "c") end
check_keys("x", {}, nil)
while true do pcall(option, "x", 1) end
while true do local a = unknown_name end
while true do pcall(conv, 1) end
for i = 1, 1e9 do relu {} end
-- names of the program's own that are overwritten
sorted_keys = function() return setmetatable({}, {}) end conv { out = 1, k = 1, wrong = 1 }
sorted_keys = function() while true do end end conv { out = 1, k = 1, wrong = 1 }
pairs = 1 next = 1 type = 1 error = 1 mbconv { out = 1, wrong = 1 }
table.sort = nil conv { out = 1, k = 1, wrong = 1 }
last_layer = 5 string.format = nil f { }
string.rep = nil ("x"):rep(3)
-- files
include "/dev/zero"
include "/dev/urandom"
include "/dev/full"
include "/dev/stdin"
include "pipe"
include "dir"
include "s.lua"
include "/proc/kmsg"
include "/proc/self/mem"
while true do pcall(include, "s.lua") end
while true do pcall(include, "nothing") end
weights "pipe"
weights "/dev/zero"
weights "dir"
-- what is not there
print(1)
os.exit(0)
load("x = 1")
string.dump(print)
rawset(_G, "x", 1)
error({})
error(nil)
error(("x"):rep(1e6))
error(("x "):rep(5e5))
error(("\n"):rep(1e6))
name(("x"):rep(1e6))
weights(("x/"):rep(5e5))
include(("x"):rep(1e6))
conv { ("x"):rep(1e6), out = 1, k = 1 }
conv { out = 1, k = 1, act = ("x"):rep(1e6) }
conv { out = 1, k = 1, [("x"):rep(1e6)] = 1 }
local a = _G[("x"):rep(1e6)]
refuse(("x"):rep(1e6), ("x"):rep(1e6), ("x"):rep(1e6))
for i = 1, 900 do refuse("a", i .. ("x"):rep(1e6), "c") end
local t = {} for i = 1, 900 do t[("x"):rep(1e5) .. i] = 1 end conv(t)
LUA

# what the compiler of Lua has to do, in which no instruction runs
deep() { printf "%0$2d" 0 | sed "s/0/$1/g"; }
hostile "$base local t = $(deep '{' 100000)"
hostile "$base local x = $(deep '(' 100000)"
hostile "$base $(deep 'do ' 100000)"
hostile "$base local x = 1 $(deep '+ -' 100000)"
hostile "$base x = $(deep '"a" .. ' 100000) 1 .. nil"
{ echo "$base do"; seq -f 'goto l%g' 1 60000; seq -f '::m%g::' 1 60000; echo end; } >many.lua
hostile 'include "many.lua"'
head -c 6000000 /dev/zero | tr '\0' ' ' >long.lua
hostile 'include "long.lua"'
printf '\xff\xfen\0a\0m\0e\0' >s.lua
hostile -
grep -q UTF-16 said || { echo "WRONG UTF-16 is not named"; failures=$((failures + 1)); }
printf 'n\0a\0m\0e\0' >s.lua
hostile -
grep -q UTF-16 said || { echo "WRONG UTF-16 is not named"; failures=$((failures + 1)); }

# ---- numbers beyond float32 ----

for value in 1e300 1e39 -1e39 1e-300 0/0 1/0 -1/0; do
    for where in "train { optimizer = sgd { rate = $value } }" "train { optimizer = sgd { weight_decay = $value } }" \
        "train { optimizer = adam { eps = $value } }" "train { clip = $value }" "train { batch = $value }" \
        "group_norm { groups = 1, eps = $value }" "batch_norm { eps = $value }" \
        "train { update = { { '*', inputs = $value } } }" "budget { ram = $value }"; do
        hostile "$base
$where"
        [ "$value" = -1e39 ] || [ "$value" = 1e39 ] || grep -q '^s.lua:2' said ||
            { echo "WRONG no line: $where"; cat said; failures=$((failures + 1)); }
    done
    hostile "name 'net' input { h = 8, w = 8, c = 1, scale = $value }"
    hostile "name 'net' input { h = 8, w = 8, c = 1, zero_point = $value }"
done

# ---- what is harmless ----

harmless 'local words = {} for w in ("16 24 32"):gmatch("%S+") do words[#words + 1] = tonumber(w) end
    assert(#words == 3 and words[2] == 24)'
harmless 'assert(("a.b"):match("^(%w+)%.(%w+)$") == "a" and ("x"):rep(3, ",") == "x,x,x")
    assert(("hello"):gsub("l", { l = "L" }) == "heLLo" and ("x=1"):find("=", 1, true) == 2)'
harmless 'local t = { 3, 1, 2 } table.sort(t) assert(table.concat(t, " ") == "1 2 3")
    table.insert(t, 1, 0) assert(table.remove(t, 1) == 0 and select("#", table.unpack(t)) == 3)'
harmless 'local ok, why = pcall(error, "x") assert(not ok and why == "x")'
harmless 'add = 5 relu = 6 check_keys = nil sorted_keys = nil'
harmless 'for k, v in pairs { b = 1, a = 2, 5 } do end assert(tostring(nil) == "nil")'
harmless "$(printf 'local a = 1\r\nlocal b = 2\r')"
run 0 "$(printf '\xef\xbb\xbf')$base"
printf '\xef\xbb\xbfconv { out = 2, k = 1 }\n' >bom.lua
harmless 'include "bom.lua"'
run 1 "$(printf '\xef\xbb\xbf')conv { }"
grep -q '^s.lua:1: ' said || grep -q '^s.lua:1:1: ' said || { echo "WRONG a column behind a mark"; cat said; failures=$((failures + 1)); }

# ---- words of the command line ----

printf '%s\n' "$base" >s.lua
word() { # what the message must hold, words...
    local wanted=$1
    shift
    count=$((count + 1))
    "$gen" "$@" >said 2>&1
    [ $? = 2 ] && head -1 said | grep -qF -- "$wanted" && return
    failures=$((failures + 1))
    echo "WRONG $*"
    cat said
}
for size in nan NaN inf 1e400 1e300 -1 0 0.1 1.5 0x10 '' 64G 64KK 99999999999999999999 K; do
    word "'$size'" plan s.lua --ram "$size"
done
for macs in 0 1.5 x; do
    word "'$macs': must be a whole number of multiply-adds" plan s.lua --yield $macs
done
word "--report=svg: names no file behind the colon" plan s.lua --report=svg:
word "new needs a name" new
word "'K' stands by itself" plan s.lua --ram 64 K
word "'KiB' stands by itself" plan s.lua --ram 64 KiB
word "one file too many: 'b.lua'" plan s.lua b.lua
word "the command comes first" --ram 64K plan s.lua
word "plan needs a file" plan
for rate in 1e300 1e-300 nan inf -1 '' x; do
    word "'$rate'" train s.lua --rate "$rate"
done
for size in 64KB 64KiB 64k 0.5M 65536 1e5 '64 KiB' 64K; do
    count=$((count + 1))
    "$gen" plan s.lua -q --ram "$size" || { echo "WRONG --ram $size"; failures=$((failures + 1)); }
done

echo "$count specs and words, $failures wrong"
[ $failures = 0 ]
