// What a text's probability is shared among, so that language models of all tokenizers compare.

/** What a text's probability can be shared among, whatever its tokenizer: the end of a document is a word and a byte. */
export interface TextUnits {
  words: number;
  bytes: number;
}

/** Of documents one after another; the end of the last is not a part of their text. Words are what space separates. */
export function countUnits(documents: readonly string[]): TextUnits {
  const ends = Math.max(0, documents.length - 1);
  const units = { words: ends, bytes: ends };
  for (const document of documents) {
    units.words += document.match(/\S+/g)?.length ?? 0;
    units.bytes += Buffer.byteLength(document);
  }
  return units;
}
