// Kinds of errors by what corrects them, after Kummerfeld et al. 2012, section 4. The labels are the Penn Treebank's and
// those that begin like them; of other treebanks more is called other.
import type { Correction } from './corrections.ts';

/** In the order in which they are told. */
export const errorKinds = {
  pp: ['PP attachment', 'a prepositional phrase is in another phrase'],
  clause: ['Clause attachment', 'a clause is in another phrase'],
  modifier: ['Modifier attachment', 'an adverb, an adjective or their phrase is in another phrase'],
  np: ['NP attachment', 'a noun phrase is in another phrase'],
  vp: ['VP attachment', 'a verb phrase is in another phrase'],
  coordination: ['Coordination', 'what a conjunction joins begins or ends elsewhere'],
  structure: ['NP structure', 'phrases within a noun phrase, above its words'],
  unary: ['Unary chain', 'a phrase over one phrase is missing or too much'],
  word: ['One-word phrase', 'a phrase over one word is missing or too much'],
  label: ['Label', 'the same words are called otherwise'],
  other: ['Other', 'all else'],
} as const satisfies Record<string, readonly [name: string, meaning: string]>;
export type ErrorKind = keyof typeof errorKinds;

const CONJUNCTION = /^(CC|CONJ|KON)/;
const NOUN_PHRASE = /^(NP|NX|NML|NAC|QP|WHNP|UCP|MPN|PN)(?![A-Z])/;
const ATTACHED: readonly [ErrorKind, RegExp][] = [
  ['pp', /^(PP|WHPP|PRT|IN|TO)(?![A-Z])/],
  ['clause', /^(S|SBAR|SBARQ|SINV|SQ|FRAG|RRC|CP|IP)(?![A-Z])/],
  ['vp', /^(V|MD|AUX)/],
  ['modifier', /^(AD|AP|AVP|J|R|WHAD|PRN|INTJ)/],
  ['np', /^(N|WHN|QP|PRP|DT|CD|EX|UCP|MPN|PN)/],
];

/** What an error is called. */
export function kindOf({ action, parts, label, parent, isOnly }: Correction): ErrorKind {
  if (action === 'rename') return 'label';
  const hasConjunction = parts.some((part) => CONJUNCTION.test(part.label));
  if (action === 'move') return hasConjunction ? 'coordination' : attachmentOf(parts);
  const [first] = parts;
  if (parts.length === 1) return first!.isWord && !isOnly ? 'word' : 'unary';
  if (isOnly) return 'unary';
  if (hasConjunction) return 'coordination';
  // A phrase beside one of the same label that it goes with: where that is missing, it is attached elsewhere.
  const head = parts.findIndex((part) => !part.isWord && part.label === label);
  if (head >= 0) return attachmentOf(parts.filter((_, i) => i !== head));
  const isFlat = parts.every(({ isWord }) => isWord);
  if (NOUN_PHRASE.test(parent) && (isFlat || NOUN_PHRASE.test(label))) return 'structure';
  return isFlat && NOUN_PHRASE.test(label) ? 'structure' : 'other';
}

/** By the first part that tells; phrases before words. */
function attachmentOf(parts: Correction['parts']): ErrorKind {
  const ordered = [...parts].sort((a, b) => Number(a.isWord) - Number(b.isWord));
  for (const { label } of ordered) {
    const found = ATTACHED.find(([, pattern]) => pattern.test(label));
    if (found !== undefined) return found[0];
  }
  return 'other';
}
