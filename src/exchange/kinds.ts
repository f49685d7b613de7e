// What Hugging Face's checkpoints of encoders are called, and what the same is called here: one table for each kind, read
// in both directions. To add a kind: a row of `kinds`, and a checkpoint of it in tests/reference/huggingface.py.
import type { EncoderConfig } from '../models/encoder.ts';

/** What a name stands for: a matrix with bias (`dense`), weights [out, in] there; a norm; a table; a bias alone. */
type Form = 'dense' | 'norm' | 'table' | 'bias';

/** Paths here to form and name there. `#` is the number of a layer. */
type Names = Readonly<Record<string, readonly [Form, string]>>;

/** Settings that a kind has. */
type Setting = keyof EncoderConfig;

export interface Kind {
  /** What the encoder's names begin with where there is a head beside it. */
  base: string;
  /** `config.json`: our setting, the name there, and what transformers takes where it is not given. */
  settings: readonly (readonly [Setting, string, number | string])[];
  /** What every model of the kind has. */
  fixed: Partial<EncoderConfig>;
  /** Whether the first place has the position after that of padding, and this is a setting of padding's id. */
  positionsAfterPad: boolean;
  /** Names of the encoder, and of a pooler in it. */
  encoder: Names;
  pooler: Names;
  /** Heads, by what their parameters are called here. */
  heads: Readonly<Record<string, Names>>;
  /** Tensors that some checkpoints have twice: the other name there, and the parameter here. */
  copies: Readonly<Record<string, string>>;
  /** transformers' classes with the heads that each has, those of more heads first. */
  classes: readonly (readonly [name: string, heads: readonly string[]])[];
}

const bertSettings: Kind['settings'] = [
  ['numLayers', 'num_hidden_layers', 12],
  ['dModel', 'hidden_size', 768],
  ['dFf', 'intermediate_size', 3072],
  ['numHeads', 'num_attention_heads', 12],
  ['dropout', 'hidden_dropout_prob', 0.1],
  ['attentionDropout', 'attention_probs_dropout_prob', 0.1],
  ['normEpsilon', 'layer_norm_eps', 1e-12],
  ['initialization', 'initializer_range', 0.02],
  ['activation', 'hidden_act', 'gelu'],
  ['maxLength', 'max_position_embeddings', 512],
  ['segments', 'type_vocab_size', 2],
];

const fixed: Kind['fixed'] = {
  type: 'encoder',
  norm: 'post',
  normType: 'layer',
  bias: true,
  scaleEmbedding: false,
  positions: 'learned',
  embeddingNorm: true,
  causal: false,
};

const bertEncoder: Names = {
  embed: ['table', 'embeddings.word_embeddings'],
  positions: ['table', 'embeddings.position_embeddings'],
  segments: ['table', 'embeddings.token_type_embeddings'],
  embedNorm: ['norm', 'embeddings.LayerNorm'],
  'encoder.#.selfAttn.q': ['dense', 'encoder.layer.#.attention.self.query'],
  'encoder.#.selfAttn.k': ['dense', 'encoder.layer.#.attention.self.key'],
  'encoder.#.selfAttn.v': ['dense', 'encoder.layer.#.attention.self.value'],
  'encoder.#.selfAttn.o': ['dense', 'encoder.layer.#.attention.output.dense'],
  'encoder.#.selfAttnNorm': ['norm', 'encoder.layer.#.attention.output.LayerNorm'],
  'encoder.#.ff.in': ['dense', 'encoder.layer.#.intermediate.dense'],
  'encoder.#.ff.out': ['dense', 'encoder.layer.#.output.dense'],
  'encoder.#.ffNorm': ['norm', 'encoder.layer.#.output.LayerNorm'],
};

const bert: Kind = {
  base: 'bert',
  settings: bertSettings,
  fixed,
  positionsAfterPad: false,
  encoder: bertEncoder,
  pooler: { pooler: ['dense', 'pooler.dense'] },
  heads: {
    mlm: {
      'mlm.transform': ['dense', 'cls.predictions.transform.dense'],
      'mlm.norm': ['norm', 'cls.predictions.transform.LayerNorm'],
      'mlm.output': ['bias', 'cls.predictions'],
    },
    nsp: { nsp: ['dense', 'cls.seq_relationship'] },
    classifier: { classifier: ['dense', 'classifier'] },
    regressor: { regressor: ['dense', 'classifier'] },
    tagger: { tagger: ['dense', 'classifier'] },
  },
  copies: {
    'cls.predictions.decoder.weight': 'embed.weight',
    'cls.predictions.decoder.bias': 'mlm.output.bias',
  },
  classes: [
    ['BertForPreTraining', ['mlm', 'nsp']],
    ['BertForMaskedLM', ['mlm']],
    ['BertForNextSentencePrediction', ['nsp']],
    ['BertForSequenceClassification', ['classifier']],
    ['BertForSequenceClassification', ['regressor']],
    ['BertForTokenClassification', ['tagger']],
    ['BertModel', []],
  ],
};

const distilbert: Kind = {
  base: 'distilbert',
  settings: [
    ['numLayers', 'n_layers', 6],
    ['dModel', 'dim', 768],
    ['dFf', 'hidden_dim', 3072],
    ['numHeads', 'n_heads', 12],
    ['dropout', 'dropout', 0.1],
    ['attentionDropout', 'attention_dropout', 0.1],
    ['initialization', 'initializer_range', 0.02],
    ['activation', 'activation', 'gelu'],
    ['maxLength', 'max_position_embeddings', 512],
  ],
  fixed: { ...fixed, normEpsilon: 1e-12, segments: undefined, pooler: undefined },
  positionsAfterPad: false,
  encoder: {
    embed: ['table', 'embeddings.word_embeddings'],
    positions: ['table', 'embeddings.position_embeddings'],
    embedNorm: ['norm', 'embeddings.LayerNorm'],
    'encoder.#.selfAttn.q': ['dense', 'transformer.layer.#.attention.q_lin'],
    'encoder.#.selfAttn.k': ['dense', 'transformer.layer.#.attention.k_lin'],
    'encoder.#.selfAttn.v': ['dense', 'transformer.layer.#.attention.v_lin'],
    'encoder.#.selfAttn.o': ['dense', 'transformer.layer.#.attention.out_lin'],
    'encoder.#.selfAttnNorm': ['norm', 'transformer.layer.#.sa_layer_norm'],
    'encoder.#.ff.in': ['dense', 'transformer.layer.#.ffn.lin1'],
    'encoder.#.ff.out': ['dense', 'transformer.layer.#.ffn.lin2'],
    'encoder.#.ffNorm': ['norm', 'transformer.layer.#.output_layer_norm'],
  },
  pooler: {},
  heads: {
    mlm: {
      'mlm.transform': ['dense', 'vocab_transform'],
      'mlm.norm': ['norm', 'vocab_layer_norm'],
      'mlm.output': ['bias', 'vocab_projector'],
    },
    tagger: { tagger: ['dense', 'classifier'] },
  },
  copies: { 'vocab_projector.weight': 'embed.weight' },
  classes: [
    ['DistilBertForMaskedLM', ['mlm']],
    ['DistilBertForTokenClassification', ['tagger']],
    ['DistilBertModel', []],
  ],
};

const roberta: Kind = {
  base: 'roberta',
  settings: bertSettings,
  fixed,
  positionsAfterPad: true,
  encoder: bertEncoder,
  pooler: { pooler: ['dense', 'pooler.dense'] },
  heads: {
    mlm: {
      'mlm.transform': ['dense', 'lm_head.dense'],
      'mlm.norm': ['norm', 'lm_head.layer_norm'],
      'mlm.output': ['bias', 'lm_head'],
    },
    // Its classifiers have the pooler in the head.
    classifier: { pooler: ['dense', 'classifier.dense'], classifier: ['dense', 'classifier.out_proj'] },
    regressor: { pooler: ['dense', 'classifier.dense'], regressor: ['dense', 'classifier.out_proj'] },
    tagger: { tagger: ['dense', 'classifier'] },
  },
  copies: { 'lm_head.decoder.weight': 'embed.weight', 'lm_head.decoder.bias': 'mlm.output.bias' },
  classes: [
    ['RobertaForMaskedLM', ['mlm']],
    ['RobertaForSequenceClassification', ['classifier']],
    ['RobertaForSequenceClassification', ['regressor']],
    ['RobertaForTokenClassification', ['tagger']],
    ['RobertaModel', []],
  ],
};

/** By what `config.json` calls them; MiniLM is of the kind bert. */
export const kinds = { bert, distilbert, roberta } as const satisfies Record<string, Kind>;
export type KindName = keyof typeof kinds;

/** A parameter of a checkpoint: its name there, and whether it is stored transposed. */
export interface Entry {
  name: string;
  transposed: boolean;
}

const parts: Record<Form, readonly (readonly [part: string, transposed: boolean])[]> = {
  dense: [
    ['weight', true],
    ['bias', false],
  ],
  norm: [
    ['weight', false],
    ['bias', false],
  ],
  table: [['weight', false]],
  bias: [['bias', false]],
};

/** Parameters here to those of a checkpoint of so many layers, whose names begin with `prefix`. */
export function expandNames(names: Names, numLayers: number, prefix = ''): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const [ours, [form, theirs]] of Object.entries(names)) {
    for (let layer = 0; layer < (ours.includes('#') ? numLayers : 1); layer++) {
      const numbered = (name: string) => name.replace('#', String(layer));
      for (const [part, transposed] of parts[form]) {
        const name = `${prefix}${numbered(theirs)}.${part}`;
        entries.set(`${numbered(ours)}.${part}`, { name, transposed });
      }
    }
  }
  return entries;
}
