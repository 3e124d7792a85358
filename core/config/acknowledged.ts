import { CODES_BY_FAMILY, type DiagnosticCode } from '../diagnostics/codes.ts';
import type { Diagnostic, Place } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import type { SectionValues } from './jail-values.ts';
import { placeOf, type SourceText, slice, splitLines } from './source-text.ts';

/**
 * What an operator may want in spite of what it changes. Every other error is a mistake that has
 * one right spelling.
 */
const ACKNOWLEDGEABLE: readonly DiagnosticCode[] = [
  'IGNORECOMMAND',
  'NOTHING_BANS',
  'TARGET_CANNOT_STOP',
  'FORGEABLE_ADDRESS',
];

/** One line of a jail's `acknowledge`: the error is known, and the jail is to be deployed. */
export interface Acknowledgement {
  readonly code: DiagnosticCode;
  /** Never empty. */
  readonly reason: string;
  readonly at?: Place;
}

/** The lines of `acknowledge`, `CODE reason` each; a line that can't be read is reported. */
export function acknowledgementsOf(values: SectionValues): readonly Acknowledgement[] {
  const written = values.text('acknowledge');
  if (written === undefined) return [];
  return splitLines(written).flatMap((line) => (line.text === '' ? [] : acknowledgementOf(line, values)));
}

function acknowledgementOf(line: SourceText, values: SectionValues): readonly Acknowledgement[] {
  const [, word = '', reason = ''] = /^(\S*)\s*(.*)$/s.exec(line.text) ?? [];
  const code = ACKNOWLEDGEABLE.find((one) => one === word.toUpperCase());
  const name = slice(line, 0, word.length);
  const at = placeOf(name);
  if (code !== undefined && reason !== '') return [{ code, reason, ...(at && { at }) }];
  values.report(code === undefined ? notAcknowledgeable(word) : withoutReason(code), at);
  return [];
}

function notAcknowledgeable(word: string): Diagnostic {
  const exists = Object.values(CODES_BY_FAMILY).some((codes) => codes.some((code) => code === word.toUpperCase()));
  const near = didYouMean(word, ACKNOWLEDGEABLE);
  return {
    code: 'ACKNOWLEDGE',
    severity: 'error',
    message: exists ? `acknowledge: ${word} can't be acknowledged` : `acknowledge: there is no code "${word}"`,
    help: near === undefined ? `the codes are ${ACKNOWLEDGEABLE.join(', ')}` : `did you mean ${near}?`,
  };
}

function withoutReason(code: DiagnosticCode): Diagnostic {
  return {
    code: 'ACKNOWLEDGE',
    severity: 'error',
    message: `acknowledge: ${code} has no reason`,
    help: `write the reason behind it: acknowledge = ${code} why this is right here`,
  };
}

/**
 * An error of a jail that its operator may acknowledge: an `info` with the reason where the jail
 * acknowledges the code, else the error, whose help shows how to.
 */
export function acknowledgeable(diagnostic: Diagnostic, acknowledged: readonly Acknowledgement[]): Diagnostic {
  const { help, ...rest } = diagnostic;
  const found = acknowledged.find(({ code }) => code === diagnostic.code);
  if (found !== undefined) {
    return { ...rest, severity: 'info', message: `${diagnostic.message} (acknowledged: ${found.reason})` };
  }
  const how = `to deploy the jail all the same, write acknowledge = ${diagnostic.code} and a reason into it`;
  return { ...rest, help: help === undefined ? how : `${help}; ${how}` };
}

/**
 * Whether an error keeps the jails from being read as they are written. A preview shows what a jail
 * would do although it is not to be deployed until its operator acknowledges an error.
 */
export function preventsPreview(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity, code }) => severity === 'error' && !ACKNOWLEDGEABLE.includes(code));
}
