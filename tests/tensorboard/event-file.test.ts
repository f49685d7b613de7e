import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EventFile } from '../../src/tensorboard/event-file.ts';
import { scalar, sessionEnd, sessionStart, table, text, verbatim } from '../../src/tensorboard/summaries.ts';
import { decodeEvents, decodeSettings } from './decode.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tx-events-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const read = (path: string) => decodeEvents(readFileSync(path));
const nothing = { scalars: {}, texts: {}, hparams: {} };

it('begins with its version and where the session starts; then every event, whole at once', () => {
  const file = new EventFile(join(dir, 'made'), 8);
  expect(read(file.path)).toEqual([
    { ...nothing, step: 0, version: 'brain.Event:2' },
    { ...nothing, step: 8, session: 1 },
  ]);
  file.append(9, [scalar('a/x', 0.5), text('b', 'ä *b*')]);
  file.append(10, []);
  file.append(2 ** 40, [scalar('a/x', -2)]);
  expect(read(file.path).slice(2)).toEqual([
    { ...nothing, step: 9, scalars: { 'a/x': 0.5 }, texts: { b: 'ä *b*' } },
    { ...nothing, step: 2 ** 40, scalars: { 'a/x': -2 } },
  ]);
});

it('names of later files follow in the alphabet, also within a second and after a clock that was ahead', () => {
  const future = Math.floor(Date.now() / 1000) + 1000;
  writeFileSync(join(dir, `events.out.tfevents.${future}.host`), '');
  writeFileSync(join(dir, 'notes.txt'), '');
  const made = [1, 2, 3].map((step) => new EventFile(dir, step).path);
  const names = readdirSync(dir).filter((name) => name.startsWith('events.'));
  expect(names.sort().slice(1)).toEqual(made.map((path) => path.slice(dir.length + 1)));
  for (const name of names) expect(name).toMatch(/^events\.out\.tfevents\.\d{10}\../);
});

it('text stands as it was: indented, or in a table with nothing that Markdown takes for its own', () => {
  const file = new EventFile(dir, 1);
  file.append(1, [
    verbatim('config', 'a: 1\n  b: "*"\n'),
    table(
      'samples',
      ['source', 'output'],
      [
        ['a | b', '<i> *x* _y_\n`z` [u]~\\&'],
        ['', 'ä'],
      ],
    ),
  ]);
  expect(read(file.path)[2]!.texts).toEqual({
    config: '    a: 1\n      b: "*"\n    ',
    samples:
      '| source | output |\n| --- | --- |\n' +
      '| a &#124; b | &#60;i&#62; &#42;x&#42; &#95;y&#95; &#96;z&#96; &#91;u&#93;&#126;&#92;&#38; |\n|  | ä |',
  });
});

it('hyper-parameters keep their types', () => {
  const settings = { 'model.dModel': 128, 'optimizer.epsilon': 1e-9, tie: 'three', bias: false, zero: 0 };
  const file = new EventFile(dir, 1);
  file.append(0, [sessionStart(settings, 17)]);
  file.append(5, [sessionEnd(18)]);
  const [start, end] = read(file.path).slice(2);
  expect(Object.keys(start!.hparams)).toEqual(['_hparams_/session_start_info']);
  expect(decodeSettings(start!.hparams['_hparams_/session_start_info']!)).toEqual(settings);
  expect(Object.keys(end!.hparams)).toEqual(['_hparams_/session_end_info']);
});
