% -- SPDX-License-Identifier: 0BSD
% -- A report as a page: one file that a browser opens from disk. The facts are JSON; what shows them is page.js.tpl and
% -- the program for this kind of report.
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>$(name) - tinytl-gen $(kind)</title>
<style>
% include"page.css.tpl"
</style>
</head>
<body class="$(kind)">
<a class="skip" href="#main">To the report</a>
<header><h1 id="title">$(name)</h1><p id="lead"></p></header>
<main id="main"><noscript><p>This page draws itself with a script, which your browser does not run. The same facts come
as text (--report=text) and as JSON (--report=json).</p></noscript></main>
<p id="say" class="unseen" aria-live="polite"></p>
<footer>tinytl-gen $(version), <code>--report=html</code>. One file: it asks the network for nothing.</footer>
<script type="application/json" id="facts">$(data)</script>
<script>
"use strict";
(function () {
% include"page.js.tpl"
% include("page_" .. kind:gsub("-", "_") .. ".js.tpl")
})();
</script>
</body>
</html>
