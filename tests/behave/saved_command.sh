#!/bin/sh
# SPDX-License-Identifier: MIT
# The command saved: saved_command.sh TINYTL_GEN
#
# What it says of a save agrees with tests/saved.lua, which knows docs/saved.md alone, and with the emitted code: factory values
# are those of NAME_init, what it writes is what NAME_save would, and NAME_load takes it.
set -e
gen=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
PATH=$here/../quick:$PATH
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
lua=${LUA:-lua5.4}

fail() { echo "FAIL $*" && exit 1; }

program() { # PROGRAM net NET options...: ./PROGRAM learn|fresh|keep
    out=$1 net=$2 upper=$3
    shift 3
    "$gen" "$@" -q --force -o .
    cc -std=gnu11 -O0 -DTINYTL_PORTABLE -ffp-contract=off -DHEADER="\"$net.h\"" -DLOWER="$net" -DUPPER="$upper" -I. -I"$here/../firmware" \
        "$here/carry.c" "$net.c" -o "$out" -lm
}

refused() { # CODE WORDS options...
    code=$1 words=$2
    shift 2
    status=0
    "$gen" saved "$@" >said 2>&1 || status=$?
    [ $status = "$code" ] || fail "exit $status of: saved $*: $(cat said)"
    tr '\n' ' ' <said | tr -s ' ' | grep -qF "$words" || fail "saved $* does not say '$words': $(cat said)"
}

# every value of a key is this number
all() { [ "$(grep "\"$1\":" "$3" | tr -d ' \t,' | sort -u)" = "\"$1\":$2" ] || fail "$3: not all of \"$1\" is $2"; }

# NAME, type and shape of each tensor, from the JSON report and from the reader of the page
table_of_report() { (tr -d '\t\n' <"$1"; echo) | sed 's/{"name":/\n/g' | sed -n 's/^"\([^"]*\)","offset":[0-9]*,"type":"\([^"]*\)","shape":\[\([^]]*\)\].*/\1 \2 \3/p' | sed 's/, */x/g'; }

carried() { # what one net has: net NET spec options...
    net=$1 upper=$2
    shift 2
    program ./run "$net" "$upper" "$@"
    spec=$1
    shift
    ./run fresh fresh.bin
    ./run learn a.bin
    "$gen" saved fresh.bin --spec "$spec" "$@" --report=json >fresh.json
    all changed 0 fresh.json
    "$gen" saved a.bin --spec "$spec" "$@" --report=json:a.json -q
    table_of_report a.json | sed 's/#[0-9]* / /' >mine # the second of a name
    $lua "$here/../saved.lua" a.bin | sed 1d | awk '{ print $1, $2, $3 }' >page
    cmp mine page || fail "the table of $net"
    grep -q "\"base\":	\"$(sed -n "s/^#define ${upper}_BASE 0x\(.*\)u .*/\1/p" "$net.h")\"" a.json || fail "the base of $net"

    # through safetensors and back: every byte
    "$gen" saved a.bin --spec "$spec" "$@" --to a.safetensors
    "$gen" saved --from a.safetensors --spec "$spec" "$@" -o again.bin
    cmp a.bin again.bin || fail "through safetensors"
    rm again.bin
    "$gen" saved again.bin --from a.safetensors --spec "$spec" "$@"
    cmp a.bin again.bin || fail "through safetensors, with no -o"

    # averages: of one and itself, of two with all the weight on one
    "$gen" saved a.bin a.bin --average -o twice.bin --report=json >twice.json
    steps() { sed -n 's/.*"steps":[^0-9]*//p' "$1" | tr -d ,; }
    [ "$(steps twice.json)" = $((2 * $(steps a.json))) ] || fail "the sum of steps"
    "$gen" saved fresh.bin a.bin --average --by 0,3 -o heavy.bin
    "$gen" saved fresh.bin a.bin --average --by steps -o steps.bin
    cmp heavy.bin steps.bin || fail "--by steps"
    for one in twice heavy; do
        "$gen" saved $one.bin --diff a.bin --report=json >$one.json || [ $? = 4 ] || fail "--diff"
        tr -d '\t\n' <$one.json | sed 's/{"name":/\n/g' | grep '"role":"learnt"' | grep -v '"changed":0[,}]' && fail "$one.bin has other values"
    done
    "$gen" saved fresh.bin a.bin --average -o half.bin
    for save in half again; do
        ./run keep $save.bin kept.bin >/dev/null || fail "NAME_load refuses $save.bin"
        cmp $save.bin kept.bin
    done
    # halfway between the two, the distance to either is the same
    "$gen" saved half.bin --diff a.bin --report=json >a.json || true
    "$gen" saved half.bin --diff fresh.bin --report=json >b.json || true
    $lua - a.json b.json <<'END'
local function changes(path)
    local list = {}
    for type, role, rms, change in io.open(path):read("a"):gmatch('"type":%s*"(%w+)".-"role":%s*"(%l+)".-"rms":%s*([^,%s]+).-"change":%s*([^,%s]+)') do
        if role == "learnt" then list[#list + 1] = { tonumber(change), rms * (type == "float32" and 1e-6 or 0.004) } end
    end
    return list
end
local a, b = changes(arg[1]), changes(arg[2])
assert(#a > 3 and #a == #b)
local moved = false
for i = 1, #a do
    assert(math.abs(a[i][1] - b[i][1]) <= a[i][2] + b[i][2], i) -- what rounding does
    moved = moved or a[i][1] > 1e-4
end
assert(moved)
END
}

carried net NET "$here/net.lua"
carried net NET "$here/net.lua" -D optimizer=adam -D batch=2
carried net NET "$here/net.lua" -D update=all -D optimizer=momentum
$lua "$here/../firmware/weights.lua" small.safetensors
for gradient in int16 int8; do
    carried small SMALL "$here/../firmware/small.lua" -D weights="$dir/small.safetensors" -D gradient=$gradient -D trained=bfloat16
done

# newer firmware: another optimiser, more classes; what learnt is there, and it goes on
program ./old net NET "$here/net.lua"
for new in "-D optimizer=adam" "-D batch=4"; do
    ./old learn a.bin
    ./old keep a.bin kept.bin >old.scores
    # shellcheck disable=SC2086
    program ./new net NET "$here/net.lua" $new
    # shellcheck disable=SC2086
    "$gen" saved a.bin --spec "$here/net.lua" --into "$here/net.lua" $new -o b.bin >said
    ./new keep b.bin kept.bin >new.scores || fail "NAME_load of $new"
    cmp old.scores new.scores
done
cat >rows.lua <<'END'
name "rows"
input { h = 4, w = 4, c = 2, type = "uint8", scale = 2 / 255, zero_point = 128 }
conv { "first", out = 4, k = 3, act = "relu6" }
global_pool {}
dense { "classifier", out = option("classes", 3), init = "random" }
train { update = { "classifier.*", option("more", "classifier.bias") }, optimizer = sgd { rate = 0.05 } }
END
program ./old rows ROWS rows.lua
./old learn a.bin
program ./new rows ROWS rows.lua -D classes=5 -D more=first.bias
refused 5 "cannot be written" a.bin --into rows.lua -D classes=5 -D more=first.bias -o nowhere/b.bin
! grep -q 'taken' said || fail "--into says what was taken, and nothing was written"
"$gen" saved a.bin --into rows.lua -D classes=5 -D more=first.bias -o b.bin >said
grep -q '^0 tensors taken, of 2 more' said && grep -q first.bias said || fail "--into says: $(cat said)"
./new keep b.bin kept.bin >/dev/null || fail "NAME_load of more classes"
for save in a b; do
    "$gen" saved $save.bin --report=json | tr -d '\t\n' | sed 's/{"name":/\n/g' | sed -n 's/^"classifier.\([a-z]*\)","offset":\([0-9]*\).*/\1 \2/p' >$save.places
done
$lua - <<'END' || fail "the rows that both have"
local function values(save, outputs) -- what the three first outputs have of each row: four of weights, one of biases
    local bytes, list = io.open(save .. ".bin", "rb"):read("a"), {}
    for part, offset in io.open(save .. ".places"):read("a"):gmatch("(%l+) (%d+)") do
        for row = 0, part == "weight" and 3 or 0 do
            for o = 0, 2 do list[#list + 1] = part .. ("<f"):unpack(bytes, offset + 4 * (row * outputs + o) + 1) end
        end
    end
    assert(#list == 15)
    return table.concat(list, " ")
end
assert(values("a", 3) == values("b", 5))
END
refused 1 "of another layout than rows.lua: 'first.bias' is in b.bin alone" b.bin --spec rows.lua -D classes=5 --to x.safetensors

# train goes on from a save
mkdir -p data/dark data/light
for i in 1 2 3 4; do
    printf 'P5 4 4 255\n%016d' $i >data/dark/$i.pgm
    printf 'P5 4 4 255\n~~~~~~~~~~~~~~~%d' $i >data/light/$i.pgm
done
sed 's/c = 2/c = 1/; s/out = option.*3)/out = 2/; s/more", /&"first.bias" or /' rows.lua >two.lua
train() { "$gen" train two.lua --train data --test data -q "$@" 2>log || fail "train: $(cat log)"; }
train --epochs 2 --save first.bin
train --epochs 1 --from first.bin --save second.bin
train --rate 0 --from second.bin --save third.bin
for save in first.bin:16 second.bin:24 third.bin:32; do
    "$gen" saved ${save%:*} | grep -q "steps *${save#*:}$" || fail "steps of $save"
done
"$gen" saved third.bin --into two.lua -o fourth.bin -q
"$gen" saved second.bin --diff fourth.bin --report=json | grep -q '"changed":	[1-9]' && fail "train --rate 0 --from changes values"

# what is refused, and how
refused 1 "cannot open the saved net" missing.bin
head -c 30 a.bin >cut.bin
refused 1 "cut short: the header" cut.bin
head -c 100 a.bin >cut.bin
refused 1 "cut short: the saved net has $(wc -c <a.bin) bytes, the file has 100" cut.bin
: >empty.bin
refused 1 "an empty file" empty.bin
for at in 4 9 20 60 100; do
    { head -c $at a.bin; printf '\377'; tail -c +$((at + 2)) a.bin; } >damaged.bin
    refused 1 "damaged saved net" damaged.bin
done
printf 'TYTL\000\000\000\002' >big.bin && tail -c +9 a.bin >>big.bin
refused 1 "big-endian" big.bin
printf 'TYTL\001\000\000\000' >old.bin && tail -c +9 a.bin >>old.bin
refused 1 "version 0.1.0" old.bin
printf 'TYTL\003\000\000\000' >later.bin && tail -c +9 a.bin >>later.bin
refused 1 "format 3" later.bin
$lua -e 'io.write((io.open("a.bin", "rb"):read("a"):gsub("(.)(.)(.)(.)", "%4%3%2%1")))' >turned.bin
refused 1 "bytes in reverse order" turned.bin
refused 1 "a safetensors file" small.safetensors
refused 1 "of another base" a.bin --spec "$here/net.lua"
refused 1 "of another base" a.bin fresh.bin --average -o x.bin
refused 1 "of another layout than a.bin" a.bin b.bin --average -o x.bin
refused 1 "is of another" a.bin --diff fresh.bin
refused 2 "2 numbers for 3 saved nets" a.bin a.bin a.bin --average --by 1,2 -o x.bin
for by in -1 step 1,; do
    refused 2 "'$by': must be steps, or a number" a.bin a.bin --average --by=$by -o x.bin
done
refused 2 "the numbers have no sum" a.bin a.bin --average --by 0,0 -o x.bin
program ./old rows ROWS rows.lua
./old fresh fresh.bin
refused 1 "their steps are 0" fresh.bin fresh.bin --average --by steps -o x.bin
refused 4 "compared" a.bin --diff fresh.bin --report=json
refused 0 "compared" a.bin --diff a.bin --report=json
refused 2 "one thing at a time" a.bin --diff a.bin --average
refused 2 "needs the spec" a.bin --to x.safetensors
refused 2 "where to" a.bin --average
refused 2 "too many" a.bin a.bin
refused 5 "was read just now" a.bin --average -o a.bin
[ ! -e x.bin ] && [ ! -e x.safetensors ] || fail "something was written all the same"
echo ok
