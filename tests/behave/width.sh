#!/bin/sh
# SPDX-License-Identifier: MIT
# Nothing that is printed is wider than the terminal, and than 80 columns where it is not one.  Long names of layers may
# stand on lines of their own; what cannot be broken is a path.
#
#     width.sh TINYTL_GEN
gen=$(realpath "$1")
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
cp "$root"/tests/oracle/12_mini_tinytl_LB.* "$root"/specs/*.lua .
cp -r "$root/tests/golden/errors" .
ln -s "$gen" tinytl-gen
cat >long.lua <<'END'
name "long_names_of_layers_as_an_importer_makes_them"
input { h = 32, w = 32, c = 3, type = "uint8", scale = 1/255 }
for i = 1, 4 do
    mbconv { "model.features.stages." .. i .. ".inverted_residual_block_with_a_long_name", out = 16, expand = 3, lite = { k = 3 } }
end
global_pool {}
dense { "model.head.classifier.with_a_name_that_does_not_end_before_the_table_does", out = 4 }
train { update = { "*" }, optimizer = adam { rate = 0.001 }, batch = 2 }
budget { ram = 40 * KiB }
END
printf 'id,lower,upper,size\na,0,4,100\nb,2,6,200\n' >buffers.csv
wrong=0 tried=0

# narrow WIDTH FILE WHAT
narrow() {
    tried=$((tried + 1))
    most=$(tr -d '\r' <"$2" | sed 's/\x1b\[[0-9;]*[mK]//g' | LC_ALL=C.UTF-8 wc -L)
    [ "$most" -le "$1" ] || {
        wrong=$((wrong + 1))
        echo "FAIL $3: $most columns on $1"
        tr -d '\r' <"$2" | sed 's/\x1b\[[0-9;]*[mK]//g' | LC_ALL=C.UTF-8 awk -v n="$1" 'length > n' | head -3
    }
}

cat >commands <<'END'
--help
plan long.lua -v
plan long.lua --ram 1M --fastest --target cortex-m4
plan long.lua --paper-accounting
what-fits long.lua --ram 64K
what-fits ds-cnn.lua --ram 100K -v
what-fits motion-1d.lua --ram 16K -v
plan mcunet-5fps.lua --smallest
plan resnet-8.lua --ram 100K -v
verify 12_mini_tinytl_LB.lua 12_mini_tinytl_LB.safetensors --cc cc\ -O0
pack buffers.csv -v
plan long.lua --rom 17 --an-unknown-option-that-is-rather-long-for-a-message-of-one-line
check errors/foreign_words.lua
check errors/long_line.lua
check errors/other_weights.lua
plan nowhere.lua
END
while read -r line; do
    # shellcheck disable=SC2086 # a list of words
    eval "./tinytl-gen $(printf '%s' "$line" | sed 's/cc\\ -O0/"cc -O0"/')" >said 2>&1
    narrow 80 said "$line"
done <commands
for word in "" train quantize import; do
    ./tinytl-gen $word >said 2>&1
    narrow 80 said "'$word' alone"
done

# Every command's help, every stage's dump of every spec, every message that a golden holds: whatever COLUMNS says,
# what is no terminal has 80.
export COLUMNS=300
commands=$(./tinytl-gen --help | sed -n 's/^  tinytl-gen \([a-z-]*\) .*/\1/p')
[ "$(echo "$commands" | wc -l)" -ge 10 ] || { echo "FAIL help names few commands: $commands" && wrong=$((wrong + 1)); }
for command in $commands; do
    ./tinytl-gen "$command" --help >said 2>&1
    narrow 80 said "$command --help"
    ./tinytl-gen "$command" >said 2>&1
    narrow 80 said "$command alone"
    ./tinytl-gen "$command" a.lua b.lua c.lua --rom=17 >said 2>&1
    narrow 80 said "$command, used wrongly"
done
rm proxyless*.lua mbv2*.lua mobilenet*.lua # no wider than mcunet-5fps, and slow
for spec in *.lua "$root"/tests/golden/*.lua; do
    for stage in $(./tinytl-gen plan tiny.lua --dump=none 2>&1 | sed -n 's|.*one of: ||p'); do
        (cd "$(dirname "$spec")" && "$gen" plan "$(basename "$spec")" -q --dump="$stage") >said 2>&1
        narrow 80 said "--dump=$stage of $spec"
    done
done
for said in "$root"/tests/golden/errors/*.err "$root"/tests/golden/*.txt "$root"/tests/*/golden/*.txt; do
    [ ! -e "$said" ] || narrow 80 "$said" "$said"
done
unset COLUMNS

command -v script >/dev/null || {
    echo "no 'script': terminals are not tried"
    exit $wrong
}
for width in 60 100 200; do
    grep -v 'verify\|mcunet\|resnet\|ds-cnn' commands | while read -r line; do echo "./tinytl-gen $line"; done >all
    script -qec "stty cols $width; sh ./all" /dev/null >said 2>&1 </dev/null
    narrow "$width" said "a terminal of $width"
    COLUMNS=$width script -qec "stty cols 80; sh ./all" /dev/null >said 2>&1 </dev/null
    narrow "$width" said "COLUMNS=$width"
done
echo "$tried outputs, $wrong too wide"
[ $wrong = 0 ]
