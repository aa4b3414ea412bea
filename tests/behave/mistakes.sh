#!/bin/sh
# SPDX-License-Identifier: MIT
# Mistakes that users make on the command line and with data: the exit code, words that the message must have, and words
# that it must not (mistakes in a spec are goldens: tests/golden/errors).  Nothing that is printed is wider than a
# terminal of 80 columns.
#
#     mistakes.sh TINYTL_GEN
gen=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
PATH=$here/../quick:$PATH
root=$(cd "$here/../.." && pwd)
lua=${LUA:-lua5.4}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
wrong=0 tried=0

complain() {
    wrong=$((wrong + 1))
    echo "FAIL $1: $2"
    sed 's/^/    /' said
}

# try NAME CODE WORDS NOT_WORDS COMMAND...; words: alternatives of grep -E, '' for none
try() {
    name=$1 expected=$2 must=$3 never=$4
    shift 4
    tried=$((tried + 1))
    "$@" >said 2>&1
    code=$?
    tr -s '\n ' '  ' <said >line
    [ $code = "$expected" ] || complain "$name" "exit $code, expected $expected"
    [ -z "$must" ] || grep -qE -- "$must" line || complain "$name" "does not say '$must'"
    [ -z "$never" ] || ! grep -qE -- "$never" line || complain "$name" "says '$never'"
    [ "$(LC_ALL=C.UTF-8 wc -L <said)" -le 80 ] || complain "$name" "wider than 80 columns"
}

spec() { # NAME INPUT [CLASSES [RATE]]
    cat >"$1.lua" <<END
name "$1"
input { $2 }
conv { "first", out = 8, k = 3, s = 2, act = "relu6" }
global_pool {}
dense { "classifier", out = ${3:-2}, init = "random" }
train { update = { "classifier.*", "*.bias" }, optimizer = sgd { rate = ${4:-0.05} } }
END
}

array() { "$lua" "$here/arrays.lua" "$@" || exit 1; }
pictures() { # FOLDER SHADE COUNT
    mkdir -p "$1"
    for i in $(seq "$3"); do array "$1/$i.ppm" picture 12 $(($2 + i)); done
}

# ---- specs and outputs ----

spec good 'h = 16, w = 16, c = 3, type = "uint8", scale = 1/255'
echo 'int main(void) { return 0; }' >code.c
printf '\377\330\377\340 a photo' >photo.jpg
cp photo.jpg photo.onnx
try "-o: no such folder" 5 'nowhere/good.c: error: cannot be written: .*hint: make the folder nowhere first' '' "$gen" good.lua -o nowhere
try "-o: a file" 5 'hint: code.c is a file, not a folder' '' "$gen" good.lua -o code.c
try "a C file as spec" 1 'hint: a spec is a Lua file, for example signs.lua; is code.c one' '' "$gen" plan code.c
try "import of a photo" 1 'a JPEG image.*models are ONNX and TFLite files' 'field' "$gen" import photo.jpg -o x.lua
try "a photo called .onnx" 1 'a JPEG image' 'field' "$gen" import photo.onnx -o x.lua
for file in nowhere.safetensors photo.jpg model.onnx; do
    sed "1a weights \"$file\"" good.lua >w.lua
    echo 'a model of which the first bytes are a length' >model.onnx
    case $file in
    nowhere*) words="w.lua:2:1: error: cannot open the weights 'nowhere.safetensors'" ;;
    photo*) words='not a safetensors file but a JPEG image' ;;
    *) words='not a safetensors file but a model.*hint: import it' ;;
    esac
    try "weights \"$file\"" 1 "$words" 'bytes \(the limit' "$gen" plan w.lua
done
try "no such spec" 1 "nowhere.lua.*No such file" '' "$gen" plan nowhere.lua
try "a folder as spec" 1 'error' '' "$gen" plan .
try "unknown command" 2 "did you mean 'plan'" '' "$gen" plam good.lua
try "unknown option" 2 'did you mean --ram' '' "$gen" plan good.lua --rom 64K
try "a budget without a unit" 3 'hint: a budget is in bytes: ram = 64 . KiB, or --ram 64K' '' "$gen" plan good.lua --ram 64
try "an option that is none" 1 "no option 'x'" '' "$gen" plan good.lua -D x=1
try "smallest and fastest" 2 'exclude each other' '' "$gen" plan good.lua --smallest --fastest
try "an unknown target" 2 'must be one of' '' "$gen" plan good.lua --target esp32
try "a target misspelt" 2 "did you mean 'cortex-m55'[?] must be one of" '' "$gen" plan good.lua --target cortexm55
try "a report in pdf" 2 'text, json, svg or html' '' "$gen" plan good.lua --report=pdf
try "a report into no folder" 5 'nowhere/x.json: error: cannot be written' '' "$gen" plan good.lua --report=json:nowhere/x.json
try "two reports into files" 2 "one report, and 'a.html' came before" '' "$gen" plan good.lua --report=html:a.html --report=json:b.json
try "import without -o" 2 'where to' '' "$gen" import photo.onnx

# ---- folders of pictures ----

pictures data/dark 10 4
pictures data/light 180 4
try "pictures" 0 '' 'warning' "$gen" train good.lua --train data --test data --epochs 20
spec bare 'h = 16, w = 16, c = 3'
try "no type and no scale" 0 'bare.lua:2:1: warning: the input has no scale: pixels.*type = "uint8", scale = 1/255' '' \
    "$gen" train bare.lua --train data --test data
spec raw 'h = 16, w = 16, c = 3, type = "uint8"'
try "no scale" 0 'warning: the input has no scale' '' "$gen" train raw.lua --train data --test data
spec meant 'h = 16, w = 16, c = 3, type = "uint8", scale = 1'
try "scale = 1 is meant" 0 '' 'has no scale' "$gen" train meant.lua --train data --test data
try "a rate that explodes" 0 'warning: the loss ends at .*hint: try a smaller rate: --rate' '' \
    "$gen" train good.lua --train data --test data --rate 1000 --epochs 3
try "a rate of nothing" 0 'may be chance: always naming the commonest class gives 50.0.*hint: the rate is 0' '' \
    "$gen" train good.lua --train data --test data --rate 0
try "a rate without end" 0 'not finite in epoch 1 at (dark|light)/.*the epoch is begun again with half the rate.*smaller rate' '' "$gen" train good.lua --train data --test data --rate 1e38
try "no --test" 2 'needs --train DATA and --test DATA, or --validate' '' "$gen" train good.lua --train data
try "no such folder" 1 'cannot open the folder' '' "$gen" train good.lua --train nothing --test data
try "a flat folder" 1 'one sub-folder' '' "$gen" train good.lua --train data/dark --test data
pictures one/dark 10 3
try "one class only" 0 'warning: all samples are of one class' '' "$gen" train good.lua --train one --test one
mkdir -p empty/light && cp -r data/dark empty/
try "a class without pictures" 0 'class "light" has no images.*class "light" has no sample to learn from' 'hidden' \
    "$gen" train good.lua --train empty --test data
echo '__attribute__((constructor)) static void crash(void) { *(volatile int *)8 = 1; }' >crash.h
try "a network that crashes" 5 'the compiled network has ended while it ran here: signal 11' '' \
    "$gen" train good.lua --train data --test data --cc "cc -include $work/crash.h"
pictures few/dark 10 1
pictures few/light 180 3
try "a class with one picture" 0 'class "dark" has one sample to learn from.*hint: ten or more' '' \
    "$gen" train good.lua --train few --test data
cp -r data known
try "what is learnt is asked" 0 'samples of --test are in --train, too.*--validate' 'equal one before' "$gen" train good.lua --train data --test known
mkdir -p twice/dark twice/light && cp -r data/. twice && for i in twice/*/*; do cp "$i" "${i%.*}-again.${i##*.}"; done
try "samples that are there twice" 0 'samples equal one before them.*hint: take them out.*samples held back one is .* may be chance' 'of --test' \
    "$gen" train good.lua --train twice --validate 0.25
spec loud 'h = 16, w = 16, c = 3, type = "uint8", scale = 4'
sed -i 's/, act = "relu6"//' loud.lua
try "a loss that nothing changes" 0 '' 'try a smaller rate' "$gen" train loud.lua --train data --test data --rate 0
try "a loss that grows" 0 'try a smaller rate' '' "$gen" train loud.lua --train data --test data --rate 0.1
for i in data/*/*; do echo "${i#data/},one"; done >alone
try "groups, and nothing is held back" 0 'groups are for what is held back.*hint: --validate' '' \
    "$gen" train good.lua --train data --test data --group alone
try "one group alone" 1 'one group cannot be parted.*hint: ' '' "$gen" train good.lua --train data --validate 0.25 --group alone
try "one group alone, to choose" 1 'one group cannot be parted.*hint: ' 'tried 3 times' \
    "$gen" choose good.lua --train data --group alone --ram 64K -o chosen.lua
sed '$s/train {/train { loss = "mse",/' good.lua >number.lua
try "nothing to compare" 1 'number.lua:6:[0-9: ]*error: choose compares how often the right class is found' '' \
    "$gen" choose number.lua --train data --ram 64K -o chosen.lua
cp -r data other && mv other/light other/bright
try "other classes in --test" 1 'class "bright" is not among those of the training data' '' \
    "$gen" train good.lua --train data --test other
pictures more/a 10 2
pictures more/b 90 2
pictures more/c 180 2
try "more classes than scores" 1 '3 classes, but the network has 2 scores' '' "$gen" train good.lua --train more --test more
cp -r data broken && cp photo.jpg broken/dark/0.jpg
try "a broken picture" 1 'broken/dark/0.jpg: error: cannot read the image: Corrupt JPEG.*hint' '' "$gen" train good.lua --train broken --test data

# ---- arrays ----

spec six 'h = 8, w = 1, c = 6, type = "int8", scale = 1/64'
spec real 'h = 8, w = 1, c = 6'
spec byte 'h = 8, w = 1, c = 6, type = "uint8", scale = 2/255'
array l.npy l 40
for form in u1 i1 f4; do array $form.npy $form 40x8x1x6; done
arrays() { # SPEC SAMPLES
    "$gen" train "$1.lua" --train "$2,l.npy" --test "$2,l.npy" --epochs 60
}
for net in six real byte; do
    for form in u1 i1 f4; do
        case $net.$form in
        byte.i1) try "$net $form" 1 "samples of int8, but the network's input is of uint8" '' arrays $net $form.npy ;;
        real.[ui]1) try "$net $form" 0 'the input has no scale' 'no better' arrays $net $form.npy ;;
        *) try "$net $form" 0 'accuracy_after 1.0000' warning arrays $net $form.npy ;;
        esac
    done
done
shapes='expected uint8, int8 or float32 of shape Nx8x1x6 .samples, height, width, channels: as the network.s input., found'
for shape in 40x8x6 40x48 40x6x8 40x6x8x1 40x1x8x6 40x6x1x8 40x8x6x1 40x1x48 40x16x1x3 1920 40x8x1x6x1 40x4x2x6; do
    array x.npy u1 $shape
    case $shape in
    40x8x6 | 40x1x8x6 | 40x8x6x1 | 40x8x1x6x1) remedy='hint: save array.reshape\(-1, 8, 1, 6\)' ;;
    40x6x8x1) remedy='hint: save array.transpose\(0, 2, 3, 1\)' ;;
    *) remedy='hint:' ;;
    esac
    try "an array of $shape" 1 "$shapes .u1 $shape.*$remedy" '' arrays byte x.npy
done
cp f4.npy nan.npy
printf '\000\000\300\177' | dd of=nan.npy bs=1 seek=$(($(wc -c <nan.npy) - 4)) conv=notrunc 2>/dev/null
try "a number that is none" 1 'value 47 of sample 39 is not a number' 'smaller rate' arrays byte nan.npy
spec narrow 'h = 8, w = 1, c = 6, type = "uint8", scale = 1/25500'
try "numbers beyond the input" 0 'warning: [0-9]+ % of the numbers, which go from .* 0 to 0.01: they are cut off' '' arrays narrow f4.npy
try "an array without labels" 1 'name both: samples.npy,labels.npy' '' "$gen" train byte.lua --train u1.npy --test u1.npy
spec picture 'h = 32, w = 1, c = 3, type = "uint8", scale = 1/255'
array grey.npy u1 40x32x3
try "colours that look like grey pictures" 1 'Nx32x1x3 .*found .u1 40x32x3.*reshape\(-1, 32, 1, 3\)' '' arrays picture grey.npy
array small.npy u1 40x16x1x3
try "an array of another size" 1 'never resized' '' arrays picture small.npy
try "photos for six channels" 1 "images have 1 or 3 channels, the network's input has 6" '' \
    "$gen" train byte.lua --train data --test data

# ---- signals ----

spec shaken 'h = 8, w = 1, c = 2'
spec vector 'c = 16'
signals() { # FOLDER STEPS LINE
    mkdir -p "$1"
    { echo "x,y" && for i in $(seq "$2"); do echo "$i,${3:-1}"; done; } >"$1/1.csv"
}
train_signals() { "$gen" train "$1.lua" --train "$2" --test "$2" "${3:---epochs=1}"; }
signals shakes/a 8
signals shakes/b 30 -2
try "signals" 0 'accuracy_after' 'error' train_signals shaken shakes
try "windows at a hop" 0 'accuracy_after' 'error' train_signals shaken shakes --hop=3
try "a hop of nothing" 2 'hop .0.: must be a whole number of at least 1' '' train_signals shaken shakes --hop=0
try "as many columns as there are" 1 "shakes/a/1.csv: error: expected 16 columns for the network's input of 1x1x16, found 2" '' \
    train_signals vector shakes
cp -r shakes short && signals short/a 7
try "a signal that is too short" 1 "short/a/1.csv: error: expected at least 8 time steps .* found 7" '' train_signals shaken short
cp -r shakes mixed && cp data/dark/1.ppm mixed/a/
try "photos among signals" 1 'mixed: error: 1 images and 2 tables' '' train_signals shaken mixed
cp -r shakes bad && echo '3,' >>bad/a/1.csv
try "a number is missing" 1 "bad/a/1.csv:10: error: column 2: '' is not a number" '' train_signals shaken bad
mkdir -p noise/a && printf 'RIFF\020\000\000\000WAVEfmt ' >noise/a/1.wav
try "a recording that is cut" 1 'noise/a/1.wav: error: cannot read the recording: the file is cut short' '' train_signals vector noise
printf 'a/1.csv,one\n' >groups
try "a file without a group" 1 'groups: error: no group is named for "b/1.csv"' '' train_signals shaken shakes --group=groups
printf 'one\ntwo\n' >groups
try "a line for each sample of arrays" 1 'groups: error: 2 groups for 40 samples' '' \
    "$gen" train six.lua --train i1.npy,l.npy --test i1.npy,l.npy --group groups

# ---- numbers instead of classes ----

array p.npy l 40 && array t.npy f4 40x3
cat >numbers.lua <<'END'
name "numbers"
input { h = 8, w = 1, c = 6, type = "int8", scale = 1 / 64 }
dense { "last", out = option("out", 3), init = "random" }
train { update = "*", loss = "mse", optimizer = sgd { rate = 0.01 } }
END
regression() { "$gen" train numbers.lua --train "i1.npy,$1" --test "i1.npy,$1"; }
try "regression" 0 '^loss_after [0-9.e-]+ error [0-9.e-]+ [0-9.e-]+ [0-9.e-]+ ' 'warning|accuracy' regression t.npy
array t2.npy f4 40x2
try "targets of another shape" 1 't2.npy: error: expected targets of float32 of shape Nx3, .*, found <f4 40x2' '' regression t2.npy
try "labels for targets" 1 'expected targets of float32 of shape Nx3' '' regression l.npy
try "targets without loss mse" 1 'expected integer labels.*targets of floats are for loss = "mse"' '' \
    "$gen" train six.lua --train i1.npy,t.npy --test i1.npy,t.npy
try "an autoencoder of another size" 1 'an autoencoder gives what it is shown: 8x1x6 numbers, but the network gives 1x1x3' '' \
    "$gen" train numbers.lua --train i1.npy --test i1.npy,l.npy
coder() { "$gen" train numbers.lua -D out=48 "$@"; }
try "an autoencoder" 0 '^loss_of_normal .* auc [01].* threshold ' 'accuracy' coder --train i1.npy --test i1.npy,l.npy
try "a rate of false alarms" 0 'a share of 0.01 is less than one: .*--false-alarms' '' coder --train i1.npy --test i1.npy,l.npy
try "all are false alarms" 2 'false-alarms is a share' '' coder --train i1.npy --test i1.npy,l.npy --false-alarms 1
mkdir -p well/normal && awk 'BEGIN { for (i = 0; i < 64; i++) print "1,2,3,4,5," i % 8 }' >well/normal/1.csv
try "nothing but what is normal" 0 'nothing that is not normal' '' coder --train well --test well
mkdir -p ill/fault && cp well/normal/1.csv ill/fault
try "nothing that is normal" 1 'has no sub-folder "normal"' '' coder --train ill --test well
try "a test without what is normal" 1 'nothing of --test is normal' '' coder --train well --test ill

# ---- verify, quantize, compilers ----

cp "$root/tests/oracle/02_conv_relu.lua" "$root/tests/oracle/02_conv_relu.safetensors" .
cat >vectors.lua <<'END'
local header = '{"input":{"dtype":"F32","shape":[1,3,16,16],"data_offsets":[0,3072]}}'
io.open("nothing.safetensors", "wb"):write(string.pack("<I8", #header), header, ("\0"):rep(3072)):close()
END
"$lua" vectors.lua
try "vectors with nothing to compare" 1 'nothing to compare.*output, probabilities, loss, act.LAYER .act.first' 'passed' \
    "$gen" verify good.lua nothing.safetensors
try "vectors of another network" 1 "'input' has 768 values a sample" '' \
    "$gen" verify byte.lua nothing.safetensors
try "no vectors" 1 'cannot open the vectors' '' "$gen" verify good.lua nowhere.safetensors
try "quantize without weights" 1 'nothing to quantize' '' "$gen" quantize good.lua --data data -o q.safetensors
try "no such compiler" 5 "no C compiler 'nocc' on this machine.*install a C compiler" '' "$gen" verify 02_conv_relu.lua 02_conv_relu.safetensors --cc nocc

echo "$tried mistakes, $wrong wrong"
[ $wrong = 0 ]
