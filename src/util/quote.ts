// Other people's text in messages of one line.

const MAX_QUOTED = 60;

/** A string in double quotes on one line, cut after 60 characters. */
export const quote = (text: string): string => JSON.stringify(shorten(text, MAX_QUOTED));

/** A text of at most `most` characters and an ellipsis. */
export const shorten = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most)}…` : text;
