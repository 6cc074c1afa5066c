/** The style sheet of all elements. Colours follow the `color-scheme` of the page around them. */

const CSS = `
:host {
  --paper: light-dark(#fcfcfa, #16181b); --ink: light-dark(#1c1d20, #e6e6e1);
  --muted: light-dark(#5d6067, #a0a3a9); --rule: light-dark(#dcdcd6, #34373c);
  --tint: light-dark(#f2f2ed, #1f2226); --edge: light-dark(#7d8086, #858990);
  --focal: light-dark(#1663a8, #6cb2f2); --second: light-dark(#b4500a, #f0995a);
  display: block; color: var(--ink); accent-color: var(--focal);
  font: 1em/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
}
@media print {
  :host { color-scheme: light !important; --paper: #fff; --ink: #000; }
}
@media (forced-colors: active) {
  :host {
    --paper: Canvas; --ink: CanvasText; --muted: CanvasText; --rule: ButtonBorder; --tint: Canvas;
    --edge: CanvasText; --focal: Highlight; --second: LinkText;
  }
}
:host([hidden]) { display: none; }
* { box-sizing: border-box; }
h2 { font-size: 1.35em; line-height: 1.25; margin: 0 0 .4em; }
p { margin: 0 0 .8em; max-width: 44em; }
section + section { margin-top: 3em; }
.controls { display: grid; gap: .8em 1.6em; margin: 0 0 1em; align-items: start;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 14em), 1fr)); }
.control { display: flex; flex-direction: column; gap: .2em; min-width: 0; }
.check, .row { display: flex; gap: .5em; align-items: baseline; }
.row { justify-content: space-between; flex-wrap: wrap; }
label, legend { font-weight: 600; font-size: .92em; }
.hint, .value, .muted { color: var(--muted); font-size: .88em; }
.value { color: var(--ink); font-weight: 600; }
.error { color: var(--second); font-size: .88em; font-weight: 600; overflow-wrap: anywhere; }
.error:not(:empty)::before { content: "⚠ "; }
input, select, button { font: inherit; color: inherit; max-width: 100%; }
input[type="range"] { width: 100%; margin: 0; min-height: 24px; }
input[type="text"], input[type="number"], select, button { background: var(--paper);
  border: 1px solid var(--edge); border-radius: 3px; padding: .35em .5em; min-height: 2em; width: 100%; }
input[type="checkbox"] { width: 1.1em; height: 1.1em; margin: 0; flex: none; align-self: center; }
[aria-invalid="true"] { border: 2px solid var(--second) !important; }
button { width: auto; padding: .35em .9em; cursor: pointer; }
button:hover { background: var(--tint); }
:focus-visible { outline: 2px solid var(--focal); outline-offset: 2px; }
fieldset { border: 1px solid var(--rule); border-radius: 3px; margin: 1em 0; padding: .6em .9em .9em;
  min-width: 0; }
.actions { display: flex; flex-wrap: wrap; gap: .6em; align-items: center; }
.top { margin: -.5em 0 1.5em; }
.plots { display: grid; gap: 1em 2em; align-items: start;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 19em), 1fr)); }
figure { margin: 0; min-width: 0; max-width: 44em; break-inside: avoid; }
figcaption { font-weight: 600; font-size: .92em; margin-bottom: .3em; }
svg[role="img"] { display: block; width: 100%; height: auto; overflow: visible; }
svg text { font-size: 12px; fill: var(--ink); }
svg .tick { font-size: 11px; fill: var(--muted); }
svg .halo { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
.movable { touch-action: pan-y; cursor: crosshair; }
.grid { stroke: var(--rule); stroke-width: .8; }
.line, .sample line { fill: none; stroke: var(--edge); stroke-width: 1.6; stroke-linejoin: round; }
.line.focal, .sample .focal { stroke: var(--focal); stroke-width: 2.8; }
.line.entropy, .sample .entropy { stroke: var(--ink); stroke-dasharray: 7 4; }
.line.further-0, .sample .further-0 { stroke-dasharray: 1.5 3; }
.line.further-1, .sample .further-1 { stroke-dasharray: 4 3; }
.line.further-2, .sample .further-2 { stroke-dasharray: 8 3 1.5 3; }
.line.further-3, .sample .further-3 { stroke-dasharray: 12 4; }
.line.raw, .sample .raw { stroke: var(--focal); stroke-width: 2; stroke-dasharray: 6 4; }
.line.recovered, .sample .recovered { stroke: var(--second); stroke-width: 2.2; }
.line.diagonal, .sample .diagonal { stroke-dasharray: 2 4; }
.line.boundary, .sample .boundary { stroke: var(--ink); stroke-width: 3; }
.line.guide { stroke: var(--ink); stroke-width: 1; stroke-dasharray: 2 3; }
.marker { fill: var(--paper); stroke: var(--ink); stroke-width: 2.4; }
.dot-raw { fill: var(--paper); stroke: var(--focal); stroke-width: 2; }
.square-recovered { fill: var(--second); stroke: var(--paper); stroke-width: 1; }
.dot-class-0 { fill: var(--edge); fill-opacity: .75; stroke: var(--paper); stroke-width: .6; }
.square-class-1 { fill: none; stroke: var(--ink); stroke-width: 1.7; }
.selected { fill: none; stroke: var(--second); stroke-width: 2.5; }
.bar-raw { fill: var(--paper); stroke: var(--focal); stroke-width: 2; }
.bar-recovered { fill: var(--second); stroke: var(--second); }
.legend { display: flex; flex-wrap: wrap; gap: .2em 1.4em; list-style: none; padding: 0; margin: .4em 0 0;
  font-size: .88em; }
.legend li { display: flex; gap: .5em; align-items: center; }
.legend .sample { width: 30px; height: 10px; flex: none; }
.summary { font-size: 1.05em; margin: .4em 0 .8em; min-height: 2.9em; }
.scroll { overflow-x: auto; max-height: 24em; }
table { border-collapse: collapse; font-size: .88em; margin: .2em 0 .8em; }
caption { text-align: left; color: var(--muted); padding-bottom: .3em; }
th, td { text-align: right; padding: .3em .6em; border-bottom: 1px solid var(--rule); }
tr > :first-child { text-align: left; padding-left: 0; font-weight: 600; overflow-wrap: anywhere; }
sub, sup { line-height: 0; font-size: .75em; }
thead th { border-bottom-color: var(--ink); vertical-align: bottom; }
details { border-top: 1px solid var(--rule); margin-top: .6em; }
summary { padding: .5em 0; cursor: pointer; font-weight: 600; font-size: .92em; }
.live { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media print {
  button { display: none; }
  .scroll { overflow: visible; max-height: none; }
}
`;

let shared = null;

/** Return the style sheet. A strict content-security policy allows constructed style sheets. */
export function styleSheet() {
  if (shared === null) {
    shared = new CSSStyleSheet();
    shared.replaceSync(CSS);
  }
  return shared;
}
