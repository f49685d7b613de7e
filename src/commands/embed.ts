// `tx embed`: one text in, one vector out, line by line.
import { NpyWriter } from '../runtime/npy.ts';
import { TextEmbedder, vectorPoolings } from '../tasks/text-embedder.ts';
import { UsageError } from '../util/errors.ts';
import { answerText, textOptions, textsPositional } from './answer-text.ts';
import { defineCommand } from './command.ts';
import { encoderPositional, findEncoder } from './locate.ts';
import { checkOutput } from './output.ts';

export const embed = defineCommand({
  command: 'embed <run> [texts..]',
  describe: 'Vectors of texts, by the encoder of a run',
  builder: (yargs) =>
    textOptions(yargs, 'Texts, one a line')
      .positional('run', encoderPositional)
      .positional('texts', textsPositional)
      .option('pooling', {
        choices: vectorPoolings,
        default: 'mean' as const,
        describe: 'The mean over the places of a text, or the vector of its first place',
      })
      .option('layer', {
        type: 'number',
        requiresArg: true,
        describe: 'Vectors after so many layers; 0 has the embeddings [default: all layers]',
      })
      .option('normalize', { type: 'boolean', default: false, describe: 'Vectors of length 1' })
      .option('json', {
        type: 'boolean',
        describe: 'One JSON object a line, text and vector [default: unless --output is a .npy file]',
      })
      .example('$0 embed runs/minilm "A joy to watch." --normalize', 'A text and its vector')
      .example('$0 embed runs/minilm -i texts.txt -o vectors.npy', "All vectors as NumPy's matrix")
      .example('$0 embed minilm/ --layer 3 --pooling first', 'Of a folder that transformers wrote'),
  run: async (args, context) => {
    const { checkpoint, threads, pooling, layer, normalize, output } = args;
    const isMatrix = output?.endsWith('.npy') === true && args.json !== true;
    if (args.json === false && !isMatrix)
      throw new UsageError(
        '--no-json needs an --output that ends with .npy: vectors are told in JSON, or kept as a matrix',
      );
    const run = findEncoder(args.run);
    if (isMatrix) checkOutput(output, args.texts.length > 0 ? [] : [args.input ?? '-'], context);
    let matrix: NpyWriter | undefined;
    try {
      await answerText({ ...args, output: isMatrix ? undefined : output }, context, {
        doing: 'embedding',
        consequence: 'its end was cut off',
        load: async (onTruncated) => {
          const embedder = await TextEmbedder.load(run, {
            checkpoint,
            threads,
            pooling,
            layer,
            normalize,
            onTruncated,
          });
          if (isMatrix) matrix = new NpyWriter(output, embedder.width);
          return embedder;
        },
        answer: async (embedder, { lines }, options) => {
          const vectors = await embedder.embed(lines, options);
          if (matrix === undefined)
            return vectors.map((vector, i) => formatVector(lines[i]!, vector)).join('');
          for (const vector of vectors) matrix.append(vector);
          return '';
        },
      });
      if (!context.abortSignal().aborted) matrix?.finish();
    } finally {
      matrix?.abandon();
    }
  },
});

const formatVector = (text: string, vector: Float32Array): string =>
  `{"text":${JSON.stringify(text)},"vector":[${Array.from(vector, formatFloat32).join(',')}]}\n`;

/** The fewest digits that a float32 is known by. */
function formatFloat32(x: number): string {
  for (let digits = 7; digits < 9; digits++) {
    const short = Number(x.toPrecision(digits));
    if (Math.fround(short) === x) return String(short);
  }
  return String(Number(x.toPrecision(9)));
}
