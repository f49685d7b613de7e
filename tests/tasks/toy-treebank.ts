// Forty-nine invented sentences as a treebank has them, with functions, a trace and outer brackets.

const NOUN_PHRASES = [
  '(DT the) (NN dog)',
  '(NNP Ann)',
  '(NP (DT a) (NN cat)) (PP (IN with) (NP (CD two) (NNS hats)))',
  "(NP (DT the) (NN man) (POS 's)) (NN garden)",
];

const VERB_PHRASES = [
  '(VP (VBZ sleeps))',
  "(VP (VBZ does) (RB n't) (VP (VB bark)))",
  ...NOUN_PHRASES.map((phrase) => `(VP (VBZ sees) (NP ${phrase}))`),
];

/** One tree a line. */
export const toyTreebank: readonly string[] = [
  ...NOUN_PHRASES.flatMap((subject) =>
    VERB_PHRASES.flatMap((verb) => [
      `( (S (NP-SBJ ${subject}) ${verb} (. .)) )`,
      `( (SQ (\`\` \`\`) (NP-SBJ-1 ${subject}) (S (NP (-NONE- *-1)) ${verb}) (. ?) ('' '')) )`,
    ]),
  ),
  '( (FRAG (UH Yes)) )',
];
