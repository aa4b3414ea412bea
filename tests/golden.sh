#!/bin/sh
# SPDX-License-Identifier: MIT
# Golden pairs: x.lua beside x.EXT, where EXT says what is run on the spec and compared:
#
#     .spec .graph .backward .schedule .plan   --dump of that stage
#     .txt .json                               the report of `plan`
#     .c .h                                    the output
#     .err                                     messages of `plan`, and the exit code
#
# A line "-- options: ..." in the spec is put on the command line.  UPDATE_GOLDEN=1 rewrites.
#
#     golden.sh TINYTL_GEN [GOLDEN...]
gen=$(realpath "$1")
shift
cd "$(dirname "$0")/golden" || exit 1
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
[ $# -gt 0 ] || set -- $(find . -type f ! -name '*.lua' ! -name '*.safetensors' ! -name '*.vectors' | LC_ALL=C sort)
wrong=0
for spec in errors/*.lua; do
    [ -e "${spec%.lua}.err" ] || { echo "FAIL $spec has no ${spec%.lua}.err" && wrong=1; }
done

for golden in "$@"; do
    base=${golden%.*} ext=${golden##*.}
    folder=$(dirname "$golden") spec=$(basename "$base").lua
    options=$(sed -n 's/^-- options: //p' "$base.lua")
    made="$out/made"
    (
        cd "$folder" || exit 1
        case $ext in
        txt) "$gen" plan "$spec" $options ;;
        json) "$gen" plan "$spec" $options --report=json ;;
        c | h) "$gen" gen "$spec" $options -q -o "$out" && cat "$out"/*."$ext" && rm "$out"/*.[ch] ;;
        err) "$gen" plan "$spec" $options 2>&1 >/dev/null; echo "exit $?" ;;
        *) "$gen" plan "$spec" $options -q --dump="$ext" ;;
        esac
    ) > "$made" 2>"$out/messages" || true
    cat "$out/messages" >> "$made"
    if [ "$UPDATE_GOLDEN" ]; then
        cmp -s "$made" "$golden" || cp "$made" "$golden"
    elif ! diff -u "$golden" "$made" > "$out/diff" 2>&1; then
        wrong=$((wrong + 1))
        echo "FAIL $golden"
        head -30 "$out/diff"
    fi
done
echo "$# goldens, $wrong differ"
[ $wrong = 0 ]
