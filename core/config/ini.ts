import type { Collector } from '../diagnostics/collector.ts';
import type { Place } from '../diagnostics/diagnostic.ts';
import { isSpace, leadingSpace, strip, stripEnd } from './python-text.ts';
import { concat, type SourceText, sourceText } from './source-text.ts';

/** One option of one file. */
export interface Option {
  /** Where its name stands. */
  readonly name: Place;
  /** Continuation lines are joined by newlines; trailing blanks are gone. */
  readonly value: SourceText;
}

/** Options by lower-cased name, in the order written. */
export type Section = ReadonlyMap<string, Option>;

/** One physical file. [DEFAULT] is kept apart. */
export interface IniFile {
  readonly defaults: Section;
  /** By name, case kept, in the order written. */
  readonly sections: ReadonlyMap<string, Section>;
  readonly headers: ReadonlyMap<string, Place>;
}

/**
 * Reads one file by the rules of Python's configparser as fail2ban sets it up: strict (a section or
 * option written twice is an error, except [DEFAULT] itself), `=` or `:`, comment lines beginning
 * with `#` or `;`, inline comments with a semicolon after white space, continuation lines indented
 * deeper than their option, blank lines kept inside values. Sources: Lib/configparser.py: _read;
 * fail2ban/client/configparserinc.py: __init__.
 *
 * Everything wrong is reported; reading goes on, a second option of the same name winning.
 */
export function parseIni(file: string, text: string, collector: Collector): IniFile {
  const reader = new IniReader(file, collector);
  const lines = text.split(/\r\n|\r|\n/);
  // A final newline ends the last line, it doesn't begin another.
  if (lines.at(-1) === '') lines.pop();
  for (const [index, line] of lines.entries()) reader.read(line, index + 1);
  return reader.finish();
}

interface OpenOption {
  readonly name: Place;
  readonly lines: SourceText[];
}

type OpenSection = Map<string, OpenOption>;

class IniReader {
  readonly #file: string;
  readonly #collector: Collector;
  readonly #defaults: OpenSection = new Map();
  readonly #sections = new Map<string, OpenSection>();
  readonly #headers = new Map<string, Place>();
  #section: OpenSection | undefined;
  #sectionName = '';
  #option: OpenOption | undefined;
  #indent = 0;
  #headerMissed = false;

  constructor(file: string, collector: Collector) {
    this.#file = file;
    this.#collector = collector;
  }

  read(line: string, number: number): void {
    const comment = commentStart(line);
    const content = strip(line.slice(0, comment));
    if (content === '') {
      if (comment === undefined) this.#option?.lines.push(sourceText(''));
      return;
    }
    const indent = leadingSpace(line);
    const start = this.#place(number, indent, content.length);
    if (this.#option !== undefined && indent > this.#indent) {
      this.#option.lines.push(sourceText(content, start));
      return;
    }
    this.#indent = indent;
    const header = /^\[(.+)\]/s.exec(content)?.[1];
    if (header !== undefined) this.#openSection(header, this.#place(number, indent, header.length + 2));
    else if (this.#section === undefined) this.#missHeader(content, start);
    else this.#openOption(this.#section, content, start);
  }

  finish(): IniFile {
    const sections = new Map([...this.#sections].map(([name, section]) => [name, close(section)] as const));
    return { defaults: close(this.#defaults), sections, headers: this.#headers };
  }

  #openSection(name: string, at: Place): void {
    this.#option = undefined;
    this.#sectionName = name;
    if (name === 'DEFAULT') {
      this.#section = this.#defaults;
      return;
    }
    const first = this.#headers.get(name);
    if (first !== undefined) {
      this.#collector.add({
        code: 'DUPLICATE_SECTION',
        severity: 'error',
        message: `section [${name}] is already in this file, at line ${first.line}`,
        help: 'fail2ban refuses to start on this; put the options of both under one header',
        at,
      });
    }
    this.#section = this.#sections.get(name) ?? new Map();
    this.#sections.set(name, this.#section);
    if (first === undefined) this.#headers.set(name, at);
  }

  #openOption(section: OpenSection, content: string, start: Place): void {
    const delimiter = content.search(/[=:]/);
    if (delimiter <= 0) {
      this.#collector.add({
        code: 'NOT_AN_OPTION',
        severity: 'error',
        message: delimiter === 0 ? 'an option needs a name before its separator' : `"${content}" is no option`,
        help: 'write name = value; to continue the value above, indent the line deeper than its option',
        at: start,
      });
      if (delimiter === 0) this.#option = undefined;
      return;
    }
    const written = stripEnd(content.slice(0, delimiter));
    const name = { ...start, length: written.length };
    const first = section.get(written.toLowerCase());
    if (first !== undefined) this.#reportDuplicate(written.toLowerCase(), first.name, name);
    const after = content.slice(delimiter + 1);
    const column = start.column + delimiter + 1 + leadingSpace(after);
    this.#option = { name, lines: [sourceText(strip(after), { file: this.#file, line: start.line, column })] };
    section.set(written.toLowerCase(), this.#option);
  }

  #reportDuplicate(option: string, first: Place, at: Place): void {
    this.#collector.add({
      code: 'DUPLICATE_OPTION',
      severity: 'error',
      message: `option "${option}" is already set in [${this.#sectionName}] of this file, at line ${first.line}`,
      help: 'fail2ban refuses to start on this; keep one of the two',
      at,
    });
  }

  #missHeader(content: string, at: Place): void {
    if (this.#headerMissed) return;
    this.#headerMissed = true;
    const mark = content.startsWith('\ufeff');
    this.#collector.add({
      code: 'MISSING_SECTION',
      severity: 'error',
      message: mark ? 'the file begins with a byte order mark' : 'this line stands before any section header',
      help: mark
        ? 'save the file as UTF-8 without a byte order mark'
        : 'begin with a header such as [DEFAULT] or [sshd]',
      at,
    });
  }

  #place(line: number, indent: number, length: number): Place {
    return { file: this.#file, line, column: indent + 1, length };
  }
}

function close(section: OpenSection): Section {
  return new Map([...section].map(([name, { name: at, lines }]) => [name, { name: at, value: join(lines) }] as const));
}

const NEWLINE = sourceText('\n');

function join(lines: readonly SourceText[]): SourceText {
  const kept = lines.slice();
  while (kept.length > 1 && kept.at(-1)?.text === '') kept.pop();
  return concat(kept.flatMap((line, index) => (index === 0 ? [line] : [NEWLINE, line])));
}

/** Where the comment on a line begins: 0 for a comment line, `undefined` for none. */
function commentStart(line: string): number | undefined {
  const first = line[leadingSpace(line)];
  if (first === '#' || first === ';') return 0;
  for (let at = line.indexOf(';'); at >= 0; at = line.indexOf(';', at + 1)) {
    if (isSpace(line[at - 1])) return at;
  }
  return undefined;
}
