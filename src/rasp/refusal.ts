// What RASP-L forbids, said by rules that do not know where they are applied; who applies them adds the place.

export class Refusal extends Error {}

/** The largest value, and the negative of the least. The paper's are of 8 bits, which hold 127 places or hints. */
export const MAX_VALUE = 32_767;

/** The value; a Refusal where it is not one of the bounded integers. */
export function bounded(value: number): number {
  if (value >= -MAX_VALUE && value <= MAX_VALUE) return value;
  throw new Refusal(`${value} is beyond the bounded integers, −${MAX_VALUE} to ${MAX_VALUE}`);
}
