// A run's folder made by hand: what a report reads, and nothing else.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RunFolder } from '../../src/run/run-folder.ts';

export const lines = (text: readonly string[]): string => text.map((line) => `${line}\n`).join('');

/** Steps and a validation after every tenth of them. */
export const metricsOf = (steps: number): string =>
  lines(
    Array.from({ length: steps }, (_, i) => {
      const at = { step: i + 1, epoch: 1 + Math.floor(i / 10), seconds: i / 2 };
      const step = { event: 'step', ...at, loss: 5 - i / steps, gradientNorm: 1, learningRate: 0.1 };
      const validation = { event: 'validation', ...at, loss: 4, metric: 'BLEU', score: 10, best: true };
      return JSON.stringify((i + 1) % 10 === 0 ? validation : step);
    }),
  );

const session = { command: 'tx train x', started: '2026-01-02T03:04:05.000Z', ending: 'finished' };

/** The files that a run of translation has, some of them others. */
export function makeRun(path: string, over: Readonly<Record<string, string>> = {}): RunFolder {
  const files = {
    'config.yaml': 'seed: 1\ndata: { srcLang: en }\n',
    'metrics.jsonl': metricsOf(40),
    'run.json': JSON.stringify({ parameters: 1234, config: { seed: 'x.yaml:1:1' }, sessions: [session] }),
    'results/valid.json': '{"weights":"averaged","score":10}',
    'results/valid.src': lines(['the cat', 'a dog', 'the end']),
    'results/valid.ref': lines(['die Katze', 'ein Hund', 'das Ende']),
    'results/valid.hyp': lines(['die Katze', 'ein Haus', 'nichts']),
    ...over,
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return new RunFolder(path);
}
