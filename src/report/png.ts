// Pictures as PNG, drawn from SVG by resvg: an optional dependency that is loaded here alone.
import { UserError } from '../util/errors.ts';
import { flattenSvg } from './flat-svg.ts';

/** Pixels of a picture for one of its SVG, so that letters are sharp. */
const ZOOM = 2;

/** Families with letters of many scripts come first; else what the machine has. */
const FONT = { defaultFontFamily: 'DejaVu Sans', sansSerifFamily: 'DejaVu Sans' };

const LETTER = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><text y="15">x</text></svg>';

/** The bytes of a file, on light ground. A UserError where the package, or a font, is not installed. */
export async function toPng(svg: string): Promise<Uint8Array> {
  const { Resvg } = await import('@resvg/resvg-js').catch(() => {
    throw new UserError(
      'PNG needs the package @resvg/resvg-js: npm install @resvg/resvg-js; or write SVG, which needs nothing',
    );
  });
  // Without a font letters are left out, and nothing is said.
  if (new Resvg(LETTER, { font: FONT }).getBBox() === undefined)
    throw new UserError(
      'PNG needs a font, and this machine has none (Debian: fonts-dejavu-core); or write SVG',
    );
  const picture = new Resvg(flattenSvg(svg), { font: FONT, fitTo: { mode: 'zoom', value: ZOOM } });
  return picture.render().asPng();
}
