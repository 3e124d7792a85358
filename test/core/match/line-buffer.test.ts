import { describe, expect, it } from 'vitest';
import { groupReader } from '../../../core/match/group-reader.ts';
import { type BufferedLine, joinLines, partition } from '../../../core/match/line-buffer.ts';

function lines(...subjects: string[]): BufferedLine[] {
  return subjects.map((subject) => ({ subject, text: `date ${subject}` }));
}

function split(buffer: BufferedLine[], source: string, groups: Record<string, readonly number[]> = {}) {
  const reader = groupReader({ source, flags: 'm', groups });
  const match = reader.regex.exec(joinLines(buffer));
  if (!match) return undefined;
  const part = partition(buffer, reader, match);
  return { matched: part.matched.map((l) => l.subject), unmatched: part.unmatched.map((l) => l.subject) };
}

describe('joinLines', () => {
  it('ends every subject with a newline, an empty one too', () => {
    expect(joinLines(lines('a', 'b'))).toBe('a\nb\n');
    expect(joinLines([])).toBe('\n');
  });
});

describe('partition', () => {
  it('takes whole lines from where the match starts to where it ends', () => {
    expect(split(lines('one', 'two', 'three', 'four'), 'wo\\nth')).toEqual({
      matched: ['two', 'three'],
      unmatched: ['one', 'four'],
    });
  });

  it('counts a line whose newline ends the match once', () => {
    expect(split(lines('one', 'two', 'three'), 'two\\n')).toEqual({ matched: ['two'], unmatched: ['one', 'three'] });
  });

  it('puts the lines that were skipped back, in their order', () => {
    const skip = 'a\\n((?:.*\\n)*?)b';
    expect(split(lines('x', 'a', 'y', 'z', 'b', 'w'), skip, { skiplines0: [1] })).toEqual({
      matched: ['a', 'b'],
      unmatched: ['x', 'y', 'z', 'w'],
    });
  });

  it('takes the only line, however little of it matched', () => {
    expect(split(lines('one'), '')).toEqual({ matched: ['one'], unmatched: [] });
  });
});
