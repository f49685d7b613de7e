// The style of charts of points over x: their paths, wherever they are drawn, and what a page adds.

/** Of the paths that renderShape gives. */
export const PATH_STYLE = `
.xy path{fill:none;stroke:var(--c);vector-effect:non-scaling-stroke;stroke-linejoin:round;stroke-linecap:round}
.xy .stroke{stroke-width:2}
.xy .faint .stroke{stroke-width:1.1;opacity:.65}
.xy .striped .stroke{stroke-dasharray:5 4}
.xy path.band{fill:var(--c);stroke:none;opacity:.16}
.xy .bars{stroke-width:1.5;opacity:.7}
.xy .dots{stroke-width:7}
`.trim();

/** Beside the style of a page. */
export const XY_STYLE = `
${PATH_STYLE}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,30rem),1fr));gap:1rem;margin:1rem 0}
.charts .chart{margin:0;min-width:0}
.xy .area{padding:.5rem 0 0 3rem}
.xy .ticks{top:.5rem}
.xy .ticks span{left:3rem}
.xy .ticks b{white-space:nowrap}
.xy figcaption small{font-weight:400}
.canvas{position:relative;height:12rem;touch-action:pan-y}
.canvas svg{display:block;width:100%;height:100%;overflow:visible}
.canvas i{position:absolute;top:0;bottom:0;border-left:1px solid var(--soft);pointer-events:none}
.tip{position:absolute;top:0;z-index:1;margin:0 .6rem;padding:.3rem .6rem;max-width:min(20rem,90%);background:var(--card);
border:1px solid var(--line);border-radius:.4rem;font-size:.8rem;pointer-events:none}
.tip div{display:flex;justify-content:space-between;gap:.8rem}
.tip b{font-weight:500;font-variant-numeric:tabular-nums}
.xticks{position:relative;height:1.3rem;font-size:.75rem;color:var(--soft);font-variant-numeric:tabular-nums}
.xticks span{position:absolute;top:.25rem;transform:translateX(-50%);white-space:nowrap}
.xlabel{display:block;text-align:right;font-size:.75rem}
.key.strong::before{height:.22em;align-self:center}
.key.faint::before{height:.12em;align-self:center;opacity:.65}
.key.dots::before{border-radius:50%}
@media (max-width:46rem){.xticks span:nth-child(even){display:none}}
`.trim();
