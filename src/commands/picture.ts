// Pictures as files: SVG as it is made, or PNG of it, by the name's ending.
import { toPng } from '../report/png.ts';
import { writeFileAtomic } from '../util/files.ts';

export const isPng = (path: string | undefined): path is string => path !== undefined && /\.png$/i.test(path);

/** Whether a file is to be a picture, by its name. */
export const isFigure = (path: string | undefined): path is string =>
  path !== undefined && (/\.svg$/i.test(path) || isPng(path));

/** Writes it whole or not at all. A UserError where PNG is asked for and cannot be drawn here. */
export async function writePicture(path: string, svg: string): Promise<void> {
  writeFileAtomic(path, isPng(path) ? await toPng(svg) : Buffer.from(svg));
}
