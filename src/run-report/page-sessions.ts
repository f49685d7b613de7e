// The report's section of the times that runs were trained on, and the commands that did.
import { type ComponentChild, h } from 'preact';
import { renderSection, renderTable } from '../report/page-parts.ts';
import { showText } from '../report/show.ts';
import type { SessionRecord } from '../run/records.ts';
import { formatBytes, formatCount } from '../util/format.ts';
import { showTime } from './page-head.ts';
import type { RunReport } from './run-report.ts';

export function renderSessions(
  runs: readonly RunReport[],
  names: readonly string[],
): ComponentChild | undefined {
  const told = runs.flatMap(({ sessions }, r) =>
    sessions.length === 0 ? [] : [{ sessions, name: names[r]! }],
  );
  if (told.length === 0) return undefined;
  return renderSection(
    'sessions',
    'Sessions',
    'Every time that the run was trained on. The first command trains it anew, from the folder that it was given in.',
    told.map(({ sessions, name }) => [
      runs.length > 1 && h('h3', null, name),
      ...commandsOf(sessions).map((command) => h('pre', { class: 'command' }, command)),
      h('div', { class: 'box scroll' }, renderTable(SESSION_HEADS, sessions.map(sessionRow), 'settings')),
    ]),
  );
}

/** As they can be pasted, each once. */
export const commandsOf = (sessions: readonly SessionRecord[]): string[] => [
  ...new Set(sessions.flatMap(({ command }) => (command === undefined ? [] : [showText(command)]))),
];

export const SESSION_HEADS = [
  'Started',
  'Ended',
  'Ending',
  'Updates',
  'tx',
  'onnxruntime',
  'Threads',
  'Machine',
];

export function sessionRow(session: SessionRecord): string[] {
  const { started, ended, ending, fromStep, toStep, tx, onnxruntime, threads, machine = {} } = session;
  const { platform, processor, cores, memoryBytes, node } = machine;
  const parts = [
    processor,
    cores === undefined ? undefined : `${cores} cores`,
    memoryBytes === undefined ? undefined : formatBytes(memoryBytes),
    platform,
    node === undefined ? undefined : `Node ${node}`,
  ];
  const updates = [fromStep, toStep].map((step) => (step === undefined ? '' : formatCount(step)));
  return [
    started === undefined ? '' : showTime(started),
    ended === undefined ? '' : showTime(ended),
    ending ?? '',
    updates.join('–'),
    showText(tx ?? ''),
    showText(onnxruntime ?? ''),
    threads === 0 ? 'one a core' : String(threads ?? ''),
    showText(parts.filter((part) => part !== undefined).join(', ')),
  ];
}
