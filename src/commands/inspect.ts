// `tx inspect`: what is seen inside a model while it reads an input.
import type { Context } from './command.ts';
import { defineCommand } from './command.ts';
import { checkThreads } from './decode-options.ts';
import { showAlignments } from './inspect-alignments.ts';
import { showAttention } from './inspect-attention.ts';
import { showHeads } from './inspect-heads.ts';
import { showMasks } from './inspect-masks.ts';
import { showNeighbours } from './inspect-neighbours.ts';
import { checkShown, type InspectArgs, inspectOptions, type Show } from './inspect-options.ts';
import { showPositions } from './inspect-positions.ts';
import { showSaliency } from './inspect-saliency.ts';
import { showSelectors } from './inspect-selectors.ts';
import { showWord } from './inspect-word.ts';

const shows: Record<Show, (args: InspectArgs, context: Context) => Promise<void>> = {
  attention: showAttention,
  masks: showMasks,
  saliency: showSaliency,
  neighbours: showNeighbours,
  word: showWord,
  positions: showPositions,
  heads: showHeads,
  alignments: showAlignments,
  selectors: showSelectors,
};

export const inspectCommand = defineCommand({
  command: 'inspect <run>',
  describe: 'Look inside a model: attention, hidden states, and what they are for',
  builder: (yargs) =>
    inspectOptions(yargs)
      .example('$0 inspect minilm/ -i "The bank of the river." --layer 6 --words', 'A map in characters')
      .example(
        '$0 inspect runs/en-de -i "A house." --target "Ein Haus." --attention cross',
        'A forced translation',
      )
      .example(
        '$0 inspect minilm/ -i "The bank of the river." -o bank.html',
        'A page of all heads, and their steps',
      )
      .example('$0 inspect runs/bert -i test.txt --line 7 --json --with hidden,rollout', 'For scripts')
      .example('$0 inspect runs/bert -i "The bank of the river." --show masks', 'Each token hidden in turn')
      .example('$0 inspect runs/reviews -i "Not bad at all." --show saliency', 'Why this class')
      .example(
        '$0 inspect minilm/ -i banks.txt --show word --word bank -o bank.html',
        'One word in many sentences',
      )
      .example(
        '$0 inspect runs/lm -i test.txt --show heads --ablate zero',
        'What each head does, and is worth',
      )
      .example(
        '$0 inspect runs/copy -i "5 2 7 =" --show selectors -o copy.html',
        'A program in RASP-L beside trained heads',
      )
      .example('$0 inspect runs/a -i "A house." --compare runs/b -o both.html', 'Two runs in one page'),
  run: async (args, context) => {
    checkThreads(args.threads);
    checkShown(args);
    await shows[args.show](args, context);
  },
});
