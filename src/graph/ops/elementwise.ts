// Element-wise operators, with NumPy broadcasting where there are two operands.

import { type DType, onnxTypeCode } from '../../tensor/tensor.ts';
import { broadcastShapes } from '../dim.ts';
import type { Operand, Rule, Type, Value } from '../graph.ts';
import { family, lift, mismatch, requireSameType, requireType } from './family.ts';

function broadcast(values: readonly Value[], dtype: DType): Type[] {
  const shape = values.slice(1).reduce((shape, value) => {
    const joined = broadcastShapes(shape, value.shape);
    if (joined === undefined) throw mismatch(values[0]!, value, 'broadcast');
    return joined;
  }, values[0]!.shape);
  return [{ dtype, shape }];
}

const arithmetic: Rule = (inputs) => broadcast(inputs, requireSameType(...inputs));
const unary: Rule = ([x]) => [{ dtype: x!.dtype, shape: x!.shape }];
const floating: Rule = ([x]) => {
  requireType(x!, 'float32', 'float64');
  return [{ dtype: x!.dtype, shape: x!.shape }];
};
const comparison: Rule = (inputs) => {
  requireSameType(...inputs);
  return broadcast(inputs, 'bool');
};
const logical: Rule = (inputs) => {
  for (const input of inputs) requireType(input, 'bool');
  return broadcast(inputs, 'bool');
};

export const elementwiseRules = {
  Add: arithmetic,
  Sub: arithmetic,
  Mul: arithmetic,
  Div: arithmetic,
  Min: arithmetic,
  Max: arithmetic,
  Sum: arithmetic,
  /** Of integers: floating Mod is another operation, with a gradient. */
  Mod: (inputs) => {
    requireType(inputs[0]!, 'int32', 'int64');
    return broadcast(inputs, requireSameType(...inputs));
  },
  Pow: (inputs) => broadcast(inputs, inputs[0]!.dtype),
  Neg: unary,
  Abs: unary,
  Sign: unary,
  Identity: unary,
  Exp: floating,
  Log: floating,
  Sqrt: floating,
  Reciprocal: floating,
  Sin: floating,
  Cos: floating,
  Erf: floating,
  Gelu: floating,
  Relu: floating,
  Sigmoid: floating,
  Tanh: floating,
  Floor: floating,
  Equal: comparison,
  Greater: comparison,
  GreaterOrEqual: comparison,
  Less: comparison,
  LessOrEqual: comparison,
  And: logical,
  Or: logical,
  Not: logical,
  Where: (inputs) => {
    requireType(inputs[0]!, 'bool');
    return broadcast(inputs, requireSameType(inputs[1]!, inputs[2]!));
  },
  /** Of bytes, with a scale and without a zero point. */
  DequantizeLinear: (inputs) => {
    requireType(inputs[0]!, 'uint8');
    requireType(inputs[1]!, 'float32');
    return [{ dtype: 'float32', shape: inputs[0]!.shape }];
  },
  Cast: ([x], { to }) => [{ dtype: dtypeOfCode(to as number), shape: x!.shape }],
} as const satisfies Record<string, Rule>;

function dtypeOfCode(code: number): DType {
  const dtype = (Object.keys(onnxTypeCode) as DType[]).find((key) => onnxTypeCode[key] === code);
  if (dtype === undefined) throw new Error(`element type ${code} is not supported`);
  return dtype;
}

const emit = family(elementwiseRules);
type Binary = (a: Operand, b: Operand) => Value;
type Unary = (x: Value) => Value;
const binary =
  (type: keyof typeof elementwiseRules): Binary =>
  (a, b) =>
    emit(type, lift(a, b))[0]!;
const single =
  (type: keyof typeof elementwiseRules): Unary =>
  (x) =>
    emit(type, [x])[0]!;

export const add = binary('Add');
export const sub = binary('Sub');
export const mul = binary('Mul');
export const div = binary('Div');
export const min = binary('Min');
export const max = binary('Max');
export const mod = binary('Mod');
export const pow = binary('Pow');
export const equal = binary('Equal');
export const greater = binary('Greater');
export const greaterOrEqual = binary('GreaterOrEqual');
export const less = binary('Less');
export const lessOrEqual = binary('LessOrEqual');
export const and = binary('And');
export const or = binary('Or');
export const not = single('Not');
export const neg = single('Neg');
export const abs = single('Abs');
export const sign = single('Sign');
export const identity = single('Identity');
export const exp = single('Exp');
export const log = single('Log');
export const sqrt = single('Sqrt');
export const reciprocal = single('Reciprocal');
export const sin = single('Sin');
export const cos = single('Cos');
export const erf = single('Erf');
/** x·Φ(x), with the exact normal distribution. Hendrycks and Gimpel 2016. */
export const gelu = single('Gelu');
export const relu = single('Relu');
export const sigmoid = single('Sigmoid');
export const tanh = single('Tanh');
export const floor = single('Floor');

/** Sum of several tensors of broadcastable shapes. */
export const sum = (...values: Value[]): Value =>
  values.length === 1 ? values[0]! : emit('Sum', values)[0]!;

/** condition ? a : b, element by element. */
export const where = (condition: Value, a: Operand, b: Operand): Value =>
  emit('Where', [condition, ...lift(a, b)])[0]!;

/** x in another element type. */
export const cast = (x: Value, dtype: DType): Value =>
  x.dtype === dtype ? x : emit('Cast', [x], { to: onnxTypeCode[dtype] })[0]!;

/** Bytes times a number, as float32. */
export const scaleBytes = (x: Value, scale: number): Value =>
  emit('DequantizeLinear', [x, x.graph.constant([scale], [], 'float32')])[0]!;
