/**
 * The page around the built panel. Emotion, with which Grafana writes its styles, makes `<style>` elements: they carry the
 * nonce, which the script finds at its own element.
 */
export const panelPage = (version: string, nonce: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Picket</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/panel/${version}/page.css">
<script src="/panel/${version}/host.js" nonce="${nonce}" defer></script>
</head>
<body>
<div id="root"><p class="wait">Loading…</p></div>
<noscript><p class="wait">This page needs JavaScript. <code>picket status</code> shows the same in a terminal.</p></noscript>
</body>
</html>
`
