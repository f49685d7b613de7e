// Loads sentencepiece-js, SentencePiece compiled to WebAssembly. Its module binds the console for its own
// messages and installs process-wide handlers that swallow exits, anew for each model; so its code runs here
// with a console, a process and a decoder of its own. Each processor has its own WebAssembly memory, freed with it.
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import { readText } from '../util/text.ts';

export interface WasmProcessor {
  load(path: string): Promise<void>;
  encodeIds(text: string): number[];
  encodePieces(text: string): string[];
  decodeIds(ids: number[]): string;
}

/** U+FEFF at the start of a decoded line is part of it, not the byte order mark that decoders drop by default. */
class MarkKeepingDecoder extends TextDecoder {
  constructor(encoding?: string) {
    super(encoding, { ignoreBOM: true });
  }
}

let processorClass: (new () => WasmProcessor) | null = null;

/** A processor without a model. */
export function createWasmProcessor(): WasmProcessor {
  processorClass ??= loadClass();
  return new processorClass();
}

function loadClass(): new () => WasmProcessor {
  const require = createRequire(import.meta.url);
  const file = require.resolve('sentencepiece-js');
  const silence = () => {};
  const quiet = { log: silence, warn: silence, error: silence, info: silence };
  const isolated = { versions: process.versions, argv: [], on: silence };
  const run = compileFunction(
    readText(file),
    ['exports', 'require', '__filename', 'console', 'process', 'TextDecoder'],
    {
      filename: file,
    },
  );
  const exported: { SentencePieceProcessor?: new () => WasmProcessor } = {};
  run(exported, require, file, quiet, isolated, MarkKeepingDecoder);
  if (exported.SentencePieceProcessor === undefined)
    throw new Error(`${file} exports no SentencePieceProcessor`);
  return exported.SentencePieceProcessor;
}
