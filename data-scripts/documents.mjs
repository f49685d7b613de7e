// Running text as documents, each a list of paragraphs: read from WikiText and from TEI, written one paragraph a line,
// gzipped, with a blank line between documents.
import { isUtf8 } from 'node:buffer';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import sax from 'sax';
import { splitLines } from './lines.mjs';

/** `= Title =` begins an article; it stands between blank lines, and the same in a list does not. */
const TITLE = /^= [^=].* =$/;
const SUBHEADING = /^(= ){2,}.*( =){2,}$/;

/**
 * The articles of a WikiText file (Merity et al. 2017), which comes in chunks: headings are left out, and the marks at
 * hyphens and inside numbers (`@-@`, `@,@`, `@.@`) become what they stand for. An Error names the file as `name`.
 */
export async function* readWikiText(chunks, name) {
  let article = [];
  let title = null;
  let isAfterBlank = true;
  let number = 0;
  for await (const lines of splitLines(chunks, name)) {
    for (const bytes of lines) {
      number++;
      if (!isUtf8(bytes)) throw new Error(`${name}:${number} is not UTF-8`);
      const line = bytes.toString('utf8').trim();
      if (title !== null && line !== '') article.push(join(title));
      else if (title !== null && article.length > 0) {
        yield article;
        article = [];
      }
      title = isAfterBlank && TITLE.test(line) ? line : null;
      isAfterBlank = line === '';
      if (title === null && !isAfterBlank && !SUBHEADING.test(line)) article.push(join(line));
    }
  }
  if (article.length > 0) yield article;
}

const join = (line) => line.replace(/ @([-,.])@ /g, '$1');

/** Elements of TEI that begin and end a paragraph, and those whose text is none of the novel's. */
const BLOCKS = new Set(['div', 'p', 'l', 'head', 'trailer']);
const LEFT_OUT = new Set(['head', 'trailer', 'note', 'ref']);

/**
 * The chapters of a novel in TEI as ELTeC encodes it (level 1): the outermost divisions of its body that are no groups of
 * others, and what stands between them. Headings, notes and pointers to notes are left out. An Error for what is no XML.
 */
export function readNovel(xml) {
  const chapters = [];
  const path = [];
  let [chapter, text] = [[], ''];
  let [bodies, chapterDepth, leftOut] = [0, 0, 0];
  const endParagraph = () => {
    const paragraph = text.replace(/[ \t\r\n]+/g, ' ').trim();
    if (paragraph !== '') chapter.push(paragraph);
    text = '';
  };
  const endChapter = () => {
    if (chapter.length > 0) chapters.push(chapter);
    chapter = [];
    chapterDepth = 0;
  };
  const parser = sax.parser(true);
  parser.onopentag = ({ name, attributes }) => {
    path.push(name);
    if (name === 'body') bodies++;
    if (BLOCKS.has(name)) endParagraph();
    if (LEFT_OUT.has(name)) leftOut++;
    if (name !== 'div' || attributes.type === 'group' || chapterDepth > 0) return;
    endChapter();
    chapterDepth = path.length;
  };
  parser.onclosetag = (name) => {
    if (BLOCKS.has(name)) endParagraph();
    if (LEFT_OUT.has(name)) leftOut--;
    if (path.length === chapterDepth || (chapterDepth === 0 && (name === 'div' || name === 'body')))
      endChapter();
    if (name === 'body') bodies--;
    path.pop();
  };
  parser.ontext = (part) => {
    if (bodies > 0 && leftOut === 0) text += part;
  };
  parser.oncdata = parser.ontext;
  parser.onerror = ({ message }) => {
    throw new Error(`line ${parser.line + 1}: ${message.split('\n')[0]}`);
  };
  parser.write(xml).close();
  return chapters;
}

/** Writes documents as they come; how many there were, and how many paragraphs. What is not written whole is removed. */
export async function writeDocuments(path, documents) {
  const counts = { documents: 0, paragraphs: 0 };
  const lines = async function* () {
    for await (const paragraphs of documents) {
      yield `${counts.documents === 0 ? '' : '\n'}${paragraphs.join('\n')}\n`;
      counts.documents++;
      counts.paragraphs += paragraphs.length;
    }
  };
  try {
    await pipeline(Readable.from(lines()), createGzip(), createWriteStream(path, { flush: true }));
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return counts;
}
