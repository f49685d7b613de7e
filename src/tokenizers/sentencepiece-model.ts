// SentencePiece's model file: the messages of sentencepiece_model.proto (proto2), read and written through a
// schema declared here. A decoded message answers every field, with the format's default where the file is
// silent, and writes back only what it was given; unknown fields are dropped.
import protobuf from 'protobufjs/light.js';
import { UserError } from '../util/errors.ts';
import { quote } from '../util/quote.ts';
import { readBytes } from '../util/text.ts';

export const PIECE_TYPE = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;
export const MODEL_TYPE = { unigram: 1, bpe: 2, word: 3, char: 4 } as const;

/** Of the models trained here: text as it is, spaces marked, one put before the first word. */
export const IDENTITY_NORMALIZER = {
  name: 'identity',
  addDummyPrefix: true,
  removeExtraWhitespaces: true,
  escapeWhitespaces: true,
};

export interface Piece {
  piece: string;
  score: number;
  type: number;
}

/** 64 bits: given as a number, read as an object. */
export type WideInteger = number | { toNumber(): number };

export interface TrainerSpec {
  input: string[];
  inputFormat: string;
  modelPrefix: string;
  modelType: number;
  vocabSize: number;
  acceptLanguage: string[];
  selfTestSampleSize: number;
  characterCoverage: number;
  inputSentenceSize: WideInteger;
  miningSentenceSize: number;
  trainingSentenceSize: number;
  seedSentencepieceSize: number;
  shrinkingFactor: number;
  numThreads: number;
  numSubIterations: number;
  maxSentenceLength: number;
  shuffleInputSentence: boolean;
  maxSentencepieceLength: number;
  splitByUnicodeScript: boolean;
  splitByWhitespace: boolean;
  splitByNumber: boolean;
  treatWhitespaceAsSuffix: boolean;
  splitDigits: boolean;
  allowWhitespaceOnlyPieces: boolean;
  controlSymbols: string[];
  userDefinedSymbols: string[];
  vocabularyOutputPieceScore: boolean;
  hardVocabLimit: boolean;
  useAllVocab: boolean;
  byteFallback: boolean;
  requiredChars: string;
  unkId: number;
  bosId: number;
  eosId: number;
  padId: number;
  unkSurface: string;
  unkPiece: string;
  bosPiece: string;
  eosPiece: string;
  padPiece: string;
  trainExtremelyLargeCorpus: boolean;
  enableDifferentialPrivacy: boolean;
  differentialPrivacyNoiseLevel: number;
  differentialPrivacyClippingThreshold: WideInteger;
  pretokenizationDelimiter: string;
  seedSentencepiecesFile: string;
  autoCharacterCoverage: boolean;
}

export interface NormalizerSpec {
  name: string;
  precompiledCharsmap: Uint8Array;
  addDummyPrefix: boolean;
  removeExtraWhitespaces: boolean;
  escapeWhitespaces: boolean;
  normalizationRuleTsv: string;
}

export interface SentencePieceModel {
  pieces: Piece[];
  trainerSpec: TrainerSpec;
  normalizerSpec: NormalizerSpec;
  denormalizerSpec: NormalizerSpec | null;
  selfTestData: { samples: { input: string; expected: string }[] } | null;
}

/** What a model is made from: any subset of the fields. */
export interface ModelFields {
  pieces: Partial<Piece>[];
  trainerSpec?: Partial<TrainerSpec>;
  normalizerSpec?: Partial<NormalizerSpec>;
  denormalizerSpec?: Partial<NormalizerSpec>;
  selfTestData?: { samples: { input: string; expected: string }[] };
}

type Row = readonly [name: string, id: number, type: string, defaultValue?: unknown];

const NORMALIZER: readonly Row[] = [
  ['name', 1, 'string'],
  ['precompiledCharsmap', 2, 'bytes'],
  ['addDummyPrefix', 3, 'bool', true],
  ['removeExtraWhitespaces', 4, 'bool', true],
  ['escapeWhitespaces', 5, 'bool', true],
  ['normalizationRuleTsv', 6, 'string'],
];

const TRAINER: readonly Row[] = [
  ['input', 1, 'repeated string'],
  ['modelPrefix', 2, 'string'],
  ['modelType', 3, 'ModelType', 'UNIGRAM'],
  ['vocabSize', 4, 'int32', 8000],
  ['acceptLanguage', 5, 'repeated string'],
  ['selfTestSampleSize', 6, 'int32', 0],
  ['inputFormat', 7, 'string'],
  ['characterCoverage', 10, 'float', 0.9995],
  ['inputSentenceSize', 11, 'uint64', 0],
  ['miningSentenceSize', 12, 'int32'],
  ['trainingSentenceSize', 13, 'int32'],
  ['seedSentencepieceSize', 14, 'int32', 1000000],
  ['shrinkingFactor', 15, 'float', 0.75],
  ['numThreads', 16, 'int32', 16],
  ['numSubIterations', 17, 'int32', 2],
  ['maxSentenceLength', 18, 'int32', 4192],
  ['shuffleInputSentence', 19, 'bool', true],
  ['maxSentencepieceLength', 20, 'int32', 16],
  ['splitByUnicodeScript', 21, 'bool', true],
  ['splitByWhitespace', 22, 'bool', true],
  ['splitByNumber', 23, 'bool', true],
  ['treatWhitespaceAsSuffix', 24, 'bool', false],
  ['splitDigits', 25, 'bool', false],
  ['allowWhitespaceOnlyPieces', 26, 'bool', false],
  ['controlSymbols', 30, 'repeated string'],
  ['userDefinedSymbols', 31, 'repeated string'],
  ['vocabularyOutputPieceScore', 32, 'bool', true],
  ['hardVocabLimit', 33, 'bool', true],
  ['useAllVocab', 34, 'bool', false],
  ['byteFallback', 35, 'bool', false],
  ['requiredChars', 36, 'string'],
  ['unkId', 40, 'int32', 0],
  ['bosId', 41, 'int32', 1],
  ['eosId', 42, 'int32', 2],
  ['padId', 43, 'int32', -1],
  ['unkSurface', 44, 'string', ' \u2047 '],
  ['unkPiece', 45, 'string', '<unk>'],
  ['bosPiece', 46, 'string', '<s>'],
  ['eosPiece', 47, 'string', '</s>'],
  ['padPiece', 48, 'string', '<pad>'],
  ['trainExtremelyLargeCorpus', 49, 'bool', false],
  ['enableDifferentialPrivacy', 50, 'bool', false],
  ['differentialPrivacyNoiseLevel', 51, 'float', 0],
  ['differentialPrivacyClippingThreshold', 52, 'uint64', 0],
  ['pretokenizationDelimiter', 53, 'string'],
  ['seedSentencepiecesFile', 54, 'string'],
  ['autoCharacterCoverage', 55, 'bool', false],
];

const PIECE: readonly Row[] = [
  ['piece', 1, 'string'],
  ['score', 2, 'float'],
  ['type', 3, 'PieceType', 'NORMAL'],
];

const MODEL: readonly Row[] = [
  ['pieces', 1, 'repeated Piece'],
  ['trainerSpec', 2, 'TrainerSpec'],
  ['normalizerSpec', 3, 'NormalizerSpec'],
  ['selfTestData', 4, 'SelfTestData'],
  ['denormalizerSpec', 5, 'NormalizerSpec'],
];

const PACKAGE = new protobuf.Root().define('sentencepiece');
PACKAGE.add(new protobuf.Enum('ModelType', { UNIGRAM: 1, BPE: 2, WORD: 3, CHAR: 4 }));
PACKAGE.add(
  new protobuf.Enum('PieceType', { NORMAL: 1, UNKNOWN: 2, CONTROL: 3, USER_DEFINED: 4, UNUSED: 5, BYTE: 6 }),
);
declareMessage('TrainerSpec', TRAINER);
declareMessage('NormalizerSpec', NORMALIZER);
declareMessage('Sample', [
  ['input', 1, 'string'],
  ['expected', 2, 'string'],
]);
declareMessage('SelfTestData', [['samples', 1, 'repeated Sample']]);
declareMessage('Piece', PIECE);
const ModelProto = declareMessage('ModelProto', MODEL);
PACKAGE.root.resolveAll();

function declareMessage(name: string, rows: readonly Row[]): protobuf.Type {
  const type = new protobuf.Type(name);
  for (const [field, id, spec, defaultValue] of rows) {
    const [rule, fieldType] = spec.startsWith('repeated ') ? ['repeated', spec.slice(9)] : ['optional', spec];
    type.add(new protobuf.Field(field, id, fieldType, rule, undefined, { default: defaultValue }));
  }
  PACKAGE.add(type);
  return type;
}

/** The piece that stands for one byte. */
export function bytePiece(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}

/** A model message with the given fields set. */
export function createModel(fields: ModelFields): SentencePieceModel {
  return ModelProto.fromObject(fields) as unknown as SentencePieceModel;
}

/** The bytes of a model file. */
export function encodeModel(model: SentencePieceModel): Uint8Array {
  return new Uint8Array(ModelProto.encode(model as unknown as protobuf.Message).finish());
}

/** A model from the bytes of the file called `name`; a UserError where they hold none that could be used. */
export function decodeModel(bytes: Uint8Array, name: string): SentencePieceModel {
  let model: SentencePieceModel;
  try {
    model = ModelProto.decode(bytes) as unknown as SentencePieceModel;
  } catch {
    throw new UserError(`${name}: not a SentencePiece model (its bytes are damaged or of another kind)`);
  }
  const fault = findFault(model.pieces);
  if (fault !== null) throw new UserError(`${name}: not a usable SentencePiece model: ${fault}`);
  return model;
}

/** Reads a model file. */
export function loadModel(path: string): SentencePieceModel {
  return decodeModel(readBytes(path), path);
}

function findFault(pieces: readonly Piece[]): string | null {
  const seen = new Set<string>();
  let unknowns = 0;
  for (const [id, { piece, type }] of pieces.entries()) {
    if (piece === '') return `piece ${id} is empty`;
    if (seen.has(piece)) return `piece ${id} occurs twice (${quote(piece)})`;
    seen.add(piece);
    if (type === PIECE_TYPE.unknown) unknowns++;
  }
  if (pieces.length === 0) return 'it holds no pieces';
  return unknowns === 1 ? null : `it has ${unknowns} unknown pieces instead of one`;
}
