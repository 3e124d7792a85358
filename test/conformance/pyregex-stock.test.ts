import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { expandTags } from '../../core/compile/address-tags.ts';
import { namedGroups } from '../../core/pyregex/groups.ts';
import { translate } from '../../core/pyregex/translate.ts';
import type { TranslatedRegex, Translation } from '../../core/pyregex/translation.ts';
import { available, FAIL2BAN_PYTHON, type RegexMatch, script } from './python/oracle.ts';

const fail2ban = available('fail2ban', existsSync('/etc/fail2ban/filter.d/sshd.conf'));

interface StockFilter {
  readonly filter: string;
  readonly options: Readonly<Record<string, string>>;
  readonly maxlines: number;
  readonly subjects: readonly string[];
  readonly regexes: readonly StockRegex[];
}

interface StockRegex {
  readonly kind: 'prefregex' | 'failregex' | 'ignoreregex';
  readonly text: string;
  readonly matches: readonly (RegexMatch | null)[];
}

describe.skipIf(!fail2ban)('every regex of the installed fail2ban filters', () => {
  const filters = fail2ban ? stockFilters() : [];

  it('is read', () => {
    expect(new Set(filters.map(({ filter }) => filter)).size).toBeGreaterThan(80);
    expect(distinct(filters).length).toBeGreaterThan(250);
  });

  it('translates', () => {
    const refused = distinct(filters).flatMap(({ text }) => {
      const translation = translateStock(text, false);
      return translation.kind === 'refused' ? [{ text, reason: translation.diagnostics[0]?.message }] : [];
    });
    expect(refused).toEqual([]);
  });

  it.each(filters.map((filter) => [filter.filter, JSON.stringify(filter.options), filter] as const))(
    'of %s %s finds what fail2ban finds in the sample lines',
    (_name, _options, { regexes, subjects, maxlines }) => {
      for (const { kind, text, matches } of regexes) {
        const translation = translateStock(text, kind === 'failregex' && maxlines > 1);
        if (translation.kind === 'translated') {
          const regex = new RegExp(translation.regex.source, translation.regex.flags);
          const ours = subjects.map((subject) => find(translation.regex, regex, subject));
          const theirs = matches.map((match, i) => (isNewerAddress(ours[i]) ? ours[i] : withoutUnset(match)));
          expect({ text, found: ours }).toEqual({ text, found: theirs });
        }
      }
    },
  );
});

/**
 * fail2ban 1.1 takes `:92` and `::` for addresses, 1.0 does not (fail2ban/server/ipdns.py:
 * IP_6_RE).
 */
function isNewerAddress(match: RegexMatch | null | undefined): boolean {
  return /^:(?:[^:]|:$)/.test(match?.groups['ip6'] ?? '');
}

function stockFilters(): readonly StockFilter[] {
  const { stdout, stderr, status } = spawnSync(FAIL2BAN_PYTHON, [script('stock_filters.py')], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) {
    throw new Error(stderr);
  }
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function distinct(filters: readonly StockFilter[]): readonly StockRegex[] {
  return [...new Map(filters.flatMap(({ regexes }) => regexes).map((regex) => [regex.text, regex])).values()];
}

const translations = new Map<string, Translation>();

function translateStock(text: string, multiline: boolean): Translation {
  const key = `${multiline}${text}`;
  const known = translations.get(key);
  if (known !== undefined) {
    return known;
  }
  const expansion = expandTags(text, { usedns: 'warn' });
  const translation = expansion.kind === 'refused' ? expansion : translate(expansion.pattern, { multiline });
  translations.set(key, translation);
  return translation;
}

function find(translated: TranslatedRegex, regex: RegExp, subject: string): RegexMatch | null {
  const match = regex.exec(subject);
  return match && { span: [match.index, match.index + match[0].length], groups: namedGroups(translated, match) };
}

function withoutUnset(match: RegexMatch | null): RegexMatch | null {
  return (
    match && {
      span: match.span,
      groups: Object.fromEntries(Object.entries(match.groups).filter(([, text]) => text !== null)),
    }
  );
}
