// Element types, with the codes of ONNX's TensorProto.DataType, and tensors that are data.

export type DType = 'float32' | 'float64' | 'int32' | 'int64' | 'uint8' | 'int8' | 'bool';
export type TypedArray = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array | Int8Array;

/** A tensor: row-major data, as many elements as `dims` say. */
export interface TensorData {
  readonly dtype: DType;
  readonly dims: readonly number[];
  readonly data: TypedArray;
}

export const onnxTypeCode: Record<DType, number> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
};

/** Bytes of an element. */
export const bytesOf: Record<DType, number> = {
  float32: 4,
  uint8: 1,
  int8: 1,
  int32: 4,
  int64: 8,
  bool: 1,
  float64: 8,
};

/** Whether values of this type can carry a gradient. */
export const isFloat = (dtype: DType): boolean => dtype === 'float32' || dtype === 'float64';

/** `values` as the typed array that holds `dtype`. */
export function toTypedArray(values: readonly number[], dtype: DType): TypedArray {
  switch (dtype) {
    case 'float32':
      return Float32Array.from(values);
    case 'float64':
      return Float64Array.from(values);
    case 'int32':
      return Int32Array.from(values);
    case 'int64':
      return BigInt64Array.from(values, BigInt);
    case 'int8':
      return Int8Array.from(values);
    default:
      return Uint8Array.from(values);
  }
}

/** The name of a tensor that holds NaN or ∞; undefined where all values are finite. */
export function findNonFinite(tensors: ReadonlyMap<string, TensorData>): string | undefined {
  for (const [name, { data }] of tensors) {
    if (!(data instanceof Float32Array || data instanceof Float64Array)) continue;
    // 0 · x is NaN for these values alone.
    let sum = 0;
    for (let i = 0; i < data.length; i++) sum += 0 * data[i]!;
    if (sum !== 0) return name;
  }
  return undefined;
}
