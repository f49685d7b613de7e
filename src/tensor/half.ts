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

/** bfloat16: the upper half of a float32. */
export function widenBrain(halves: Uint16Array): Float32Array {
  const floats = new Float32Array(halves.length);
  const bits = new Uint32Array(floats.buffer);
  halves.forEach((half, i) => {
    bits[i] = half << 16;
  });
  return floats;
}
