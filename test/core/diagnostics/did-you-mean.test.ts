import { describe, expect, it } from 'vitest';
import { didYouMean } from '../../../core/diagnostics/did-you-mean.ts';

describe('didYouMean', () => {
  it.each([
    ['maxrety', 'maxretry'],
    ['maxrtery', 'maxretry'],
    ['maxretries', undefined],
    ['BANTIME', 'bantime'],
    ['findtine', 'findtime'],
    ['bantim', 'bantime'],
    ['ssdh', 'sshd'],
    ['ban', undefined],
    ['something', undefined],
  ])('takes %s for %s', (word, expected) => {
    expect(didYouMean(word, ['maxretry', 'bantime', 'findtime', 'sshd'])).toBe(expected);
  });

  it('prefers the nearest candidate', () => {
    expect(didYouMean('nginx-http-aut', ['nginx-http-ban', 'nginx-http-auth'])).toBe('nginx-http-auth');
  });

  it('has no answer without candidates', () => {
    expect(didYouMean('maxretry', [])).toBeUndefined();
  });
});
