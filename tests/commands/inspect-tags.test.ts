// Tags in `tx inspect`: why a word has one, and the colours of a word in many sentences.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TAGGING_CONFIG, TAGS } from '../fuzz/material.ts';
import { tx } from './run.ts';

let dir: string;
const at = (name: string) => join(dir, name);

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tx-inspect-tags-'));
  writeFileSync(at('tags.txt'), TAGS);
  writeFileSync(at('config.yaml'), TAGGING_CONFIG.replaceAll('{}', dir));
  expect(await tx(['train', at('config.yaml'), '--run', at('run'), '-q'])).toMatchObject({ code: 0 });
}, 240_000);
afterAll(() => rmSync(dir, { recursive: true }));

const inspect = (show: string, ...argv: string[]) =>
  tx(['inspect', ...argv, '--show', show, '--threads', '1']);

async function json(show: string, ...argv: string[]) {
  const { code, stdout, stderr } = await inspect(show, ...argv, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

describe('saliency', () => {
  it('explains the tag of a word, at its first piece', async () => {
    const text = 'The cat sleeps.';
    const told = JSON.parse((await tx(['classify', at('run'), text, '--json', '--threads', '1'])).stdout);
    const { sides, ...first } = await json('saliency', at('run'), '-i', text);
    const piece = sides[0].tokens.findIndex(({ special }: { special: boolean }) => !special);
    expect(first.of).toBe(`tag ${told.tags[0]} of token ${piece + 1} "${sides[0].tokens[piece].piece}"`);
    expect(first.value).toBeCloseTo(Math.log(told.probabilities[0]), 4);
    expect(first.missing).toBeLessThan(0.01);
    const other = await json('saliency', at('run'), '-i', text, '--class', 'O');
    expect(other.of).toMatch(/^tag O of/);
    // Any piece of a word stands for it.
    const count = sides[0].tokens.filter(({ special }: { special: boolean }) => !special).length;
    const last = await json('saliency', at('run'), '-i', text, '--at', String(piece + count));
    expect(last.value).toBeCloseTo(Math.log(told.probabilities[2]), 4);
    expect((await inspect('saliency', at('run'), '-i', text, '--at', '99')).stderr).toContain(
      "--at expects the place of a word's token",
    );
    expect((await inspect('saliency', at('run'), '-i', text, '--pair', text)).stderr).toContain(
      'reads the words of one',
    );
  });
});

describe('the colours of a word', () => {
  const sentences = ['It is old.', 'No.', 'The old cat is old.', 'The cat is old.'];
  /** The tags of places by their lines, and the sentences with theirs. */
  async function colours(...argv: string[]) {
    const found = await json('word', at('run'), '--word', 'old', ...argv);
    const points = found.planes[0].points as { line: number; tag?: string }[];
    return [
      points.map(({ line, tag }) => [line, tag]),
      found.sentences.map(({ tag }: { tag?: string }) => tag),
    ];
  }

  it('are those of labels in a file, of lines, or of tags in columns', async () => {
    writeFileSync(at('s.txt'), sentences.map((text) => `${text}\n`).join(''));
    writeFileSync(at('labels.txt'), 'age\nno\nboth\nage\n');
    expect(await colours('-i', at('s.txt'), '--labels', at('labels.txt'))).toEqual([
      [
        [1, 'age'],
        [3, 'both'],
        [3, 'both'],
        [4, 'age'],
      ],
      ['age', 'both', 'age'],
    ]);
    expect((await colours('-i', at('s.txt'), '--by-sentence'))[1]).toEqual(['line 1', 'line 3', 'line 4']);
    const rows = sentences.map((text) =>
      text
        .split(' ')
        .map((word, i) => `${word}\t_\tW${i}\n`)
        .join(''),
    );
    writeFileSync(at('s.conll'), rows.join('\n'));
    expect(await colours('-i', at('s.conll'), '--conll', '2')).toEqual([
      [
        [1, 'W2'],
        [3, 'W1'],
        [3, 'W4'],
        [4, 'W3'],
      ],
      ['W2', 'W1, W4', 'W3'],
    ]);
  });

  it('are those of tags that a run gives the word', async () => {
    const told = await tx(['classify', at('run'), '--json', '--threads', '1'], {
      stdin: sentences.map((text) => `${text}\n`).join(''),
    });
    const tags = told.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).tags as string[]);
    expect((await colours('-i', at('s.txt'), '--tagger', at('run')))[0]).toEqual([
      [1, tags[0]![2]],
      [3, tags[2]![1]],
      [3, tags[2]![4]],
      [4, tags[3]![3]],
    ]);
  });
});
