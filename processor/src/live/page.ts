/** The live page. It works without its script as far as saying so; all data comes from `/api/v1`. */
export const LIVE_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Picket</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/live.css">
<script src="/live.js" defer></script>
</head>
<body>
<a class="skip" href="#attackers">Skip to attackers</a>
<header>
  <h1>Picket</h1>
  <p id="status" role="status" data-state="wait">Loading…</p>
  <p id="panel" role="status"></p>
</header>
<main>
  <noscript><p class="notice">This page needs JavaScript. <code>picket status</code> shows the same in a terminal.</p></noscript>
  <section aria-labelledby="summary-title">
    <h2 id="summary-title" class="hidden">Summary</h2>
    <div class="levels" id="levels" role="group" aria-label="Show danger levels from"></div>
    <dl class="counts">
      <div><dt>Lines read</dt><dd id="lines">–</dd></div>
      <div><dt>Packets</dt><dd id="packets">–</dd></div>
      <div><dt>Sources</dt><dd id="sources">–</dd></div>
      <div><dt>Detections</dt><dd id="detections">–</dd></div>
    </dl>
  </section>
  <section id="attackers" aria-labelledby="attackers-title" tabindex="-1">
    <h2 id="attackers-title">Attackers <small id="attackers-count"></small></h2>
    <div class="scroll" role="region" aria-labelledby="attackers-title" tabindex="0">
      <table class="attackers">
        <thead><tr>
          <th scope="col" class="c-level">Level</th>
          <th scope="col" class="c-source">Source</th>
          <th scope="col" class="c-packets number">Packets</th>
          <th scope="col" class="c-targets number">Targets</th>
          <th scope="col" class="c-ports">Ports</th>
          <th scope="col" class="c-kinds">Kinds</th>
          <th scope="col" class="c-why">Reasons</th>
          <th scope="col" class="c-time">First seen (UTC)</th>
          <th scope="col" class="c-time">Last seen (UTC)</th>
        </tr></thead>
        <tbody id="attacker-rows"></tbody>
      </table>
      <p class="empty" id="attackers-empty" hidden></p>
    </div>
  </section>
  <div class="columns">
    <section aria-labelledby="recent-title">
      <h2 id="recent-title">Recent detections</h2>
      <div class="scroll" role="region" aria-labelledby="recent-title" tabindex="0">
        <table>
          <thead><tr>
            <th scope="col" class="c-clock">Time (UTC)</th>
            <th scope="col" class="c-level">Level</th>
            <th scope="col" class="c-kind">Kind</th>
            <th scope="col" class="c-source">Source</th>
            <th scope="col">What</th>
          </tr></thead>
          <tbody id="recent-rows"></tbody>
        </table>
        <p class="empty" id="recent-empty" hidden>No detections yet.</p>
      </div>
    </section>
    <section aria-labelledby="ports-title">
      <h2 id="ports-title">Top ports</h2>
      <div class="scroll" role="region" aria-labelledby="ports-title" tabindex="0">
        <table>
          <thead><tr><th scope="col">Port</th><th scope="col" class="number">Packets</th></tr></thead>
          <tbody id="port-rows"></tbody>
        </table>
        <p class="empty" id="ports-empty" hidden>No ports yet.</p>
      </div>
    </section>
  </div>
</main>
<footer>
  <nav aria-label="Data">
    <a href="/api/v1/report">Report</a> <a href="/api/v1/detections">Detections</a>
    <a href="/api/v1/status">Status</a> <a href="/metrics">Metrics</a>
  </nav>
</footer>
</body>
</html>
`
