import { describe, expect, it } from 'vitest';
import { alarmDescription, readRunbook, runbookArticle } from '../../../infra/watch/runbook.ts';

const ARTICLE = `# Runbook

## leak

**What it means.** It leaks. As
[before](#leak).

**How to look.** Look at \`x.y. Z\`. Is it wet? Then see [the other](#other).

**What to do.** Call \`npx fix\`. Wait.
`;

describe('the runbook', () => {
  it('is read by its articles, each part in one line', () => {
    expect(readRunbook(ARTICLE).get('leak')).toEqual({
      means: 'It leaks. As before.',
      look: 'Look at `x.y. Z`. Is it wet? Then see the other.',
      act: 'Call `npx fix`. Wait.',
    });
  });

  it.each([
    ['lacks a part', ARTICLE.replace('**What to do.** ', '')],
    ['has its parts in another order', ARTICLE.replace('What it means', 'What to do')],
    ['begins with something else', ARTICLE.replace('**What it means', 'By the way. **What it means')],
  ])('is refused when an article %s', (_name, text) => {
    expect(() => readRunbook(text)).toThrow('the article leak');
  });

  it('has no article that is not there', () => {
    expect(() => runbookArticle('leak')).toThrow('docs/runbook.md has no article leak');
  });
});

describe("an alarm's description", () => {
  const sentence = (word: string, length: number) => `${`${word} `.repeat(length).trim()}.`;
  const many = (word: string, count: number) =>
    Array.from({ length: count }, () => sentence(`${word[0]?.toUpperCase()}${word.slice(1)}`, 10)).join(' ');

  it('is the article where it fits', () => {
    const { look, act } = { look: 'Look here. And there.', act: 'Call. Wait.' };
    expect(alarmDescription('leak', '[high] It leaks.', { look, act }, 'https://wiki/x')).toBe(
      `[high] It leaks.\n\nLook: ${look}\n\nDo: ${act}\n\nMore: https://wiki/x#leak`,
    );
  });

  it.each([
    [40, 40],
    [40, 2],
    [2, 40],
  ])('ends each part with a whole sentence and fills what there is: %i and %i sentences', (looks, acts) => {
    const article = { look: many('look', looks), act: many('act', acts) };
    const text = alarmDescription('leak', '[high] It leaks.', article);
    expect(text.length).toBeLessThanOrEqual(1024);
    expect(text.length).toBeGreaterThan(1024 - 2 * sentence('Look', 10).length - 2);
    const [, look = '', act = ''] = /\n\nLook: (.*)\n\nDo: (.*)\n\nMore: docs\/runbook\.md#leak$/.exec(text) ?? [];
    expect(article.look.startsWith(look) && article.act.startsWith(act)).toBe(true);
    expect(look).toMatch(/ Look\.$/);
    expect(act).toMatch(/ Act\.$/);
    const whole = (part: string, of: string, few: boolean) => !few || part === of;
    expect(whole(look, article.look, looks < 5) && whole(act, article.act, acts < 5)).toBe(true);
  });
});
