import { expect, it } from 'vitest';
import { continuesWord } from '../../src/tokenizers/continues-word.ts';

it.each([
  ['WordPiece', ['[PAD]', '[MASK]', 'sing', '##ing', '.', '▁'], [3]],
  ['SentencePiece', ['[PAD]', '[MASK]', '▁sing', 'ing', '.', '▁'], [3, 4]],
  ['the bytes of GPT-2', ['[PAD]', '[MASK]', 'Ġsing', 'ing', '.', 'Ġ'], [3, 4]],
  ['pieces that do not tell', ['[PAD]', '[MASK]', 'sing', 'ing'], []],
])('%s', (_, pieces, expected) => {
  const special = { pad: 0, mask: 1 };
  const tokenizer = { size: pieces.length, special, idToPiece: (id: number) => pieces[id] };
  const continues = continuesWord(tokenizer);
  expect(pieces.flatMap((_, id) => (continues(id) ? [id] : []))).toEqual(expected);
  expect([continues(-1), continues(pieces.length)]).toEqual([false, false]);
});
