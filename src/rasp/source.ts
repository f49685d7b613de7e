// A program's text with its name: where things stand in it, and what is said of them.
import { UserError } from '../util/errors.ts';

/** A piece of the text: from character `start` to before `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export class Source {
  readonly name: string;
  readonly text: string;

  constructor(name: string, text: string) {
    this.name = name;
    this.text = text;
  }

  /** `line:column`, both from 1. */
  locate(offset: number): string {
    const before = this.text.slice(0, offset);
    const lineStart = before.lastIndexOf('\n') + 1;
    return `${before.split('\n').length}:${offset - lineStart + 1}`;
  }

  /** The piece on one line, comments and needless blanks taken out. */
  show({ start, end }: Span): string {
    return this.text
      .slice(start, end)
      .replace(/"[^"\n]*"|#.*/g, (found) => (found.startsWith('#') ? '' : found))
      .replace(/\s+/g, ' ');
  }

  /** The lines of comment right above a place that begins a line, without their marks. */
  commentAbove(offset: number): string {
    const lines = this.text.slice(0, offset).split('\n').slice(0, -1);
    const first = lines.findLastIndex((line) => !line.startsWith('#')) + 1;
    return lines
      .slice(first)
      .map((line) => line.replace(/^#\s?/, ''))
      .join(' ');
  }

  error(offset: number, message: string): UserError {
    return new UserError(`${this.name}:${this.locate(offset)}: ${message}`);
  }
}
