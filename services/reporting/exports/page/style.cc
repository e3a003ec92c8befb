#include "services/reporting/exports/page/style.h"

namespace athena::reporting {

std::string_view PageStyle() {
  // Each status has a colour for shapes (3:1) and one for words (-ink, 4.5:1).
  return R"(
:root {
  color-scheme: light dark;
  --bg: #ffffff; --quiet: #f4f5f3; --ink: #15202b; --ink2: #4b5763; --line: #d9dddf; --line2: #7b8791;
  --accent: #0a4f8f; --brand: #12304a; --halo: #ffd23f;
  --g: #0d7a50; --g-ink: #075e3c; --a: #bd6f00; --a-ink: #7d4700;
  --r: #c1271d; --r-ink: #991b13; --n: #5b6570; --n-ink: #47525d;
  --t-xs: .8125rem; --t-s: .875rem; --t-l: 1.25rem; --t-xl: 1.75rem; --t-xxl: 3.25rem;
  --font: "Segoe UI", system-ui, -apple-system, Roboto, "Noto Sans", "Open Sans", "Liberation Sans", Arial, sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #11181f; --quiet: #1a232c; --ink: #e8edf1; --ink2: #b3bec8; --line: #303b46; --line2: #75828e;
    --accent: #8cbcf5; --brand: #0b1117;
    --g: #45bd89; --g-ink: #76d7ab; --a: #e9a83a; --a-ink: #f5c877;
    --r: #ff7468; --r-ink: #ffa299; --n: #9aa6b1; --n-ink: #b8c2cb;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { font: 100%/1.45 var(--font); -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--bg); color: var(--ink); font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
h1, h2, h3, p, ul, dl, dd, figure, table { margin: 0; padding: 0; }
h1 { font-size: var(--t-xl); line-height: 1.2; letter-spacing: -.01em; }
h2 { font-size: var(--t-l); line-height: 1.3; }
h3 { font-size: 1rem; line-height: 1.35; }
ul { list-style: none; }
a { color: var(--accent); text-underline-offset: .15em; }
svg { display: block; }
svg text { font-family: var(--font); font-size: 13px; fill: var(--ink2); }
svg text.v { fill: var(--ink); font-weight: 600; }
.vh { position: absolute !important; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; box-shadow: 0 0 0 2px var(--halo); border-radius: 3px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { position: static; display: block; padding: .5rem 1rem; background: var(--halo); color: #15202b; }
.wrap { max-width: 82rem; margin: 0 auto; padding: 0 1.5rem; }
.top { background: var(--brand); color: #fff; border-bottom: 1px solid var(--line2); }
.top .wrap { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.5rem; min-height: 3rem; }
.top b { font-size: 1.125rem; }
.top span { font-size: var(--t-s); }
.head { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: end; gap: .75rem 1.5rem; padding: 1rem 0 .75rem; }
.head p { color: var(--ink2); }
.basis { display: flex; flex-wrap: wrap; background: var(--quiet); border-block: 1px solid var(--line); font-size: var(--t-s); }
.basis > div { padding: .5rem 1rem; border-right: 1px solid var(--line); flex: 1 1 auto; }
.basis > div:last-child { border: 0; }
.basis dt { font-size: var(--t-xs); color: var(--ink2); }
.basis dd { font-weight: 600; }
.basis small, td small, th small { display: block; font-size: var(--t-xs); color: var(--ink2); font-weight: 400; }
.verdict { display: grid; grid-template-columns: minmax(0, 4fr) minmax(0, 8fr); gap: 1.5rem 3rem; padding-top: 1.5rem; }
.big { display: flex; align-items: center; gap: 1rem; }
.big .sy { width: 3.25rem; height: 3.25rem; }
.big .number { font-size: var(--t-xxl); line-height: 1; font-weight: 600; letter-spacing: -.02em; }
.big p { font-weight: 600; }
.verdict ul { margin-top: 1rem; }
.verdict li { padding: .3rem 0; border-bottom: 1px solid var(--line); font-size: var(--t-s); }
.sec { border-top: 2px solid var(--ink); padding-top: .75rem; margin-top: 2rem; }
.lead { color: var(--ink2); margin: .15rem 0 .75rem; max-width: 94ch; font-size: var(--t-s); }
.st { display: inline-flex; align-items: center; gap: .4em; white-space: nowrap; font-weight: 600; }
.sy { width: .875em; height: .875em; flex: none; }
.st.g { color: var(--g-ink); } .st.a { color: var(--a-ink); } .st.r { color: var(--r-ink); } .st.n, .st.x { color: var(--n-ink); }
.sy.g { color: var(--g); } .sy.a { color: var(--a); } .sy.r { color: var(--r); } .sy.n, .sy.x { color: var(--n); }
.f-g { fill: var(--g); } .f-a { fill: var(--a); } .f-r { fill: var(--r); } .f-n, .f-x { fill: var(--n); }
.crit { font-size: var(--t-xs); font-weight: 600; border: 1px solid var(--line2); border-radius: 3px; padding: 0 .35em; white-space: nowrap; }
.bar { width: 100%; height: .75rem; min-width: 3rem; }
.trk { fill: var(--line); }
.mk { stroke: var(--ink); stroke-width: 1px; vector-effect: non-scaling-stroke; fill: none; }
.scorecell { display: grid; grid-template-columns: 2.9em minmax(3rem, 1fr); gap: .5rem; align-items: center; }
.scorecell b { text-align: right; }
.spark { width: 6rem; height: 1.5rem; }
.ln { fill: none; stroke: var(--ink2); stroke-width: 1.5; }
.th { fill: none; stroke: var(--line2); stroke-width: 1; stroke-dasharray: 1 3; }
.ax { fill: none; stroke: var(--line); stroke-width: 1; }
.pt { fill: var(--ink2); }
.chart { width: 100%; max-width: 46rem; height: auto; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: var(--t-s); }
th, td { text-align: left; vertical-align: top; padding: .45rem .75rem .45rem 0; border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-size: var(--t-xs); font-weight: 600; color: var(--ink2); vertical-align: bottom; border-bottom: 1px solid var(--line2); line-height: 1.25; }
tbody th { font-weight: 400; }
.num { text-align: right; white-space: nowrap; }
.code { font-weight: 600; margin-right: .35em; white-space: nowrap; }
.tree { min-width: 60rem; }
.tree th[scope="row"] { width: 26%; }
.tree .num { white-space: normal; }
.tree td:nth-child(7) { white-space: nowrap; }
.tree .score { min-width: 8.5rem; }
.l0 > th, .l1 > th { font-weight: 600; }
.l1 > th, .l1 > td { border-top: 1px solid var(--line2); }
.l2 > th { padding-left: 1rem; } .l3 > th { padding-left: 2rem; } .l4 > th { padding-left: 3rem; } .l5 > th { padding-left: 4rem; }
.link > td, .link > th { background: var(--quiet); }
.short { width: auto; min-width: min(100%, 26rem); }
.text { white-space: pre-line; }
.report { max-width: 72ch; margin-top: 1rem; font-size: var(--t-s); }
.report dt { font-weight: 600; margin-top: .5rem; }
.foot { border-top: 1px solid var(--line2); margin-top: 3rem; padding: 1rem 0 2rem; font-size: var(--t-xs); color: var(--ink2); }
@media (max-width: 60em) { .verdict { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 44em) {
  .wrap { padding: 0 1rem; }
  .basis > div { flex: 1 1 44%; border-right: 0; border-bottom: 1px solid var(--line); }
  h1 { font-size: 1.5rem; }
}
@media (forced-colors: active) {
  .f-g, .f-a, .f-r, .f-n, .f-x { fill: CanvasText; }
  .sy { color: CanvasText; }
}
@page { size: A4 landscape; margin: 14mm 14mm 16mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt Arial, sans-serif; color: #4b5763; } }
@media print {
  :root {
    color-scheme: light;
    --bg: #ffffff; --quiet: #f4f5f3; --ink: #000000; --ink2: #3a444e; --line: #c9ced1; --line2: #6d7882;
    --accent: #000000; --brand: #ffffff;
    --g: #0d7a50; --g-ink: #075e3c; --a: #bd6f00; --a-ink: #7d4700; --r: #c1271d; --r-ink: #991b13; --n: #5b6570; --n-ink: #47525d;
    --t-xs: 7.5pt; --t-s: 8.5pt; --t-l: 12pt; --t-xl: 17pt; --t-xxl: 30pt;
  }
  html { font-size: 9.5pt; line-height: 1.35; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .skip { display: none; }
  .wrap { padding: 0; max-width: none; }
  .top { color: #000; border-bottom: 1pt solid #000; }
  .top .wrap { min-height: 0; padding: 0 0 3pt; }
  .verdict { grid-template-columns: minmax(0, 4fr) minmax(0, 8fr); gap: 10pt 16pt; padding-top: 10pt; }
  h2, h3, .lead { break-after: avoid; }
  tr, li, figure, svg, .verdict { break-inside: avoid; }
  thead { display: table-header-group; }
  .scroll { overflow: visible; }
  .tree { min-width: 0; }
  .sec { margin-top: 14pt; border-top-width: 1.5pt; }
  th, td { padding: 2.2pt 6pt 2.2pt 0; }
  .foot { margin-top: 14pt; padding: 5pt 0 0; }
}
)";
}

}  // namespace athena::reporting
