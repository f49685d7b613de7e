// Trains WordPieces. Google has not published its trainer; as in Hugging Face's, the most frequent pair of pieces is
// merged over and over, as in byte-pair encoding, within the words that BERT's rules cut text into. (Merging by
// freq(ab) / (freq(a) freq(b)), as is often told, puts the rarest first: what occurs once, in one word, is never apart.)
import { UserError } from '../util/errors.ts';
import { BpeMerges } from './bpe-merges.ts';
import { selectCharacters } from './bpe-trainer.ts';
import { alignText } from './huggingface/aligned-text.ts';
import { BertNormalizer } from './huggingface/bert-normalizer.ts';
import { BERT_SPECIAL, buildWordPieceJson, MAX_WORD_LENGTH } from './huggingface/build-json.ts';
import { forEachStretch } from './huggingface/wordpiece.ts';
import { normalizeText } from './normalize.ts';
import { WordCounts } from './word-counts.ts';

export interface WordPieceTraining {
  /** The most pieces, the special ones counted: a text of fewer gives fewer. */
  vocabSize: number;
  lowercase: boolean;
  /** Follows the lower-casing where it is undefined. */
  stripAccents?: boolean | undefined;
  /** Share of the text's characters that must be in the vocabulary; the rarest beyond it become unknown. */
  characterCoverage: number;
  /** How often a piece of several characters occurs at least. */
  minFrequency: number;
}

/** Before the first symbol of a word; no text has it once it is normalized. */
const WORD_START = '\0';
/** What pieces begin with that go on in a word. */
const PREFIX = '##';
const PROGRESS_STEP = 100;

/** Takes lines one by one, of which it keeps the words, and trains on all of them at the end. */
export class WordPieceTrainer {
  readonly #options: WordPieceTraining;
  /** What stands between white space, as it is in the text. */
  readonly #stretches = new WordCounts();

  constructor(options: WordPieceTraining) {
    this.#options = options;
  }

  add(line: string): void {
    forEachStretch(normalizeText(line, 'identity'), (stretch) => this.#stretches.add(stretch));
  }

  /** The content of a tokenizer.json: special pieces, characters that begin words or go on, and what they make. */
  finish(onProgress?: (done: number, total: number) => void): object {
    const { vocabSize, characterCoverage, minFrequency, lowercase, stripAccents } = this.#options;
    const words = this.#countWords();
    const chars = new Set(selectCharacters(words, characterCoverage));
    const symbols = new Set<string>();
    const split = (word: string) => markFirst(Array.from(word, (char) => (chars.has(char) ? char : '')));
    for (const word of words.keys()) for (const symbol of split(word)) if (symbol !== '') symbols.add(symbol);
    // Every character can begin a word, whether any of the text's does or not.
    for (const char of chars) symbols.add(WORD_START + char);
    const alphabet = [...symbols].sort();
    const smallest = BERT_SPECIAL.length + alphabet.length;
    if (vocabSize < smallest) {
      throw new UserError(
        `a vocabulary of ${vocabSize} pieces is too small: ${alphabet.length} characters, at the beginning of words or ` +
          `within them, and ${BERT_SPECIAL.length} special pieces need ${smallest}; raise it or lower characterCoverage`,
      );
    }
    const wanted = vocabSize - smallest;
    const learned: string[] = [];
    const merges = new BpeMerges(words, alphabet, {
      split,
      isAllowed: () => true,
      order: (a, b) => a.left - b.left || a.right - b.right,
      mergesAgain: true,
    });
    while (learned.length < wanted) {
      const found = merges.next();
      if (found === null || found.frequency < minFrequency) break;
      learned.push(found.piece);
      if (learned.length % PROGRESS_STEP === 0) onProgress?.(learned.length, wanted);
    }
    onProgress?.(wanted, wanted);
    const form = { lowercase, stripAccents, handleChineseChars: true, rules: 'huggingface' as const };
    return buildWordPieceJson([...BERT_SPECIAL, ...[...alphabet, ...learned].map(spell)], form);
  }

  #countWords(): ReadonlyMap<string, number> {
    const { lowercase, stripAccents = lowercase } = this.#options;
    const normalizer = new BertNormalizer({
      cleanText: true,
      handleChineseChars: true,
      ...{ stripAccents, lowercase },
      rules: 'huggingface',
    });
    const words = new Map<string, number>();
    for (const [stretch, count] of this.#stretches.words) {
      for (const { chars } of normalizer.splitWords(normalizer.normalize(alignText(stretch)))) {
        // What is longer is unknown whatever the vocabulary.
        if (chars.length > MAX_WORD_LENGTH.huggingface) continue;
        const word = chars.join('');
        words.set(word, (words.get(word) ?? 0) + count);
      }
    }
    return words;
  }
}

/** Symbols of a word, of which the first is marked. */
const markFirst = (chars: string[]): string[] =>
  chars.map((char, i) => (i === 0 && char !== '' ? WORD_START + char : char));

/** A marked symbol begins a word, others go on. */
const spell = (symbol: string): string =>
  symbol.startsWith(WORD_START) ? symbol.slice(WORD_START.length) : PREFIX + symbol;
