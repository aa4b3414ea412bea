#!/bin/sh
# SPDX-License-Identifier: MIT
# A caller that was compiled with the header of another plan does not link, whichever function it calls and however it is
# compiled; with its own header it does, and every function has its plain name as well: stale.sh TINYTL_GEN
gen=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0
fail() {
    echo "FAIL $*" && failed=1
}

mkdir "$dir/own" "$dir/stale"
"$gen" "$here/net.lua" -q -o "$dir/own" -D place=scratch --smallest || exit 1
"$gen" "$here/net.lua" -q -o "$dir/stale" -D place=scratch --fastest || exit 1

cat >"$dir/caller.c" <<'C'
#include "net.h"
static net_net net;
static net_scratch scratch;
static uint8_t saved[NET_SAVE_BYTES];
static float scores[NET_CLASSES];
int main(void)
{
    (void)net, (void)scratch, (void)saved, (void)scores;
#if defined CALL
    (void)(CALL);
    return 0;
#else
    int (*volatile address)(net_net *) = ADDRESS;
    return address(&net);
#endif
}
C

compiler() { # the compiler and its options, for what follows; LINK: options for linking
    compile=$*
    $compile -I"$dir/own" -c "$dir/own/net.c" -o "$dir/net.o" || fail "$compile"
}

links() { # header of, call
    $compile $warnings -I"$dir/$1" "$2" -c "$dir/caller.c" -o "$dir/caller.o" || return 2
    ${compile%%-x*} $LINK "$dir/caller.o" "$dir/net.o" -o "$dir/program" -lm 2>"$dir/said" && return 0
    grep -q 'net_[a-z_]*_plan_' "$dir/said" && return 1
    cat "$dir/said"
    return 2
}

checked() { # call
    links own "$1" || fail "does not link: $compile $1"
    links stale "$1"
    [ $? = 1 ] || fail "a stale header links: $compile $1"
}

warnings="-Wall -Wextra -Wconversion -Wshadow -Wmissing-declarations -pedantic -Werror"
compiler gcc -std=c99 -O0
for call in 'net_init(&net)' 'net_predict(&net, &scratch, net_input(&scratch), scores)' 'net_train(&net, &scratch, saved, 0, scores)' \
    'net_input(&scratch)' 'net_set_rate(&net, 0.1f)' 'net_save(&net, saved)' 'net_load(&net, saved, sizeof saved)'; do
    checked "-DCALL=$call"
done
compiler gcc -std=c99 -O2 -flto
checked '-DCALL=net_train(&net, &scratch, saved, 0, scores)'
LINK=-Wl,--gc-sections
compiler gcc -std=c99 -Os -ffunction-sections
checked '-DCALL=net_load(&net, saved, sizeof saved)'
checked '-DADDRESS=&net_init'
LINK=
compiler g++ -std=c++17 -O1 -x c++
checked '-DCALL=net_init(&net)'
command -v clang >/dev/null && compiler clang -std=c99 -O1 && checked '-DCALL=net_init(&net)'

cat >"$dir/plain.c" <<'C'
extern int net_init(void *net); /* without the header: dlsym, another language */
extern const char *net_train, *net_predict, *net_input, *net_set_rate, *net_save, *net_load;
const void *const all[] = {&net_train, &net_predict, &net_input, &net_set_rate, &net_save, &net_load};
static long long net[2000];
int main(void) { return net_init(net); }
C
gcc -w "$dir/plain.c" "$dir/own/net.c" -I"$dir/own" -o "$dir/plain" -lm && "$dir/plain" || fail "plain names"
[ $failed = 0 ] && echo ok
