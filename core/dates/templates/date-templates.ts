import { type Diagnostic, hasErrors, type Place } from '../../diagnostics/diagnostic.ts';
import { translate } from '../../pyregex/translate.ts';
import type { Translation } from '../../pyregex/translation.ts';
import { zoneMinutes } from '../zones.ts';
import { WORD_END } from './boundaries.ts';
import { nameFirstGroups } from './cut-group.ts';
import type { DateTemplate, DateTemplates } from './date-template.ts';
import { unescaped } from './placeholders.ts';
import { addsDefaults, type Draft, draftLine, type TemplateDraft } from './template-drafts.ts';

export interface DateTemplateOptions {
  /**
   * fail2ban's jail option: `UTC+0300`, `CET`, `-0430`; dates without a zone are in it. UTC when
   * absent.
   */
  readonly logtimezone?: string | undefined;
}

export interface CompiledDateTemplates {
  /** `undefined` when a diagnostic refuses the datepattern or the zone. */
  readonly dates: DateTemplates | undefined;
  /** Places are relative to the datepattern's text: no file, line 1 its first line. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The date templates of a jail, in the order they are tried (`fail2ban/server/filter.py:
 * setDatePattern`).
 *
 * `datepattern` is the option's text after interpolation, with each doubled percent sign already
 * single; one pattern a line. `undefined` or blank means fail2ban's defaults: 31 templates. Besides
 * strptime patterns a line may be `{DEFAULT}`, `{^LN-BEG}` (the default templates tied to the
 * line's start), a frame around `{DATE}`, `{NONE}`, `EPOCH`, `LEPOCH`, `TAI64N`, or a regex around
 * `{EPOCH}` or `{LEPOCH}`.
 *
 * The years that `%ExY` takes are not fixed here: the detector takes them from the time it is
 * given.
 */
export function compileDateTemplates(
  datepattern: string | undefined,
  options: DateTemplateOptions = {},
): CompiledDateTemplates {
  const diagnostics: Diagnostic[] = [];
  const defaultZoneMinutes = zoneMinutes(options.logtimezone ?? '');
  if (defaultZoneMinutes === undefined) {
    diagnostics.push({
      code: 'BAD_TIMEZONE',
      severity: 'error',
      message: `logtimezone "${options.logtimezone}" is not a zone that fail2ban knows`,
      help:
        'use an offset such as UTC+0200 or -0430, or an abbreviation such as CET; there are no names like ' +
        'Europe/Paris',
    });
  }
  const templates = draftAll(datepattern ?? '', diagnostics).flatMap((draft) => compileDraft(draft, diagnostics));
  if (defaultZoneMinutes === undefined || hasErrors(diagnostics)) return { dates: undefined, diagnostics };
  return { dates: { templates, defaultZoneMinutes }, diagnostics };
}

/** A line of the option's text, from 1. */
interface Source {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

interface PlacedDraft {
  readonly draft: Draft;
  readonly source: Source;
}

/** The templates of every line, or fail2ban's defaults if there is none. */
function draftAll(datepattern: string, diagnostics: Diagnostic[]): readonly PlacedDraft[] {
  const lines = datepattern.split('\n').map((line, index) => sourceOf(line, index + 1));
  const sources = lines.filter(({ text }) => text !== '');
  if (sources.length === 0) sources.push({ text: '{DEFAULT}', line: 1, column: 1 });
  const placed: PlacedDraft[] = [];
  const known = new Set<string>();
  for (const source of sources) {
    // Default templates already in the list are omitted; a template written twice is a mistake.
    const leaveOut = known.size > 0 && addsDefaults(source.text);
    for (const draft of draftLine(source.text)) {
      if (!known.has(draft.name)) placed.push({ draft, source });
      else if (!leaveOut) diagnostics.push(duplicate(source, draft.name));
      known.add(draft.name);
    }
  }
  return placed;
}

function sourceOf(line: string, number: number): Source {
  return { text: line.trim(), line: number, column: line.length - line.trimStart().length + 1 };
}

function compileDraft({ draft, source }: PlacedDraft, diagnostics: Diagnostic[]): DateTemplate[] {
  if (draft.kind === 'unknown-directive') {
    diagnostics.push(unknownDirective(source, draft.directive, draft.index));
    return [];
  }
  diagnostics.push(...doubts(draft, source));
  const { regex, names, tail } = nameFirstGroups(draft.regex, Math.max(1, draft.epochGroup));
  const translation = translateOnce(regex);
  if (translation.kind === 'refused') {
    diagnostics.push(...translation.diagnostics.map((diagnostic) => refused(source, diagnostic)));
    return [];
  }
  const capturesOf = (group: number) => translation.regex.groups[names[group - 1] ?? ''] ?? [];
  return [
    {
      name: draft.name,
      kind: draft.reads,
      regex: { ...translation.regex, source: unescaped(translation.regex.source) },
      anchored: draft.anchored,
      weight: draft.weight,
      cut: capturesOf(1),
      cutAtEnd: tail === '' || tail === WORD_END,
      ...(draft.scan !== undefined && { scan: draft.scan }),
      ...(draft.reads === 'epoch' && { epoch: capturesOf(draft.epochGroup), longEpoch: draft.longEpoch }),
    },
  ];
}

/** Warns of text that fail2ban accepts though the operator hardly means it. */
function doubts(draft: TemplateDraft, source: Source): Diagnostic[] {
  const { text } = source;
  const at = placeOf(source);
  const plain = /%|\{\^LN-BEG\}|\{UNB\}/.exec(text)?.[0];
  if (draft.reads === 'epoch' && draft.epochGroup > 1 && plain !== undefined) {
    return [
      {
        code: 'DATEPATTERN_MARK_IS_TEXT',
        severity: 'warning',
        message: `datepattern "${text}": beside {EPOCH} fail2ban takes "${plain}" for plain text`,
        help: 'tie it to the line with ^; directives and {EPOCH} do not go together',
        at,
      },
    ];
  }
  if (draft.reads !== 'strptime' || text.includes('%') || addsDefaults(text)) return [];
  return [
    {
      code: 'DATEPATTERN_WITHOUT_DATE',
      severity: 'warning',
      message: `datepattern "${text}" has no directive: a line that it matches gets the last midnight for its time`,
      help:
        'write {NONE} if the lines carry no date, or the directives doubled (%%Y-%%m-%%d) if the percent ' +
        'signs got lost',
      at,
    },
  ];
}

const translations = new Map<string, Translation>();

/** Most jails of a configuration have the same templates, and a translation takes milliseconds. */
function translateOnce(regex: string): Translation {
  const known = translations.get(regex);
  if (known !== undefined) return known;
  const translation = translate(regex);
  translations.set(regex, translation);
  return translation;
}

function unknownDirective(source: Source, directive: string, index: number): Diagnostic {
  return {
    code: 'DATEPATTERN_DIRECTIVE_UNKNOWN',
    severity: 'error',
    message: `datepattern "${source.text}": "${directive}" is no directive`,
    help: 'write %% (doubled once more in a configuration file) for a percent sign',
    at: { file: '', line: source.line, column: source.column + index, length: directive.length },
  };
}

function duplicate(source: Source, name: string): Diagnostic {
  return {
    code: 'DATEPATTERN_DUPLICATE',
    severity: 'error',
    message: `datepattern "${source.text}" adds the template "${name}" a second time`,
    help: 'leave one of them out; fail2ban refuses such a jail',
    at: placeOf(source),
  };
}

/**
 * The translator's places refer to the expanded directives and mean nothing to the pattern's
 * author.
 */
function refused(source: Source, diagnostic: Diagnostic): Diagnostic {
  return {
    ...diagnostic,
    message: `datepattern "${source.text}": ${diagnostic.message}`,
    at: placeOf(source),
  };
}

function placeOf({ text, line, column }: Source): Place {
  return { file: '', line, column, length: text.length };
}
