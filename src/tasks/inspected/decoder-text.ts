// What language models read: text by their tokenizer, or the tokens of made-up problems.
import type { ProblemVocabulary } from '../../data/problems.ts';
import { EQUALS } from '../../rasp/generators/generator.ts';
import { buildGenerator } from '../../rasp/generators/index.ts';
import type { RunFolder } from '../../run/run-folder.ts';
import type { Tokenizer } from '../../tokenizers/tokenizer.ts';
import { UserError } from '../../util/errors.ts';
import { quote } from '../../util/quote.ts';
import type { LmConfig } from '../lm.ts';
import { type RaspConfig, vocabularyOf } from '../rasp.ts';
import { loadTextTokenizer } from '../running-text.ts';
import type { TaskConfig } from '../task.ts';
import { specialIds } from '../tokenizers.ts';

export interface DecoderText {
  tokenizer: Tokenizer;
  /** All that the model reads for a text; a UserError where it cannot. */
  encode(text: string): number[];
  /** The first place whose next token the model was trained to tell. */
  firstTold(ids: readonly number[]): number;
}

export function openDecoderText(config: TaskConfig, folder: RunFolder): DecoderText {
  if (config.task === 'rasp') return ofProblems(config as RaspConfig);
  const tokenizer = loadTextTokenizer(config as LmConfig, folder);
  const { eosId } = specialIds([tokenizer]);
  return { tokenizer, encode: (text) => [eosId, ...tokenizer.encode(text)], firstTold: () => 0 };
}

/** A problem with its answer, tokens between blanks; answers stand behind the first `=`. */
function ofProblems(config: RaspConfig): DecoderText {
  const tokenizer = overVocabulary(vocabularyOf(config, buildGenerator(config.data)));
  const equals = tokenizer.pieceToId(EQUALS);
  return {
    tokenizer,
    encode: (text) => tokenizer.encode(text),
    firstTold: (ids) => (config.objective.tokens === 'all' ? 0 : Math.max(0, ids.indexOf(equals ?? -1))),
  };
}

function overVocabulary(vocabulary: ProblemVocabulary): Tokenizer {
  const { padId } = vocabulary;
  const pieceOf = (id: number): string | undefined => {
    if (id === padId) return '<pad>';
    return id > 0 && id < vocabulary.size ? vocabulary.decode([id])[0] : undefined;
  };
  return {
    about: { kind: 'tokens of problems', normalization: 'none', ignored: [] },
    size: vocabulary.size,
    special: { pad: padId },
    encode: (line) =>
      line
        .split(/\s+/)
        .filter((token) => token !== '')
        .map((token) => {
          const id = vocabulary.idOf(token);
          if (id !== undefined) return id;
          throw new UserError(
            `${quote(token)} is no token of the run's problems; write these between blanks`,
          );
        }),
    decode: (ids) => vocabulary.decode(ids.filter((id) => id !== padId)).join(' '),
    normalize: (line) => line,
    pieceToId: (piece) => vocabulary.idOf(piece),
    idToPiece: pieceOf,
  };
}
