/**
 * Level colours differ in lightness as well as in hue (after Okabe and Ito), so that they are told apart by colour-blind
 * people and in print; the digit is always there too. Text on them has a contrast of 5 or more.
 */
export const LIVE_STYLE = `:root {
  color-scheme: light dark;
  --page: #f5f6f8; --card: #fff; --text: #1b1f24; --quiet: #57606a; --line: #d5dae0; --link: #0a58ca; --warn: #a33b00;
  --l0: #b8bec5; --l1: #56b4e9; --l2: #f0e442; --l3: #e69f00; --l4: #de6a1a; --l5: #7a0177;
}
@media (prefers-color-scheme: dark) {
  :root { --page: #111418; --card: #1a1e24; --text: #e6e9ed; --quiet: #9aa4af; --line: #2d343d; --link: #78b0ff; --warn: #ffa064; --l5: #c23bbd; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.45 system-ui, sans-serif; }
header, main, footer { max-width: 1500px; margin: 0 auto; padding: 0 1rem; }
header { display: flex; align-items: baseline; gap: 1rem; flex-wrap: wrap; padding-top: .75rem; }
h1 { margin: 0; font-size: 1.5rem; }
h2 { margin: 1.25rem 0 .5rem; font-size: 1.05rem; }
small { color: var(--quiet); font-weight: normal; }
#status { margin: 0; min-height: 1.45em; color: var(--quiet); }
#status::before { content: "●"; margin-right: .4em; color: var(--l0); }
#status[data-state="live"]::before { color: #1a9e77; }
#status[data-state="error"] { color: var(--warn); font-weight: 600; }
#status[data-state="error"]::before { content: "▲"; color: var(--warn); }
#panel { margin: 0; }
.levels { display: grid; grid-template-columns: repeat(5, 1fr); gap: .5rem; margin-top: .75rem; min-height: 4.1rem; }
.levels button { display: flex; align-items: center; gap: .6rem; padding: .6rem .75rem; border: 1px solid var(--line);
  border-radius: 6px; background: var(--card); color: inherit; font: inherit; text-align: left; cursor: pointer; }
.levels button[aria-pressed="true"] { border-color: var(--link); box-shadow: inset 0 0 0 1px var(--link); }
.levels b { font-size: 1.4rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.levels span { display: block; color: var(--quiet); font-size: .85rem; }
.badge { display: inline-grid; place-items: center; flex: none; width: 1.6em; height: 1.6em; border-radius: 4px; color: #000;
  font-weight: 700; font-style: normal; background: var(--l0); }
.badge[data-level="1"] { background: var(--l1); } .badge[data-level="2"] { background: var(--l2); }
.badge[data-level="3"] { background: var(--l3); } .badge[data-level="4"] { background: var(--l4); }
.badge[data-level="5"] { background: var(--l5); color: #fff; }
.counts { display: flex; flex-wrap: wrap; gap: .25rem 2rem; margin: .75rem 0 0; }
.counts div { display: flex; gap: .5rem; }
.counts dt { color: var(--quiet); } .counts dd { margin: 0; font-variant-numeric: tabular-nums; font-weight: 600; min-width: 4ch; }
.scroll { overflow: auto; min-height: 18rem; max-height: 60vh; background: var(--card); border: 1px solid var(--line); border-radius: 6px; }
.columns { display: grid; grid-template-columns: minmax(0, 3fr) minmax(14rem, 1fr); gap: 0 1rem; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
table.attackers { min-width: 75rem; }
.columns section:first-child table { min-width: 44rem; }
th { position: sticky; top: 0; background: var(--card); color: var(--quiet); font-size: .85rem; font-weight: 600; text-align: left;
  box-shadow: inset 0 -1px var(--line); }
th, td { padding: .4rem .6rem; vertical-align: top; overflow-wrap: anywhere; }
tbody tr + tr td { border-top: 1px solid var(--line); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.code { font-family: ui-monospace, monospace; font-size: .93em; }
time { font-size: .93em; font-variant-numeric: tabular-nums; white-space: nowrap; }
.c-level { width: 4rem; } .c-source { width: 11rem; } .c-packets, .c-targets { width: 5.5rem; } .c-ports { width: 12rem; }
.c-kinds { width: 7rem; } .c-time, .c-clock { width: 10.25rem; } .c-kind { width: 8rem; }
.empty { margin: 0; padding: 3rem 1rem; color: var(--quiet); text-align: center; }
.notice { padding: 1rem; border: 1px solid var(--warn); border-radius: 6px; }
footer { padding-top: 1rem; padding-bottom: 1.5rem; }
a { color: var(--link); } footer a { margin-right: 1rem; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
#attackers:focus { outline: none; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -100vw; } .skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem; z-index: 1; }
@media (max-width: 60rem) { .columns { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 36rem) { .levels { gap: .25rem; } .levels button { flex-direction: column; align-items: flex-start; gap: .25rem; padding: .4rem; }
  .levels span { font-size: .75rem; } .scroll { min-height: 12rem; } }
`
