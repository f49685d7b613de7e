// The registry of exporters: the forms that --format names. To add one: its file and a row here.
import { basename, extname } from 'node:path';
import { UsageError } from '../../util/errors.ts';
import { suggest } from '../../util/nearest.ts';
import { quote } from '../../util/quote.ts';
import { bracket, pretty } from './brackets.ts';
import { conll, spans } from './columns.ts';
import { dot } from './dot.ts';
import { ascii, unicode } from './drawing.ts';
import type { Exporter } from './exporter.ts';
import { html } from './html.ts';
import { json, jsonArray } from './json.ts';
import { forest, tikzQtree } from './latex.ts';
import { svg } from './svg.ts';

export type { Exporter, ExportOptions, TreeItem } from './exporter.ts';

const rows = {
  bracket,
  pretty,
  unicode,
  ascii,
  json,
  'json-array': jsonArray,
  conll,
  spans,
  dot,
  forest,
  'tikz-qtree': tikzQtree,
  svg,
  html,
} satisfies Record<string, Exporter>;

export type ExporterName = keyof typeof rows;
export const exporters: Record<ExporterName, Exporter> = rows;
export const exporterNames = Object.keys(exporters) as [ExporterName, ...ExporterName[]];

/** The exporters' name that this is; a UsageError with the nearest one if it is none. */
export function exporterName(name: string): ExporterName {
  const found = exporterNames.find((known) => known === name);
  if (found !== undefined) return found;
  throw new UsageError(`unknown format ${quote(name)}; ${suggest(name, exporterNames)}`);
}

/** Pictures that other programs make of SVG. */
const CONVERTED = ['.png', '.pdf', '.ps', '.eps'];

/**
 * The format that a file's name asks for by its ending; undefined where it has none. A UsageError for an ending that no
 * format has.
 */
export function exporterOf(path: string): ExporterName | undefined {
  const ending = extname(path);
  const wanted = ending.toLowerCase();
  if (wanted === '') return undefined;
  const found = exporterNames.find((name) => exporters[name].endings.includes(wanted));
  if (found !== undefined) return found;
  if (CONVERTED.includes(wanted)) {
    const stem = basename(path, ending);
    const convert = `rsvg-convert -f ${wanted.slice(1)} -o ${stem}${ending} ${stem}.svg`;
    throw new UsageError(
      `${path}: ${wanted} is not made here; write ${stem}.svg and convert it, as with ${convert}`,
    );
  }
  const known = [...new Set(exporterNames.flatMap((name) => exporters[name].endings))].join(', ');
  throw new UsageError(
    `${path}: no format has the ending ${ending}; known: ${known}; or name the format with --format`,
  );
}
