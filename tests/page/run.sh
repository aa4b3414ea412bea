#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/page/run.sh TINYTL_GEN KIND: the page of --report=html, opened by a headless Chromium from disk, does what it says:
# KIND.js is put behind its own program, uses it as a person would, and says what it saw. Without Chromium nothing can be
# said: 77.
gen=$1 kind=$2
cd "$(dirname "$0")" || exit 1
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
    echo "skipped: there is no chromium (Debian: apt-get install chromium)"
    exit 77
}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"./make_$kind.sh" "$gen" "$out" > "$out/log" 2>&1 || { cat "$out/log"; exit 1; }

wrong=0
[ "$(wc -c < "$out/page.html")" -le 300000 ] || { echo "FAIL the page is larger than 300 KB"; wrong=1; }
# The only address is the name of SVG, and no element asks for another file.
grep -oE '(https?:)?//[a-z][a-z.]*\.[a-z]+[^"]*|<link[^>]*|src=[^ >]*|@import[^;]*|url\([^#v][^)]*' "$out/page.html" |
    grep -v '^http://www.w3.org/2000/svg$' && { echo "FAIL the page needs something else"; wrong=1; }

# Mistakes of the page's own program are caught from the beginning.
{
    sed 's|<head>|<head><script>window.mistakes = []; addEventListener("error", e => mistakes.push(e.message));</script>|; /^<\/body>/,$d' "$out/page.html"
    echo '<script>'
    cat helpers.js "$kind.js"
    echo '</script></body></html>'
} > "$out/tested.html"
root=
[ "$(id -u)" != 0 ] || root=--no-sandbox
HOME=$out timeout 100 "$browser" --headless $root --disable-gpu --user-data-dir="$out/profile" --window-size=1000,900 \
    --virtual-time-budget=20000 --dump-dom "file://$out/tested.html" > "$out/dom" 2> "$out/messages"
sed -n 's/^@@ //p' "$out/dom"
grep -qE '^@@ [0-9]+ right, 0 wrong' "$out/dom" || { tail -3 "$out/messages"; wrong=1; }
exit $wrong
