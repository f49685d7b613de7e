// What heads do over texts, and what a model loses without each: by gradient, and by leaving it out.
import { neg } from '../../graph/ops/elementwise.ts';
import { reduceSum } from '../../graph/ops/reduce.ts';
import { HeadMeter, type HeadSummary } from '../../inspect/head-summary.ts';
import { Inspector } from '../inspector.ts';
import { type GatedGraph, Gates, type WeighSettings } from './gates.ts';
import { weighLabelled } from './labelled-heads.ts';
import type { LabelledTexts } from './labelled-texts.ts';
import type { InspectedModel, InspectInput } from './model.ts';
import { Scorer } from './scorer.ts';

export interface HeadSettings extends WeighSettings {
  /** The same texts with labels, of a run that tells these. */
  labelled?: LabelledTexts | undefined;
}

export interface HeadsFound {
  heads: HeadSummary[];
  /** With all heads: the nats a token, or where heads were left out the run's score of labels. */
  whole?: number | undefined;
}

/**
 * Of all texts; importance where the model tells tokens, or texts have labels. A UserError where it tells none and heads
 * are to be left out.
 */
export async function summarizeHeads(
  path: string,
  model: InspectedModel,
  inputs: readonly InspectInput[],
  settings: HeadSettings,
): Promise<HeadsFound> {
  const { threads, ablate, labelled, signal, onProgress } = settings;
  const meter = new HeadMeter();
  const inspector = await Inspector.over(model, { parts: [], hidden: false, threads });
  try {
    for (const [i, input] of inputs.entries()) {
      signal.throwIfAborted();
      meter.add(await inspector.inspect(input));
      onProgress(i + 1, inputs.length);
    }
  } finally {
    await inspector.release();
  }
  const heads = meter.finish();
  if (labelled !== undefined)
    return { heads, whole: await weighLabelled(heads, labelled, model.weights, settings) };
  if (model.telling === undefined && ablate === undefined) return { heads };
  return { heads, whole: await weigh(path, model, heads, inputs, settings) };
}

/** Writes into the summaries what heads are worth to the model's tokens; the nats a token with all of them. */
async function weigh(
  path: string,
  model: InspectedModel,
  heads: readonly HeadSummary[],
  inputs: readonly InspectInput[],
  { threads, ablate, onProgress, signal }: WeighSettings,
): Promise<number> {
  const gates = new Gates();
  let gated: GatedGraph;
  const scorer = await Scorer.open(path, model, {
    threads,
    edit: (scope) => {
      gated = gates.in(scope);
      return gated.edit;
    },
    outputs: (_, logProbs) => gated.outputs(neg(reduceSum(logProbs, [0], false))),
  });
  /** The nats a token of all texts. */
  const score = async (learn: boolean, onText = () => {}): Promise<number> => {
    let [nll, count] = [0, 0];
    for (const input of inputs) {
      signal.throwIfAborted();
      const read = await model.read(input);
      const scored = await scorer.score(read, gates.feeds(), learn ? gates.outputs : []);
      nll += scored.nll;
      count += scored.count;
      if (learn && scored.count > 0) gates.learn(scored.found, scored.count);
      onText();
    }
    return nll / count;
  };
  try {
    const whole = await score(true);
    gates.finish(heads, ablate);
    if (ablate === undefined) return whole;
    let done = 0;
    const onText = () => onProgress(++done, heads.length * inputs.length);
    for (const summary of heads)
      summary.ablation = (await gates.without(summary, () => score(false, onText))) - whole;
    return whole;
  } finally {
    await scorer.release();
  }
}
