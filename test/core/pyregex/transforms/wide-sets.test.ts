import { describe, expect, it } from 'vitest';
import { sourceOf, textFound } from '../finding.ts';

describe('splitWideSets', () => {
  it('tests Latin-1 first, then guards the rest', () => {
    expect(sourceOf('x\\d')).toMatch(/^x\(\?:\[0-9\]\|\(\?!\[\\x00-\\xff\]\)\[\\u0660-/);
  });

  it('guards from behind in a lookbehind', () => {
    expect(sourceOf('(?<=\\d)a')).toMatch(/^\(\?<=\[0-9\]\|\[\\u0660-.*\]\(\?<!\[\\x00-\\xff\]\)\)a$/);
    expect(textFound('(?<=\\d)a', '٣a')).toBe('a');
    expect(textFound('(?<=\\d)a', 'ba')).toBeUndefined();
  });

  it('leaves short classes alone', () => {
    expect(sourceOf('[a-z0-9]')).toBe('[0-9a-z]');
  });
});
