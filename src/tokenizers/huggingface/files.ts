// The files in which tokenizers are handed on, read as one tokenizer.json: that itself, BERT's vocab.txt, GPT-2's and
// RoBERTa's vocab.json with merges.txt beside it, or a folder with any of these.
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../../util/errors.ts';
import { isFile, isFolder } from '../../util/files.ts';
import { decodeLines, decodeText, readBytes, readLines } from '../../util/text.ts';
import type { BertRules } from './bert-characters.ts';
import { buildByteLevelJson, buildWordPieceJson } from './build-json.ts';

/** What a vocab.txt does not say. */
export interface WordPieceSettings {
  lowercase?: boolean | undefined;
  stripAccents?: boolean | undefined;
  rules?: BertRules | undefined;
}

/** The content of the tokenizer.json that the given file or folder comes to; a UserError where there is none. */
export function readGiven(path: string, settings: WordPieceSettings = {}): unknown {
  const file = isFolder(path) ? findIn(path) : path;
  const bytes = readBytes(file);
  if (!isJson(bytes)) return readVocabulary(file, decodeLines(bytes, file), settings);
  const content = parseJson(bytes, file);
  const isWhole = typeof content === 'object' && content !== null && 'model' in content;
  const given = Object.keys(settings).filter((key) => settings[key as keyof WordPieceSettings] !== undefined);
  if (given.length > 0) {
    throw new UserError(`${file}: says itself how text is normalized; leave out ${given.join(', ')}`);
  }
  return isWhole ? content : readMerges(file, content);
}

const FILES = ['tokenizer.json', 'vocab.txt', 'vocab.json'];

function findIn(folder: string): string {
  const found = FILES.map((name) => join(folder, name)).find(isFile);
  if (found === undefined) throw new UserError(`${folder}: has none of ${FILES.join(', ')}`);
  return found;
}

const isJson = (bytes: Buffer): boolean => /^(\ufeff)?\s*\{/.test(bytes.subarray(0, 1000).toString());

function parseJson(bytes: Buffer, path: string): unknown {
  const text = decodeText(bytes, path);
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError(`${path}: begins as JSON and is none; is it whole?`);
  }
}

const configSchema = z.object({
  do_lower_case: z.boolean().optional().catch(undefined),
  strip_accents: z.boolean().nullable().optional().catch(undefined),
  tokenize_chinese_chars: z.boolean().optional().catch(undefined),
  add_prefix_space: z.boolean().optional().catch(undefined),
});

/** What stands beside a vocabulary about its use. */
function readConfig(vocabulary: string): z.output<typeof configSchema> {
  const path = join(dirname(vocabulary), 'tokenizer_config.json');
  const parsed = configSchema.safeParse(isFile(path) ? parseJson(readBytes(path), path) : {});
  return parsed.success ? parsed.data : {};
}

function readVocabulary(path: string, pieces: string[], settings: WordPieceSettings): unknown {
  while (pieces.at(-1) === '') pieces.pop();
  const seen = new Map<string, number>();
  for (const [i, piece] of pieces.entries()) {
    const other = seen.get(piece);
    if (piece === '') throw new UserError(`${path}:${i + 1}: the line is empty; a piece stands in each`);
    if (other !== undefined)
      throw new UserError(`${path}:${i + 1}: the piece stands in line ${other + 1} too`);
    seen.set(piece, i);
  }
  if (!seen.has('[UNK]'))
    throw new UserError(`${path}: is no JSON, and no vocabulary of WordPieces: it has no piece [UNK]`);
  const config = readConfig(path);
  return buildWordPieceJson(pieces, {
    // Capitals in the vocabulary would never be met in lower-cased text.
    lowercase: settings.lowercase ?? config.do_lower_case ?? !pieces.some(isCased),
    stripAccents: settings.stripAccents ?? config.strip_accents ?? undefined,
    handleChineseChars: config.tokenize_chinese_chars ?? true,
    rules: settings.rules ?? 'huggingface',
  });
}

const isCased = (piece: string): boolean => !/^\[.*\]$/.test(piece) && piece !== piece.toLowerCase();

function readMerges(path: string, vocabulary: unknown): unknown {
  const merges = join(dirname(path), basename(path).replace(/vocab.*$/, 'merges.txt'));
  if (basename(merges) === basename(path) || !isFile(merges)) {
    throw new UserError(`${path}: is no tokenizer.json, and no vocabulary with merges.txt beside it`);
  }
  const pairs = readLines(merges).filter((line) => line !== '' && !line.startsWith('#version'));
  return buildByteLevelJson(vocabulary, pairs, {
    addPrefixSpace: readConfig(path).add_prefix_space ?? false,
  });
}
