// What heads are worth to a run that tells labels: to its loss, by gradient, and to its score, by leaving them out.
import { labelledExamples } from '../../data/labelled.ts';
import { exportModel } from '../../graph/export.ts';
import { Graph } from '../../graph/graph.ts';
import { add, mul } from '../../graph/ops/elementwise.ts';
import type { HeadSummary } from '../../inspect/head-summary.ts';
import { Scope } from '../../nn/scope.ts';
import { Session, Tensor } from '../../runtime/session.ts';
import { batchFeeds } from '../../train/train-step.ts';
import { requireMemory } from '../../util/memory.ts';
import { figureOf } from '../labelled/evaluator.ts';
import { buildLabelGraph, findAnswers } from '../labelled/labeller.ts';
import type { EncodedRows } from '../labelled/reader.ts';
import type { Weights } from '../open-run.ts';
import { Gates, type WeighSettings } from './gates.ts';
import type { LabelledTexts } from './labelled-texts.ts';

/**
 * Writes into the summaries the mean |∂L/∂g| of the run's loss L of a text, and what its score loses without a head; the
 * score with all, where that was asked for.
 */
export async function weighLabelled(
  heads: readonly HeadSummary[],
  texts: LabelledTexts,
  weights: Weights,
  settings: WeighSettings,
): Promise<number | undefined> {
  const gates = new Gates();
  const encoded = texts.labeller.reader.readAll(texts.rows);
  await learnGates(gates, texts, encoded, weights, settings);
  gates.finish(heads, settings.ablate);
  return settings.ablate && leaveOut(heads, gates, texts, encoded, weights, settings);
}

/** A text at a time, so that no padding is among the places of a mean. */
async function learnGates(
  gates: Gates,
  { labeller, labels }: LabelledTexts,
  encoded: EncodedRows,
  weights: Weights,
  { threads, signal }: Pick<WeighSettings, 'threads' | 'signal'>,
): Promise<void> {
  const { model, target, reader } = labeller;
  const { objective, collate } = target.train(model, labels);
  const examples = labelledExamples(encoded, reader.padId, collate(labels, encoded));
  const scope: Scope = new Scope(new Graph(), { training: false, edit: (...given) => gated.edit(...given) });
  const gated = gates.in(() => scope);
  const inputs = Object.entries(objective.inputs).map(
    ([name, { dtype, shape }]) => [name, scope.graph.input(name, dtype, shape)] as const,
  );
  const terms = Object.entries(objective.terms);
  const shares = terms.map(([name]) => scope.graph.input(`share/${name}`, 'float32', []));
  const found = objective.build(scope, Object.fromEntries(inputs));
  const loss = terms.map(([name], i) => mul(found[name]!, shares[i]!)).reduce(add);
  const outputs = gated.outputs(loss);
  const graph = exportModel(scope.graph, { outputs, weights: weights.tensors });
  weights.check(graph.parameters);
  const session = await Session.create(graph.model, { threads });
  try {
    for (let i = 0; i < examples.count; i++) {
      signal.throwIfAborted();
      const batch = examples.collate([i], {});
      requireMemory(graph.peakBytes(batch.sizes), 'finding gradients', 'give shorter texts');
      const scales = Object.fromEntries(
        terms.map(([name, { scale, per }]) => [
          `share/${name}`,
          new Tensor('float32', Float32Array.of(scale / (batch.weights[per] || 1)), []),
        ]),
      );
      gates.learn(await session.run({ ...batchFeeds(batch), ...scales, ...gates.feeds() }), 1);
    }
  } finally {
    await session.release();
  }
}

/** All texts in batches, once as the model is and once without each head. */
async function leaveOut(
  heads: readonly HeadSummary[],
  gates: Gates,
  { labeller, labels, figure }: LabelledTexts,
  encoded: EncodedRows,
  weights: Weights,
  { threads, signal, onProgress }: Pick<WeighSettings, 'threads' | 'signal' | 'onProgress'>,
): Promise<number> {
  const { model, peakBytes } = buildLabelGraph(labeller, {
    weights: weights.tensors,
    packed: true,
    edit: (scope) => gates.in(scope).edit,
  });
  const session = await Session.create(model, { threads });
  let done = 0;
  const total = (heads.length + 1) * labels.length;
  const score = async (): Promise<number> => {
    const answers = await findAnswers(labeller, encoded, {
      ...{ session, peakBytes, signal },
      weights: gates.feeds(),
      onProgress: (own) => onProgress(done + own, total),
    });
    done += labels.length;
    return figureOf(labeller.target.judge(answers, labels), figure.name);
  };
  try {
    const whole = await score();
    for (const summary of heads) {
      const without = await gates.without(summary, score);
      summary.ablation = figure.direction === 'max' ? whole - without : without - whole;
    }
    return whole;
  } finally {
    await session.release();
  }
}
