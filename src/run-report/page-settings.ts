// The report's section of settings: all of one run with where they were written, or those in which runs differ.
import { basename } from 'node:path';
import { type ComponentChild, h } from 'preact';
import { renderSection, renderTable } from '../report/page-parts.ts';
import { showText } from '../report/show.ts';
import { differingSettings } from '../run/summary.ts';
import type { RunReport } from './run-report.ts';

export function renderSettings(
  runs: readonly RunReport[],
  names: readonly string[],
): ComponentChild | undefined {
  if (runs.every(({ settings }) => Object.keys(settings).length === 0)) return undefined;
  return runs.length === 1 ? renderOwn(runs[0]!) : renderDiffering(runs, names);
}

function renderOwn({ settings, origins }: RunReport): ComponentChild {
  const rows = settingRows(settings, origins);
  const written = rows
    .filter(([, , origin]) => origin !== '')
    .map(([key, value, origin]) => [
      key!,
      value!,
      // The whole path is there for a pointer that is held on it.
      h('span', { title: origin }, basename(origin!)),
    ]);
  const byDefault = rows.filter(([, , origin]) => origin === '').map(([key, value]) => [key!, value!]);
  return renderSection(
    'settings',
    'Settings',
    'Those that the config or the command line gives, and where.',
    [
      written.length > 0 && table(['Setting', 'Value', 'Written in'], written),
      byDefault.length > 0 && [
        h('details', null, [h('summary', null, 'Defaults'), table(['Setting', 'Value'], byDefault)]),
      ],
    ],
  );
}

/** Setting, value, and where it was written; nothing for defaults. */
export const settingRows = (settings: RunReport['settings'], origins: RunReport['origins']): string[][] =>
  Object.entries(settings).map(([key, value]) => [
    showText(key),
    showText(value),
    showText(originOf(key, origins)),
  ]);

/** A list is written where its first item is. */
function originOf(key: string, origins: RunReport['origins']): string {
  const own = Object.hasOwn(origins, key) ? origins[key] : undefined;
  return own ?? Object.entries(origins).find(([path]) => path.startsWith(`${key}.`))?.[1] ?? '';
}

function renderDiffering(runs: readonly RunReport[], names: readonly string[]): ComponentChild {
  const differing = differingSettings(runs);
  const all = [...new Set(runs.flatMap(({ settings }) => Object.keys(settings)))];
  const toRows = (keys: readonly string[]) =>
    keys.map((key) => [showText(key), ...runs.map(({ settings }) => showText(settings[key] ?? ''))]);
  const heads = ['Setting', ...names];
  return renderSection(
    'settings',
    'Settings',
    differing.length === 0 ? 'The runs have the same settings.' : 'Those in which the runs differ.',
    [
      differing.length > 0 && table(heads, toRows(differing)),
      h('details', null, [h('summary', null, 'All settings'), table(heads, toRows(all))]),
    ],
  );
}

const table = (heads: readonly string[], rows: readonly (readonly ComponentChild[])[]): ComponentChild =>
  h('div', { class: 'box scroll' }, renderTable(heads, rows, 'settings'));
