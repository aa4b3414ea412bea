#!/bin/sh
# SPDX-License-Identifier: MIT
# what-fits.sh BUILD_DIR: every line that what-fits prints, pasted into its spec, gives what it said.
set -e
gen=$(cd "${1:?usage: what-fits.sh BUILD_DIR}" && pwd)/tinytl-gen
root=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
rows=0

number() { # key, file: of the first line that has it
    sed -n "s/^.*\"$1\":[^0-9]*\([0-9]*\),*\$/\1/p" "$2" | head -1
}

check() { # spec, RAM, options: the spec runs again with each line instead of its own
    spec=$1 ram=$2
    shift 2
    "$gen" what-fits "$spec" --ram "$ram" "$@" --report=json > rows.json
    grep '"spec":' rows.json | sed 's/^.*"spec":[^"]*"//; s/",*$//; s/\\"/"/g' > lines
    [ -s lines ]
    for key in ram trained macs; do
        sed -n "/\"rows\":/,\$s/^.*\"$key\":[^0-9]*\([0-9]*\),*\$/\1/p" rows.json > "$key"
    done
    i=0
    while read -r line; do
        i=$((i + 1))
        printf 'local make, new = train, { %s }\nfunction train(t) t.update = new.update make(t) end\ninclude "%s"\n' \
            "$line" "$spec" > again.lua
        "$gen" plan again.lua --ram "$ram" "$@" --report=json > plan.json
        macs=$(($(number forward plan.json) + $(number backward plan.json) + $(number recompute plan.json)))
        said="$(sed -n ${i}p ram) $(sed -n ${i}p trained) $(sed -n ${i}p macs)"
        is="$(number total plan.json) $(number values plan.json) $macs"
        if [ "$said" != "$is" ]; then
            printf '%s within %s: RAM, values, MACs were said to be %s, but are %s:\n%s\n' \
                "$spec" "$ram" "$said" "$is" "$line"
            exit 1
        fi
        rows=$((rows + 1))
    done < lines
}

cp "$root"/specs/*.lua "$root"/tests/oracle/12_mini_tinytl_LB.* .
check motion-1d.lua 16K
check motion-1d.lua 1M
check ds-cnn.lua 110K
check resnet-8.lua 128K
check mobilenet-v1-0.25.lua 70K
check 12_mini_tinytl_LB.lua 64K
check mcunet-5fps.lua 64K -D scheme=lite+bias -D resolution=32

# A lite module is a part of its block, not a place.
"$gen" what-fits 12_mini_tinytl_LB.lua --report=json | grep '"what":' > places
if grep 'lite"' places; then exit 1; fi

# Without classes there is no accuracy: what-fits does not promise points, and train says what an autoencoder learns from.
"$gen" what-fits autoencoder.lua > said
grep -q '^gain: an order only' said
"$gen" train autoencoder.lua --train . --test . 2> message || [ $? = 1 ]
grep -q 'hint: .*autoencoder learns .*"normal"' message

# The best comes first.
"$gen" what-fits 12_mini_tinytl_LB.lua --report=json | sed -n 's/^.*"gain":[^0-9]*//p' > gains
sort -c -r -n gains

# Every row fits; nothing fits: exit 3, and how little would do.
code=0
"$gen" what-fits motion-1d.lua --ram 1K 2> message || code=$?
[ $code = 3 ]
bytes=$(sed -n 's/.*needs \([0-9]*\) bytes.*/\1/p' message)
"$gen" what-fits motion-1d.lua --ram "$bytes" -q
"$gen" what-fits "$root/tests/oracle/02_conv_relu.lua" --ram 2K 2> message || grep -q 'hint: .*tinytl-gen quantize' message
"$gen" what-fits motion-1d.lua --ram $((bytes - 1)) -q 2> /dev/null || code=$?
[ $code = 3 ]
echo "what-fits: $rows rows are as they say"
