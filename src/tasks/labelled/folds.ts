// Cross-validation of tables without held-out rows of their own: their rows in turn are of the folds 1 to n.
import { z } from 'zod';

/** The k-th of n folds, as `2/5`. */
const fold = z
  .string()
  .regex(/^[1-9]\d{0,3}\/[1-9]\d{0,3}$/, { error: 'is a fold of several, such as 2/5' })
  .refine(
    (text) => {
      const [k, n] = parseFold(text);
      return n > 1 && k <= n;
    },
    { error: 'is a fold of several, from 1/5 to 5/5' },
  )
  .optional();

/** A split of one fold, or of all the others. */
export const foldSettings = { only: fold, except: fold };
export type Folds = { [Key in keyof typeof foldSettings]?: string | undefined };

const parseFold = (text: string): [k: number, n: number] => text.split('/').map(Number) as [number, number];

/** Which rows, by their numbers from 0, are of the split. */
export function chooseRows({ only, except }: Folds): (row: number) => boolean {
  const isOf = (text: string) => {
    const [k, n] = parseFold(text);
    return (row: number) => row % n === k - 1;
  };
  const [isIn, isOut] = [only, except].map((text) => (text === undefined ? undefined : isOf(text)));
  return (row) => (isIn?.(row) ?? true) && !(isOut?.(row) ?? false);
}
