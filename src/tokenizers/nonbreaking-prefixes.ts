// Abbreviations whose final dot belongs to the word (the Moses lists for English, German and French).
// Entries that hold a dot themselves ("e.g", "z.B") are left out: the tokenizer's rule for inner dots covers them.

/** Whether a word's dot stays on it always, or only when a number follows. */
export type PrefixKind = 'always' | 'beforeNumber';

const UPPER = 'A B C D E F G H I J K L M N O P Q R S T U V W X Y Z';
const LETTERS = `${UPPER} ${UPPER.toLowerCase()}`;
const ROMAN = 'II III IV VI VII VIII IX XI XII XIII XIV XV XVI XVII XVIII XIX XX';
const ORDINALS = Array.from({ length: 99 }, (_, i) => i + 1).join(' ');
const TITLES =
  'Adj Adm Adv Asst Bart Bldg Brig Bros Capt Cmdr Col Comdr Con Corp Cpl DR Dr Ens Gen Gov Hon Hosp Insp Lt ' +
  'MM MR MRS MS Maj Messrs Mlle Mme Mr Mrs Ms Msgr Op Ord Pfc Ph Prof Pvt Rep Reps Res Rev Rt Sen Sens Sfc ' +
  'Sgt Sr St Supt Surg';

const ENGLISH = prefixes(
  `${UPPER} ${TITLES} Drs Hr v vs rev Rs Nos Nr Jan Feb Mar Apr Jun Jul Aug Sep Oct Nov Dec`,
  'No Art pp',
);

const GERMAN = prefixes(
  `${LETTERS} ${ROMAN} ${ROMAN.toLowerCase()} ${TITLES} ${ORDINALS} ` +
    'Mio Mrd bzw vs usw etc MwSt ggf vgl sogen ff Buchst sog Std evtl Zt Chr Ltd spp sen SA jun dgl dergl Co ' +
    'zzt usf Dkr bzgl BSE No Nos Art Nr pp ca Ca',
);

// No "a": a French sentence may well end with "il y en a."
const FRENCH = prefixes(
  `${LETTERS.replace(' a ', ' ')} art ann apr av auj lib boul ca chap contr cf dir éd env al etc ex fasc fém fig fr hab ibid id inf ` +
    'masc MM ms n/réf pl pp SS sec sect sing sq sqq suiv sup suppl tél vb vol vs',
);

/** The list of a language; like the Perl script, any other language gets the English one. */
export function nonbreakingPrefixes(language: string): ReadonlyMap<string, PrefixKind> {
  if (language === 'de') return GERMAN;
  if (language === 'fr') return FRENCH;
  return ENGLISH;
}

function prefixes(always: string, beforeNumber = ''): ReadonlyMap<string, PrefixKind> {
  const map = new Map<string, PrefixKind>();
  for (const word of always.split(' ')) map.set(word, 'always');
  for (const word of beforeNumber.split(' ')) if (word !== '') map.set(word, 'beforeNumber');
  return map;
}
