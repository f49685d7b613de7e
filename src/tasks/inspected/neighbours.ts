// What stands in a token's place after each layer, beside the rows of the embedding.
import type { Inspection, StackName } from '../../inspect/inspection.ts';
import type { LayerNeighbours, Neighbours } from '../../inspect/neighbours.ts';
import { nearestRows } from '../../inspect/vectors.ts';
import { UsageError } from '../../util/errors.ts';
import { quote } from '../../util/quote.ts';
import { Inspector } from '../inspector.ts';
import type { InspectedModel, InspectInput } from './model.ts';

export interface NeighbourRequest {
  /** Of the source, or of the only sequence; from 1, the first that is text by default. */
  at?: number | undefined;
  /** Instead of a text. */
  token?: string | undefined;
  /** Pieces told of each layer. */
  top: number;
  threads: number;
}

/** The stack that words are looked up in: an encoder, where there is one. */
export const readingStack = ({ tokenizers }: InspectedModel): StackName =>
  tokenizers.encoder === undefined ? 'decoder' : 'encoder';

export async function findNeighbours(
  model: InspectedModel,
  input: InspectInput | undefined,
  { at, token, top, threads }: NeighbourRequest,
): Promise<Neighbours> {
  const stack = readingStack(model);
  const tokenizer = model.tokenizers[stack]!;
  if (!(Number.isInteger(top) && top >= 1 && top < tokenizer.size))
    throw new UsageError(
      `--top expects a whole number from 1 to ${tokenizer.size - 1}, the other pieces that there are, not ${top}`,
    );
  const table = tableOf(model, stack);
  const name = (found: ReturnType<typeof nearestRows>) =>
    found.map(({ row, cosine }) => ({ piece: tokenizer.idToPiece(row) ?? '', cosine }));
  const ofTable = (id: number): LayerNeighbours => {
    const own = table.subarray(id * model.dModel, (id + 1) * model.dModel);
    const others = nearestRows(own, table, top + 1).filter(({ row }) => row !== id);
    return { layer: 'table', normed: false, pieces: name(others.slice(0, top)) };
  };
  if (input === undefined) {
    const id = tokenizer.pieceToId(token!);
    if (id === undefined) throw new UsageError(`--token: the tokenizer has no piece ${quote(token!)}`);
    return { piece: token!, layers: [ofTable(id)] };
  }
  const inspection = await readHidden(model, input, threads);
  const { tokens } = inspection.sequences[stack]!;
  const place =
    at === undefined
      ? Math.max(
          0,
          tokens.findIndex(({ special }) => !special),
        )
      : at - 1;
  const one = tokens[place];
  if (one === undefined)
    throw new UsageError(`--at expects a place of a token, from 1 to ${tokens.length}, not ${at}`);
  const layers = inspection.hidden
    .filter((state) => state.stack === stack)
    .map(({ layer, normed, rows }) => {
      const vector = rows.subarray(place * model.dModel, (place + 1) * model.dModel);
      return { layer, normed, pieces: name(nearestRows(vector, table, top)) };
    });
  return { piece: one.piece, place: place + 1, layers: [ofTable(one.id), ...layers] };
}

async function readHidden(model: InspectedModel, input: InspectInput, threads: number): Promise<Inspection> {
  const inspector = await Inspector.over(model, { parts: [], hidden: true, threads });
  try {
    return await inspector.inspect(input);
  } finally {
    await inspector.release();
  }
}

/** The embedding [V, D] of what a stack reads. */
function tableOf({ weights: { tensors } }: InspectedModel, stack: StackName): Float32Array {
  const own = stack === 'encoder' ? 'srcEmbed' : 'tgtEmbed';
  return (tensors.get('embed.weight') ?? tensors.get(`${own}.weight`))!.data as Float32Array;
}
