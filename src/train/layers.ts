// Which layer of its model a parameter belongs to. Paths tell it (`encoder.3.ff.in.weight`), and the order in which
// models declare parameters: what comes before the first layer of a stack is under it, what comes after the last is over
// it.

/** The stack and the layer of a parameter that belongs to one. */
const LAYER = /^(\w+)\.(\d+)\./;

/**
 * How many layers below the head each parameter is, by its name: 0 for the head and all else that is over the layers, 1
 * for the top layer, L for the lowest of L layers, L + 1 for the embeddings. Models with several stacks count in each.
 */
export function layersBelowHead(names: readonly string[]): Map<string, number> {
  const places = names.map((name) => LAYER.exec(name));
  const sizes = new Map<string, number>();
  for (const [, stack, layer] of places.filter((place) => place !== null)) {
    sizes.set(stack!, Math.max(sizes.get(stack!) ?? 0, Number(layer) + 1));
  }
  const found = new Map<string, number>();
  // From the last to the first: the stack whose lowest layer comes next.
  let next: string | undefined;
  for (let i = names.length - 1; i >= 0; i--) {
    const name = names[i]!;
    const place = places[i];
    if (place !== null && place !== undefined) {
      const [, stack, layer] = place;
      next = stack;
      found.set(name, sizes.get(stack!)! - Number(layer));
    } else {
      const isOver = next === undefined || sizes.has(name.split('.')[0]!);
      found.set(name, isOver ? 0 : sizes.get(next!)! + 1);
    }
  }
  return found;
}

/**
 * What a parameter's learning rate is multiplied by, where rates fall by a factor from layer to layer under the head.
 * Clark et al. 2020 (ELECTRA); Zhang et al. 2021, "Revisiting Few-sample BERT Fine-tuning", section 5.
 */
export function layerRates(names: readonly string[], decay = 1): (name: string) => number {
  const below = layersBelowHead(names);
  return (name) => decay ** below.get(name)!;
}

/**
 * Gradual unfreezing (Howard and Ruder 2018, section 3.3): after how many updates a parameter begins to be trained, where
 * that is one layer more every so many of them, from the head down. At once without.
 */
export function openingSteps(names: readonly string[], every = 0): (name: string) => number {
  const below = layersBelowHead(names);
  return (name) => every * below.get(name)!;
}

/** The parameters of the top `count` layers of each stack. */
export function topLayers(names: readonly string[], count: number): Set<string> {
  const below = layersBelowHead(names);
  return new Set(names.filter((name) => LAYER.test(name) && below.get(name)! <= count));
}
