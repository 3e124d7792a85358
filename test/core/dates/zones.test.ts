import { describe, expect, it } from 'vitest';
import { zoneMinutes } from '../../../core/dates/zones.ts';

describe('zoneMinutes', () => {
  it.each([
    ['', 0],
    ['Z', 0],
    ['UTC', 0],
    ['GMT', 0],
    ['A', 60],
    ['CET', 60],
    ['CEST', 120],
    ['PDT', -420],
    ['NPT', 345],
    ['ACST', 570],
    ['MART', -570],
    ['+02', 120],
    ['-0430', -270],
    ['+05:45', 345],
    ['+1959', 1199],
    ['UTC+0300', 180],
    ['CET+0100', 120],
    ['CEST-01', 60],
    ['CET+0130', 150],
    ['GMT+12', 720],
  ])('reads %s as %i minutes east', (text, minutes) => {
    expect(zoneMinutes(text)).toBe(minutes);
  });

  it.each(['cet', 'Utc', 'AB', 'ABCDEF', 'XYZ', 'Europe/Paris', '+3', '+2400', '+01:3', '0100', ' CET', 'CET '])(
    'knows no zone %s',
    (text) => {
      expect(zoneMinutes(text)).toBeUndefined();
    },
  );
});
