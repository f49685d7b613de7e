// The style of the page that looks inside a model, beside that of all pages.

export const INSPECT_STYLE = `
.tools{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;margin:1rem 0}
.tools label{font-size:.9rem;color:var(--soft)}
.tokens{overflow-wrap:anywhere;line-height:1.9}
.tokens bdi{display:inline-block;line-height:1.4;background:var(--card);border:1px solid var(--line);border-radius:.3rem;padding:.1rem .3rem;margin-right:.15rem}
.tokens .special{color:var(--soft)}
#grid{display:grid;grid-template-columns:1.6rem repeat(var(--heads),minmax(0,4.5rem));gap:3px;align-items:center}
#grid .layer{font-size:.8rem;color:var(--soft);text-align:right;padding-right:.4rem;font-variant-numeric:tabular-nums}
#grid button{padding:0;aspect-ratio:1;border-radius:3px;overflow:hidden;line-height:0;min-width:0}
#grid canvas,#map{width:100%;height:100%;image-rendering:pixelated;display:block}
#grid button[aria-pressed=true]{border-color:var(--link);outline:2px solid var(--link)}
.views{display:grid;grid-template-columns:minmax(0,1.1fr) minmax(0,1fr);gap:1.5rem;align-items:start}
.scroller{max-height:40rem;overflow-y:auto;background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.6rem}
#lines{display:grid;grid-template-rows:minmax(0,1fr);grid-template-columns:minmax(0,10rem) minmax(2rem,1fr) minmax(0,10rem)}
#lines>div{display:flex;flex-direction:column;min-width:0}
#lines button{flex:1 1 0;min-height:0;border:0;padding:0 .35rem;background:none;border-radius:.25rem;font-size:.85rem;line-height:1.2;
white-space:nowrap;overflow:hidden;text-overflow:ellipsis;text-align:right;display:flex;align-items:center;justify-content:flex-end;gap:.4rem}
#lines button bdi{overflow:hidden;text-overflow:ellipsis}
#lines #keys button{justify-content:space-between;text-align:left;
background:linear-gradient(90deg,color-mix(in srgb,var(--s0) 45%,transparent) calc(100%*var(--w,0)),transparent 0)}
#lines #keys button::after{content:attr(data-weight);color:var(--soft);font-size:.75rem;font-variant-numeric:tabular-nums}
#lines button[aria-current=true]{box-shadow:inset 0 0 0 1.5px var(--link)}
#lines svg{width:100%;height:100%;overflow:visible}
#lines path{fill:none;vector-effect:non-scaling-stroke}
.faint{stroke:var(--soft);stroke-opacity:.35}
.strong{stroke:var(--s0)}
#frame{position:relative;background:var(--card);border:1px solid var(--line);border-radius:.3rem;touch-action:pan-y;cursor:crosshair;
max-height:40rem;aspect-ratio:1;overflow:hidden}
#cross{position:absolute;box-shadow:0 0 0 1.5px var(--link);pointer-events:none;min-width:3px;min-height:3px}
#told{display:block;margin:.5rem 0;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.formula{font-family:ui-serif,Georgia,serif;font-size:1.05rem;margin:.75rem 0 .4rem}
.numbers{max-height:24rem;overflow:auto;background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.3rem .8rem}
.numbers table{font-size:.82rem;width:100%}
.numbers th,.numbers td{padding:.2rem .5rem;white-space:nowrap;font-weight:400}
.numbers thead th{position:sticky;top:-.3rem;background:var(--card);min-width:0}
.numbers tbody th{position:sticky;left:-.8rem;background:var(--card);max-width:12rem;overflow:hidden;text-overflow:ellipsis}
.numbers tr.chosen th{font-weight:700;color:var(--link)}
#scores td:last-child{background:linear-gradient(90deg,color-mix(in srgb,var(--s0) 35%,transparent) calc(100%*var(--w,0)),transparent 0)}
.units td:nth-child(2){font-weight:700}
.figures td,.figures th{padding:.25rem .6rem;font-size:.85rem}
.sides{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:1rem;margin:1rem 0}
.sides figure{margin:0;min-width:0}
.sides figcaption{overflow-wrap:anywhere}
.sides canvas{width:100%;aspect-ratio:1;image-rendering:pixelated;background:var(--card);border:1px solid var(--line);border-radius:.3rem}
@media (max-width:46rem){.sides{grid-template-columns:minmax(0,1fr)}.numbers{padding:.3rem .5rem}.numbers table{font-size:.75rem}.numbers th,.numbers td{padding:.2rem .3rem}
.numbers tbody th{max-width:6.5rem}.views{grid-template-columns:minmax(0,1fr)}#lines{grid-template-columns:minmax(0,7rem) minmax(1rem,1fr) minmax(0,8rem)}
#grid{gap:2px;grid-template-columns:1.2rem repeat(var(--heads),minmax(0,1fr))}}
`.trim();
