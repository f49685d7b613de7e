// The registry of exporters: the forms that --format names. To add one: its file and a row here.
import { UsageError } from '../../util/errors.ts';
import { suggest } from '../../util/nearest.ts';
import { bracket, pretty } from './brackets.ts';
import { conll, spans } from './columns.ts';
import { dot } from './dot.ts';
import { ascii, unicode } from './drawing.ts';
import type { Exporter } from './exporter.ts';
import { html } from './html.ts';
import { json } from './json.ts';
import { forest, tikzQtree } from './latex.ts';
import { svg } from './svg.ts';

export type { Exporter, ExportOptions, TreeItem } from './exporter.ts';

const rows = {
  bracket,
  pretty,
  unicode,
  ascii,
  json,
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
  throw new UsageError(`unknown format ${JSON.stringify(name)}; ${suggest(name, exporterNames)}`);
}
