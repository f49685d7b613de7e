// `tx inspect --show alignments`: which words of the source those of the target look at, and whether that is right.
import {
  type Agreement,
  agree,
  alignWords,
  formatLinks,
  type GoldLinks,
  type Link,
  parseLinks,
  textWords,
} from '../inspect/alignment.ts';
import { type AttentionLayer, headWeights, layersOf, meanWeights } from '../inspect/inspection.ts';
import { renderPlainPage } from '../inspect/plain-page.ts';
import { formatColumns } from '../report/columns.ts';
import { renderSection, renderTable } from '../report/page-parts.ts';
import type { InspectedModel } from '../tasks/inspected/model.ts';
import { Inspector } from '../tasks/inspector.ts';
import { UsageError, UserError } from '../util/errors.ts';
import type { Context } from './command.ts';
import { describeInput, readInputLines } from './input.ts';
import { isPair, readCorpus } from './inspect-corpus.ts';
import { requireInput } from './inspect-input.ts';
import type { InspectArgs } from './inspect-options.ts';
import { openShown, tell } from './inspect-tell.ts';
import { TaskBar } from './progress.ts';

/** The links of all texts by one layer's heads together, or by one head. */
interface Aligned {
  layer: number;
  /** From 1; absent for the mean of all. */
  head?: number;
  links: Link[][];
  agreement?: Agreement;
}

export async function showAlignments(args: InspectArgs, context: Context): Promise<void> {
  const { target, gold } = args;
  const input = requireInput(args);
  const inputs = [input, target, gold].flatMap((one) => one ?? []);
  const { model, about } = openShown(args, inputs, context);
  if (!isPair(model))
    throw new UsageError('--show alignments is for models that read one text and write another');
  const corpus = await readCorpus({ input, target }, model, context);
  const lines = gold === undefined ? undefined : await readInputLines(gold, context, 'links');
  const given =
    lines &&
    corpus.map(({ line }) => {
      const place = `${describeInput(gold!)}:${line}`;
      if (lines[line - 1] === undefined)
        throw new UserError(`${place}: is not there; each text needs a line`);
      return parseLinks(lines[line - 1]!, place);
    });
  const aligned = await alignAll(model, corpus, args, given, context);
  const chosen = given === undefined ? [aligned.at(-1)!] : aligned;
  const rows = chosen.map(({ layer, head, agreement }) => [
    `layer ${layer}`,
    head === undefined ? 'mean of heads' : `head ${head}`,
    ...(agreement ? [agreement.precision, agreement.recall, agreement.aer].map((x) => x.toFixed(4)) : []),
  ]);
  const heads = ['', '', 'precision', 'recall', 'AER'];
  await tell(args, context, {
    about,
    found: {
      alignments: chosen.map(({ links, ...which }) => ({ ...which, lines: links.map(formatLinks) })),
    },
    text: () =>
      given === undefined
        ? chosen[0]!.links.map((links) => `${formatLinks(links)}\n`).join('')
        : formatColumns([heads, ...rows], new Set([2, 3, 4])),
    page: (shown) =>
      renderPlainPage({
        about: shown,
        lines: [],
        body: [
          ...(given === undefined
            ? []
            : [
                renderSection(
                  'agreement',
                  'Agreement',
                  'With the given links.',
                  renderTable(heads, rows, 'figures'),
                ),
              ]),
          renderSection(
            'links',
            'Links',
            `Words of the source and the target, from 0, by layer ${chosen.at(-1)!.layer}: for each word of the target the one of the source that gets most of its weight.`,
            renderTable(
              ['source', 'target', 'links'],
              corpus.map(({ text, target: own = '' }, i) => [
                text,
                own,
                formatLinks(chosen.at(-1)!.links[i]!),
              ]),
              'sentences',
            ),
          ),
        ],
      }),
  });
}

async function alignAll(
  model: InspectedModel,
  corpus: readonly { line: number; text: string; target?: string | undefined }[],
  { threads, layer, head }: InspectArgs,
  gold: readonly GoldLinks[] | undefined,
  context: Context,
): Promise<Aligned[]> {
  const aligned = new Map<number, Aligned>();
  const bar = new TaskBar(context.log);
  const signal = context.abortSignal();
  const inspector = await Inspector.over(model, { parts: [], hidden: false, threads });
  try {
    for (const [i, one] of corpus.entries()) {
      signal.throwIfAborted();
      const inspection = await inspector.inspect(one);
      const sides = { source: inspection.sequences.encoder!, target: inspection.sequences.decoder! };
      if (gold !== undefined) checkWords(one, sides);
      for (const own of chooseLayers(layersOf(inspection, 'cross'), layer)) {
        const known = aligned.get(own.layer) ?? {
          layer: own.layer,
          ...(head !== undefined && { head }),
          links: [],
        };
        aligned.set(own.layer, known);
        known.links.push(alignWords(weightsOf(own, head), sides));
      }
      bar.update('aligning', i + 1, corpus.length);
    }
  } finally {
    bar.stop();
    await inspector.release();
  }
  return [...aligned.values()].map((one) => (gold ? { ...one, agreement: agree(one.links, gold) } : one));
}

function chooseLayers(layers: AttentionLayer[], layer: number | undefined): AttentionLayer[] {
  const chosen = layers.filter((one) => layer === undefined || one.layer === layer);
  if (chosen.length > 0) return chosen;
  throw new UsageError(
    `--layer expects a whole number from 1 to ${layers.length}, the layers of this model, not ${layer}`,
  );
}

function weightsOf(layer: AttentionLayer, head: number | undefined): ArrayLike<number> {
  if (head === undefined) return meanWeights(layer);
  if (Number.isInteger(head) && head >= 1 && head <= layer.numHeads) return headWeights(layer, head - 1);
  throw new UsageError(
    `--head expects a whole number from 1 to ${layer.numHeads}, the heads of this layer, not ${head}`,
  );
}

/** Given links count words between spaces: the model's must be these. */
function checkWords(
  { line, text, target = '' }: { line: number; text: string; target?: string | undefined },
  sides: { source: Parameters<typeof textWords>[0]; target: Parameters<typeof textWords>[0] },
): void {
  for (const [name, given] of [
    ['source', text],
    ['target', target],
  ] as const) {
    const [wanted, found] = [given.trim().split(/\s+/).length, textWords(sides[name]).length];
    if (wanted !== found)
      throw new UserError(
        `line ${line}: its ${name} has ${wanted} words between spaces, and ${found} to the model; --gold counts the former`,
      );
  }
}
