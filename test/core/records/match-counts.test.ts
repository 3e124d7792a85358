import { expect, it } from 'vitest';
import { none, plus, REASONS } from '../../../core/records/match-counts.ts';

it('has a zero for each reason, in an object of its own', () => {
  expect(Object.entries(none())).toEqual(REASONS.map((reason) => [reason, 0]));
  none().names++;
  expect(none().names).toBe(0);
});

it('adds reason by reason, and leaves what it adds as it was', () => {
  const some = { names: 1, notAddresses: 2, tooLong: 3, givenUp: 4, outOfTime: 5 };
  const others = { names: 10, notAddresses: 20, tooLong: 30, givenUp: 40, outOfTime: 50 };
  expect(plus(some, others)).toEqual({ names: 11, notAddresses: 22, tooLong: 33, givenUp: 44, outOfTime: 55 });
  expect(plus(some, none())).toEqual(some);
  expect(some.names).toBe(1);
});
