// The style sheet of pages. System s has the colour --s<s mod 8>, in stripes from the ninth on. On a narrow screen nothing
// but tables of figures is scrolled sideways.

import { COLOR_RULES, cssVariables } from './palette.ts';

export const STYLE = `
:root{color-scheme:light dark;--bg:#f8f7f4;
--link:#2f5f9e;--mark:#fbe0d3;--mark-line:#c4562a;--moved:#8a7a2a;
${cssVariables('light')}}
@media (prefers-color-scheme:dark){:root{--bg:#15171b;
--link:#8ab4e8;--mark:#50301f;--mark-line:#e58a5c;--moved:#cbb968;
${cssVariables('dark')}}}
*{box-sizing:border-box}
[hidden]{display:none!important}
html{scroll-behavior:smooth;scroll-padding-top:4rem;-webkit-text-size-adjust:100%}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--bg);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main,.top{max-width:72rem;margin:0 auto;padding:0 1.25rem}
.top{padding-top:2.75rem}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .3rem;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:1.3rem;margin:3.25rem 0 .25rem}
h3{font-size:1.05rem;margin:1.75rem 0 .5rem;overflow-wrap:anywhere}
p{margin:.35rem 0}
.soft,.note,small{color:var(--soft)}
.note{max-width:46rem;overflow-wrap:anywhere;font-size:.925rem;margin-bottom:1rem}
.leads{list-style:none;margin:1.1rem 0 0;padding:.15rem 0 .15rem 1rem;border-left:3px solid var(--line);font-size:1.06rem;
overflow-wrap:anywhere}
.leads li+li{margin-top:.3rem}
nav{position:sticky;top:0;z-index:2;margin-top:1.5rem;background:var(--bg);border-bottom:1px solid var(--line)}
nav>div{max-width:72rem;margin:0 auto;padding:.6rem 1.25rem;display:flex;gap:1.1rem;overflow-x:auto;white-space:nowrap;
font-size:.9rem}
nav a{color:var(--soft);text-decoration:none}
nav a:hover,nav a:focus-visible{color:var(--ink);text-decoration:underline;text-underline-offset:.3em}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;margin:-.4rem 0 1rem;font-size:.88rem}
.key{display:inline-flex;align-items:baseline;gap:.45em;max-width:100%}
.key bdi{overflow-wrap:anywhere;min-width:0}
.key::before{content:"";flex:none;width:.7em;height:.7em;border-radius:.18em;background:var(--c)}
.striped{--stripes:repeating-linear-gradient(135deg,var(--c) 0 3px,var(--card) 3px 5px)}
.striped.key::before,.striped.bar,.balance .striped{background:var(--stripes)}
${COLOR_RULES}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.95rem}
th,td{padding:.4rem .9rem;text-align:right;border-bottom:1px solid var(--line);vertical-align:baseline}
th{font-weight:600}
th:first-child,td:first-child{text-align:left;padding-left:0}
thead th{color:var(--soft);font-weight:500;font-size:.85rem;overflow-wrap:anywhere;min-width:4.5rem}
tbody tr:last-child>*{border-bottom:0}
td strong{font-weight:700}
td small{display:block;white-space:nowrap;font-size:.8rem}
.scores{font-size:1.05rem}
.scores th:first-child{padding-right:2rem;min-width:12rem}
.scores th small{display:block;font-weight:400;font-size:.78rem;overflow-wrap:anywhere}
.box,.chart,.card{background:var(--card);border:1px solid var(--line);border-radius:.6rem}
.box{padding:.5rem 1.25rem;margin:1rem 0}
dl.signatures{display:grid;grid-template-columns:auto 1fr;gap:.15rem 1rem;margin:.75rem 0 0;font-size:.82rem;color:var(--soft)}
dl.signatures dd{margin:0;overflow-wrap:anywhere;font-family:ui-monospace,SFMono-Regular,Consolas,monospace}
.chart{margin:1rem 0;padding:1rem 1.25rem .9rem}
figcaption{font-weight:600;margin-bottom:.9rem}
.area{position:relative;padding:1.2rem 0 0 2.6rem}
.ticks{position:absolute;left:0;right:0;top:1.2rem;height:12rem}
.ticks span{position:absolute;left:2.6rem;right:0;height:0;border-top:1px solid var(--grid)}
.ticks b{position:absolute;right:100%;top:-.6rem;padding-right:.5rem;font-weight:400;font-size:.75rem;line-height:1.2rem;
color:var(--soft);font-variant-numeric:tabular-nums}
.groups{position:relative;display:flex;gap:.75rem}
.group{flex:1 1 0;min-width:0;text-align:center}
.bars{height:12rem;display:flex;align-items:flex-end;justify-content:center;gap:2px}
.bar{flex:1 1 0;max-width:2.6rem;min-height:1px;background:var(--c);border-radius:3px 3px 0 0;position:relative;font-style:normal}
.bar b{position:absolute;bottom:100%;left:50%;transform:translateX(-50%);font-weight:500;font-size:.7rem;line-height:1.5;
color:var(--soft);white-space:nowrap;font-variant-numeric:tabular-nums}
.dense .bar b{display:none}
.dense .bars{gap:1px}
.x{display:block;margin-top:.4rem;font-size:.85rem;font-variant-numeric:tabular-nums}
.x small{display:block;font-size:.74rem;line-height:1.3}
details{margin-top:.75rem}
summary{cursor:pointer;color:var(--link);font-size:.9rem;width:fit-content}
details table{font-size:.85rem;margin-top:.4rem}
.balance{display:flex;height:.8rem;border-radius:.4rem;overflow:hidden;gap:2px;margin:.6rem 0 .35rem}
.balance i{background:var(--c)}
.balance .tie{background:var(--line)}
.versus{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.2rem 1.5rem;font-size:.92rem}
.card{padding:.85rem 1.1rem;margin:.8rem 0;content-visibility:auto;contain-intrinsic-size:auto 12rem}
.card h4{margin:0 0 .35rem;font-size:.82rem;font-weight:500;color:var(--soft);display:flex;justify-content:space-between;
gap:1rem;font-variant-numeric:tabular-nums}
.line{display:grid;grid-template-columns:8.5rem minmax(0,1fr);gap:0 1rem;padding:.22rem 0}
.line>:first-child{font-size:.85rem;color:var(--soft);line-height:1.75;min-width:0}
.line .key{max-width:100%}
.side{display:grid;grid-template-columns:1fr 1fr;gap:0 1.5rem;margin-top:.4rem;padding-top:.4rem;border-top:1px solid var(--grid)}
.side .line{display:block;min-width:0}
.side .line>:first-child{display:flex;justify-content:space-between;gap:1rem}
.figure{font-variant-numeric:tabular-nums;white-space:nowrap}
.line>:first-child .figure{margin-left:.5em}
.text{margin:0;overflow-wrap:anywhere;max-height:16rem;overflow-y:auto}
.source{color:var(--soft)}
.empty{color:var(--soft);font-style:italic}
mark{color:inherit;background:var(--mark);border-radius:.2em;-webkit-box-decoration-break:clone;box-decoration-break:clone;box-shadow:inset 0 -1.5px var(--mark-line)}
.moved{text-decoration:underline dotted var(--moved) 2px;text-underline-offset:.22em}
.missed{text-decoration:underline var(--soft) 1.5px;text-underline-offset:.22em}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:0 2.5rem}
.ngrams{width:100%;font-size:.9rem}
.ngrams td:first-child{overflow-wrap:anywhere}
.tabs,#tools{display:flex;flex-wrap:wrap;gap:.5rem;margin:1rem 0}
button,input,select{font:inherit;font-size:.9rem;color:inherit;background:var(--card);border:1px solid var(--line);
border-radius:.45rem;padding:.35rem .75rem;max-width:100%}
button{cursor:pointer;overflow-wrap:anywhere}
button[aria-pressed=true]{border-color:var(--ink)}
#tools{align-items:center}
#find{flex:1 1 16rem}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
footer{max-width:72rem;margin:4rem auto 0;padding:1.25rem;color:var(--soft);font-size:.85rem;border-top:1px solid var(--line)}
@media (max-width:60rem){.bar b{display:none}}
@media (max-width:46rem){.side,.pair{grid-template-columns:minmax(0,1fr)}.line{grid-template-columns:minmax(0,1fr)}h1{font-size:1.55rem}
nav{position:static}nav>div{flex-wrap:wrap;gap:.3rem 1.1rem}html{scroll-padding-top:1rem}
.chart{padding:.9rem .7rem}.area{padding-left:2.2rem}.ticks span{left:2.2rem}.groups{gap:.3rem}.bars{gap:1px}.dense .bars{gap:0}
.x{font-size:.72rem}.x small{font-size:.66rem}
.scores,.scores tbody{display:block}.scores thead{display:none}
.scores tr{display:grid;grid-template-columns:repeat(auto-fill,minmax(8rem,1fr));gap:.3rem 1rem;padding:.6rem 0;border-bottom:1px solid var(--line)}
.scores tr:last-child{border-bottom:0}.scores tr>*{padding:0;border:0;text-align:left}.scores tr>th{grid-column:1/-1;padding:0}
.scores td::before{content:attr(data-label);display:block;font-size:.8rem;color:var(--soft)}}
@media print{nav{position:static}.card,.chart{break-inside:avoid}.text{max-height:none}}
`.trim();
