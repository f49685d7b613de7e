// Weights are [in, out] here and [out, in] in PyTorch.
import type { TensorData } from '../tensor/tensor.ts';

/** A float32 matrix with its rows as columns. */
export function transpose({ dims, data }: TensorData): TensorData {
  const [rows, columns] = dims as [number, number];
  const turned = new Float32Array(data.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) turned[c * rows + r] = data[r * columns + c] as number;
  }
  return { dtype: 'float32', dims: [columns, rows], data: turned };
}
