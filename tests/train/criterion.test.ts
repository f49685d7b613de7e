import { expect, it } from 'vitest';
import type { PreparedData } from '../../src/tasks/pairs/prepare.ts';
import { SearchEvaluator } from '../../src/tasks/pairs/search-evaluator.ts';
import { buildTranslationText, type TranslationConfig } from '../../src/tasks/translation.ts';
import { buildCriterion, isBetter } from '../../src/train/criterion.ts';
import type { System } from '../../src/train/system.ts';
import { Toy } from './toy.ts';

const toy = new Toy();
toy.remove();

/** A system that is only asked for its figures. */
function systemOf(config: TranslationConfig): System {
  const data = { text: buildTranslationText(config) } as PreparedData;
  const nothing = () => {
    throw new Error('not asked for');
  };
  return {
    objective: {
      inputs: {},
      terms: {},
      statistics: { nll: { per: 'tokens', perplexities: { perplexity: 'tokens' } } },
      signature: `labelSmoothing:${config.objective.labelSmoothing}`,
      build: nothing,
    },
    dModel: 1,
    batches: nothing,
    held: { valid: [] },
    hasTest: false,
    evaluator: new SearchEvaluator(config, data, nothing),
    mainFigure: 'BLEU',
    artifacts: nothing,
    record: {},
  };
}

const criterion = (over: Parameters<Toy['config']>[0] = {}) => {
  const config: TranslationConfig = toy.config(over);
  return buildCriterion(config.training, systemOf(config));
};
const byScore = { selectBy: 'score', scoreEvery: 1 } as const;

it('loss falls and a score rises; what is not finite is never better, and anything finite is better than nothing', () => {
  const loss = criterion();
  const score = criterion({ training: byScore });
  expect([isBetter(loss, 2, 3), isBetter(loss, 3, 2), isBetter(loss, 2, 2)]).toEqual([true, false, false]);
  expect([isBetter(score, 2, 3), isBetter(score, 3, 2), isBetter(score, 2, 2)]).toEqual([false, true, false]);
  for (const c of [loss, score]) {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(isBetter(c, value, undefined)).toBe(false);
      expect(isBetter(c, value, 1)).toBe(false);
    }
    expect([isBetter(c, 0, undefined), isBetter(c, 1e9, undefined)]).toEqual([true, true]);
  }
});

it('the signature tells criteria apart that give other values', () => {
  const all = [
    criterion(),
    criterion({ objective: { labelSmoothing: 0 } }),
    criterion({ training: byScore }),
    criterion({ training: byScore, evaluation: { bleu: { tokenize: 'char' } } }),
    criterion({ training: byScore, evaluation: { bleu: { maxNgramOrder: 2 } } }),
    criterion({ training: byScore, evaluation: { text: 'preprocessed' } }),
    criterion({ training: byScore, decode: { beamSize: 3 } }),
    criterion({ training: byScore, decode: { lengthPenalty: 1 } }),
    criterion({ training: byScore, decode: { maxExtraLength: 6 } }),
  ].map(({ signature }) => signature);
  expect(new Set(all).size).toBe(all.length);
  expect(all[0]).toBe('loss|labelSmoothing:0.1');
  expect(all[2]).toMatch(/^BLEU\|nrefs:1\|.*tok:13a.*\|text:raw\|beamSize:2\|/);
});

it('the signature is the same for settings that change no value', () => {
  const { signature } = criterion({ training: byScore });
  const others = [
    criterion({ training: { ...byScore, patience: 3 }, objective: { labelSmoothing: 0 } }),
    criterion({ training: byScore, decode: { batchTokens: 100 }, evaluation: { samples: 9 } }),
    criterion({ training: byScore, evaluation: { text: 'raw', bleu: { maxNgramOrder: 4 } } }),
  ];
  for (const other of others) expect(other.signature).toBe(signature);
});

it('any figure that is reported can choose; one that is not is refused with those that are', () => {
  expect(criterion({ training: { selectBy: 'perplexity' } })).toMatchObject({
    figure: 'perplexity',
    direction: 'min',
    isEvaluated: false,
  });
  expect(criterion({ training: { ...byScore, selectBy: 'BLEU' } })).toMatchObject({
    figure: 'BLEU',
    direction: 'max',
    isEvaluated: true,
  });
  expect(() => criterion({ training: { selectBy: 'blue' } })).toThrow(
    'training.selectBy: there is no figure blue',
  );
  expect(() => criterion({ training: { selectBy: 'score', scoreEvery: 0 } })).toThrow(
    'selecting by BLEU needs scoreEvery of at least 1',
  );
});
