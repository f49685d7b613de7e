// What is looked at inside models: odd input to runs of each role, and damaged runs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { damaged, Hunt, oddText, PATIENCE, sample, type Trial } from './harness.ts';
import {
  BERT_CONFIG,
  CONFIG,
  CORPUS,
  EN,
  LM_CONFIG,
  lines,
  removeFixture,
  trainFixture,
} from './material.ts';

const CONFIGS = { translation: CONFIG, lm: LM_CONFIG, bert: BERT_CONFIG };
type Role = keyof typeof CONFIGS;
const roles = Object.keys(CONFIGS) as Role[];

const fixtures: Partial<Record<Role, string>> = {};
const hunts: Partial<Record<Role, Hunt>> = {};
beforeAll(async () => {
  for (const role of roles) {
    fixtures[role] = await trainFixture(CONFIGS[role], CORPUS);
    hunts[role] = new Hunt(fixtures[role]);
  }
}, PATIENCE);
afterAll(() => {
  for (const hunt of Object.values(hunts)) hunt.remove();
  for (const fixture of Object.values(fixtures)) removeFixture(fixture);
});

const forms = fc.constantFrom(
  [],
  ['--json', '--with', 'hidden,figures,norms'],
  ['--json', '--with', 'rollout,flow'],
  ['--words', '--without-special'],
  ['--layer', '1', '--head', '1'],
  ['-o', '{}/out.html'],
  ['--attention', 'cross'],
  ['--target', 'Die Katze.'],
  ['--pair', 'A cat.'],
  ['-o', '{}/out.svg'],
  ['--map', 'norms', '--words'],
  ['--map', 'rollout', '--without-special'],
  ['--map', 'flow'],
  ['--figure', 'lines', '-o', '{}/out.svg'],
  ['--figure', 'heads', '-o', '{}/out.png'],
  ['--show', 'masks', '-o', '{}/out.svg'],
  ['--show', 'saliency', '--span', '1-2'],
  ['--show', 'saliency', '--figure', 'gradient', '-o', '{}/out.svg'],
  ['--compare', '{}/run', '-o', '{}/out.html'],
  ['--show', 'masks', '--top', '2'],
  ['--show', 'saliency', '--at', '2'],
  ['--show', 'saliency', '--token', 'e', '--json'],
  ['--show', 'neighbours', '-o', '{}/out.html'],
  ['--show', 'selectors'],
);

/** What reads whole files. */
const ofFiles = fc.constantFrom(
  ['--show', 'word', '--word', 'a', '--json'],
  ['--show', 'word', '--word', 'cat', '--tagged'],
  ['--show', 'heads', '--ablate', 'mean'],
  ['--show', 'heads', '--labelled'],
  ['--show', 'heads', '-o', '{}/out.svg'],
  ['--show', 'heads', '--target', '{}/odd.txt', '-o', '{}/out.html'],
  ['--show', 'positions', '--length', '3'],
  ['--show', 'positions', '--target', '{}/train.de', '--json'],
  ['--show', 'alignments', '--target', '{}/odd.txt'],
  ['--show', 'alignments', '--target', '{}/train.de', '--gold', '{}/odd.txt'],
);

const trial = (role: Role, i: number, more: Omit<Trial, 'name'>): Trial => ({
  name: `${role} ${i} ${more.argv.join(' ').slice(0, 100)}`,
  ...more,
});

test(
  'odd texts',
  async () => {
    const content = fc.oneof(
      oddText,
      fc.array(oddText, { maxLength: 4 }).map((texts) => texts.join('\n')),
    );
    for (const role of roles) {
      const trials = sample(fc.tuple(content, forms, fc.boolean()), 16).map(([text, form, isFile], i) => {
        // A text in which braces stand for the folder would not be what it says; no argument has a NUL.
        const asFile = isFile || /[{\0]/.test(text);
        const argv = [
          'inspect',
          '{}/run',
          ...(asFile ? ['-i', '{}/odd.txt', '--line', '2'] : [`--input=${text}`]),
        ];
        return trial(role, i, {
          argv: [...argv, ...form, '--threads', '1'],
          files: { 'odd.txt': Buffer.from(`x\n${text}`) },
        });
      });
      expect(await hunts[role]!.run(trials)).toEqual([]);
    }
  },
  PATIENCE,
);

test(
  'odd files',
  async () => {
    const content = fc.oneof(fc.array(oddText, { maxLength: 6 }).map(lines), damaged(Buffer.from(lines(EN))));
    for (const role of roles) {
      const trials = sample(fc.tuple(content, ofFiles), 10).map(([bytes, form], i) =>
        trial(role, i, {
          argv: [
            'inspect',
            '{}/run',
            '-i',
            i % 3 === 0 ? '{}/train.en' : '{}/odd.txt',
            ...form,
            '--threads',
            '1',
          ],
          files: { 'odd.txt': Buffer.from(bytes) },
        }),
      );
      expect(await hunts[role]!.run(trials)).toEqual([]);
    }
  },
  PATIENCE,
);

test(
  'damaged runs',
  async () => {
    for (const role of roles) {
      const names = ['config.yaml', 'checkpoints/model.safetensors'];
      const trials = names.flatMap((name) => {
        const whole = readFileSync(join(fixtures[role]!, 'run', name));
        return sample(fc.tuple(damaged(whole), forms), 8).map(([content, form], i) =>
          trial(role, i, {
            argv: ['inspect', '{}/run', '-i', 'A cat.', ...form, '--threads', '1'],
            files: { [`run/${name}`]: content },
            isConfig: true,
          }),
        );
      });
      expect(await hunts[role]!.run(trials)).toEqual([]);
    }
  },
  PATIENCE,
);
