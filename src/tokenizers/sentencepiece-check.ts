// SentencePiece itself (sentencepiece-js, compiled to WebAssembly) on a model file: whether others who open the file
// get the pieces that we do. Its module binds the console for its own messages and installs process-wide handlers that
// swallow exits, anew for each model; so its code runs here with a console and a process of its own.
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import { readText } from '../util/text.ts';
import { type Normalization, normalizeText } from './normalize.ts';

interface Processor {
  load(path: string): Promise<void>;
  encodeIds(text: string): number[];
}

/**
 * The first of the lines that SentencePiece, with the model at `path`, cuts otherwise than `vocabulary` does, or
 * undefined where there is none. `normalization` is what comes before the model's own.
 */
export async function findOtherCut(
  path: string,
  lines: Iterable<string>,
  vocabulary: { encode(line: string): readonly number[] },
  normalization: Normalization,
): Promise<string | undefined> {
  const processor = createProcessor();
  await processor.load(path);
  for (const line of lines) {
    const theirs = processor.encodeIds(normalizeText(line, normalization));
    if (theirs.join() !== vocabulary.encode(line).join()) return line;
  }
  return undefined;
}

function createProcessor(): Processor {
  const require = createRequire(import.meta.url);
  const file = require.resolve('sentencepiece-js');
  const silence = () => {};
  const quiet = { log: silence, warn: silence, error: silence, info: silence };
  const isolated = { versions: process.versions, argv: [], on: silence };
  const names = ['exports', 'require', '__filename', 'console', 'process'];
  const run = compileFunction(readText(file), names, { filename: file });
  const exported: { SentencePieceProcessor?: new () => Processor } = {};
  run(exported, require, file, quiet, isolated);
  if (exported.SentencePieceProcessor === undefined)
    throw new Error(`${file} exports no SentencePieceProcessor`);
  return new exported.SentencePieceProcessor();
}
