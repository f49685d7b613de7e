// Symbolic dimensions: a number, or a product of a number and named sizes in canonical form ("4*B*S").
// Sums have no algebra of their own: they are opaque names ("(P+1)").

export type Dim = number | string;
export type Shape = readonly Dim[];

interface Monomial {
  factor: number;
  names: string[];
}

/** `text` at each `separator` that no parenthesis encloses. */
function splitOutside(text: string, separator: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const char of text) {
    if (char === '(') depth++;
    if (char === ')') depth--;
    if (char === separator && depth === 0) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts;
}

function parse(dim: Dim): Monomial {
  if (typeof dim === 'number') return { factor: dim, names: [] };
  const parts = splitOutside(dim, '*');
  const factor = /^\d+$/.test(parts[0]!) ? Number(parts.shift()) : 1;
  return { factor, names: parts };
}

function print({ factor, names }: Monomial): Dim {
  if (names.length === 0 || factor === 0) return factor;
  const product = [...names].sort().join('*');
  return factor === 1 ? product : `${factor}*${product}`;
}

/** Product of dimensions. */
export function mulDims(...dims: Dim[]): Dim {
  const parsed = dims.map(parse);
  return print({ factor: parsed.reduce((f, m) => f * m.factor, 1), names: parsed.flatMap((m) => m.names) });
}

/** The dimension that times `b` is `a`. */
export function divDims(a: Dim, b: Dim): Dim {
  const [whole, part] = [parse(a), parse(b)];
  const names = [...whole.names];
  for (const name of part.names) {
    const at = names.indexOf(name);
    if (at < 0) throw new Error(`${b} does not divide ${a}`);
    names.splice(at, 1);
  }
  if (whole.factor % part.factor !== 0) throw new Error(`${b} does not divide ${a}`);
  return print({ factor: whole.factor / part.factor, names });
}

/** Sum of dimensions. */
export function addDims(...dims: Dim[]): Dim {
  const constant = dims.reduce<number>((sum, d) => sum + (typeof d === 'number' ? d : 0), 0);
  const symbols = dims.filter((d) => typeof d === 'string').sort();
  if (symbols.length === 0) return constant;
  if (symbols.length === 1 && constant === 0) return symbols[0]!;
  return `(${[...symbols, ...(constant === 0 ? [] : [constant])].join('+')})`;
}

/** The terms of a name that `addDims` made, or undefined for any other. */
export function termsOf(name: string): Dim[] | undefined {
  if (!name.startsWith('(')) return undefined;
  return splitOutside(name.slice(1, -1), '+').map((term) => (/^\d+$/.test(term) ? Number(term) : term));
}

/** The factor and the names of a product. */
export const factorsOf = parse;

/** Number of elements. */
export const sizeOf = (shape: Shape): Dim => mulDims(...shape);

export const formatShape = (shape: Shape): string => `[${shape.join(', ')}]`;

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((dim, i) => dim === b[i]);

/** NumPy broadcasting of two shapes, or undefined where they do not fit. */
export function broadcastShapes(a: Shape, b: Shape): Dim[] | undefined {
  const rank = Math.max(a.length, b.length);
  const result: Dim[] = [];
  for (let i = 0; i < rank; i++) {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (x === y || y === 1) result.push(x);
    else if (x === 1) result.push(y);
    else return undefined;
  }
  return result;
}

/** The number that a dimension is, given the named sizes. */
export function evaluateDim(dim: Dim, sizes: Readonly<Record<string, number>>): number {
  const { factor, names } = parse(dim);
  const sizeOfName = (name: string): number => {
    const size =
      sizes[name] ?? termsOf(name)?.reduce<number>((sum, term) => sum + evaluateDim(term, sizes), 0);
    if (size === undefined) throw new Error(`size ${name} is not known`);
    return size;
  };
  return names.reduce((product, name) => product * sizeOfName(name), factor);
}
