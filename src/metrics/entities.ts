// Entities in the tags of a sentence, and how many were found. The rules are those of conlleval, the script of the
// CoNLL-2000 and 2003 shared tasks: an entity also begins where an I follows another type or none.
import type { ClassCounts } from './class-counts.ts';

/** Words [begin, end) of one type. */
export interface Entity {
  readonly type: string;
  readonly begin: number;
  readonly end: number;
}

/** B begins, I is inside, E (or L) ends, S (or U) is a word alone; other tags are outside of entities. */
const TAG = /^([BIELSU])(?:-(.*))?$/s;

const OUTSIDE = { place: 'O', type: '' };

function parseTag(tag: string): { place: string; type: string } {
  const [, place, type = ''] = TAG.exec(tag) ?? [];
  return place === undefined ? OUTSIDE : { place, type };
}

/** Whether tags mark entities: each is `O` or has a place, as in `B-PER` or `B`, and some have. */
export const markEntities = (tags: readonly string[]): boolean =>
  tags.every((tag) => tag === 'O' || TAG.test(tag)) && tags.some((tag) => tag !== 'O');

/** The entities of a sentence. */
export function entitiesOf(tags: readonly string[]): Entity[] {
  const found: Entity[] = [];
  let open: { type: string; begin: number } | undefined;
  let last = OUTSIDE;
  const close = (end: number) => {
    if (open !== undefined) found.push({ ...open, end });
    open = undefined;
  };
  for (const [i, tag] of tags.entries()) {
    const own = parseTag(tag);
    const goesOn =
      own.place !== 'O' &&
      last.place !== 'O' &&
      own.type === last.type &&
      !/[BSU]/.test(own.place) &&
      !/[ELSU]/.test(last.place);
    if (!goesOn) {
      close(i);
      if (own.place !== 'O') open = { type: own.type, begin: i };
    }
    last = own;
  }
  close(tags.length);
  return found;
}

/** What was counted of each type of entity, by its name; an entity is right where type, begin and end are. */
export function countEntities(
  expected: readonly (readonly string[])[],
  found: readonly (readonly string[])[],
): Map<string, ClassCounts> {
  const counts = new Map<string, { expected: number; found: number; right: number }>();
  const of = (type: string) => {
    const count = counts.get(type) ?? { expected: 0, found: 0, right: 0 };
    counts.set(type, count);
    return count;
  };
  const keyOf = ({ type, begin, end }: Entity) => `${begin} ${end} ${type}`;
  for (const [i, tags] of expected.entries()) {
    const entities = entitiesOf(tags);
    const known = new Set(entities.map(keyOf));
    for (const { type } of entities) of(type).expected++;
    for (const entity of entitiesOf(found[i]!)) {
      of(entity.type).found++;
      if (known.has(keyOf(entity))) of(entity.type).right++;
    }
  }
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
