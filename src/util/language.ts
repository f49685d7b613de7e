// Language tags as people write them: en, en-US, pt_BR, zh-Hant-TW, ger.

const known = new Map<string, string>();

/** The language alone, as ISO 639-1 where that has it ("ger-AT" is "de"); what is no tag stays, in lower case. */
export function baseLanguage(tag: string): string {
  let language = known.get(tag);
  if (language === undefined) {
    language = parse(tag);
    known.set(tag, language);
  }
  return language;
}

function parse(tag: string): string {
  try {
    return new Intl.Locale(tag.replaceAll('_', '-')).language;
  } catch {
    return tag.toLowerCase();
  }
}
