// Numbers of 16 bits as float32, which holds all of their values.

/** IEEE 754's binary16: 1 bit of sign, 5 of exponent, 10 of fraction. */
export function widenHalf(halves: Uint16Array): Float32Array {
  const floats = new Float32Array(halves.length);
  const bits = new Uint32Array(floats.buffer);
  halves.forEach((half, i) => {
    const magnitude = (half & 0x7fff) << 13;
    const finite = magnitude < 0x7c00 << 13;
    bits[i] = finite ? magnitude : magnitude | 0x7f800000;
    // From an exponent's bias of 15 to one of 127; this also makes numbers of those that have no leading one.
    if (finite) floats[i]! *= 2 ** 112;
    bits[i]! |= (half & 0x8000) << 16;
  });
  return floats;
}

/** bfloat16, the upper half of a float32, into floats that are there or into new ones. */
export function widenBf16(
  halves: Uint16Array,
  floats: Float32Array = new Float32Array(halves.length),
): Float32Array {
  const bits = bitsOf(floats);
  for (let i = 0; i < bits.length; i++) bits[i] = halves[i]! << 16;
  return floats;
}

/** The nearest bfloat16 of each number, the even one of two; what is beyond the largest becomes ∞, NaN stays one. */
export function narrowBf16(floats: Float32Array, halves: Uint16Array): void {
  const bits = bitsOf(floats);
  for (let i = 0; i < bits.length; i++) {
    const x = bits[i]!;
    const isNone = (x & 0x7fffffff) > 0x7f800000;
    // Half of a last place, less 1 where the upper half is even, carries into it.
    halves[i] = isNone ? (x >>> 16) | 0x40 : (x + 0x7fff + ((x >>> 16) & 1)) >>> 16;
  }
}

const bitsOf = ({ buffer, byteOffset, length }: Float32Array) => new Uint32Array(buffer, byteOffset, length);
