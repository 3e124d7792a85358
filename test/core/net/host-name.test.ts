import { expect, it } from 'vitest';
import { hostName } from '../../../core/net/host-name.ts';

it.each([
  ['Home.Example.NET.', 'home.example.net'],
  ['office.xn--p1ai', 'office.xn--p1ai'],
  ['under_score.example.com', 'under_score.example.com'],
  ['bastion', undefined],
  ['root', undefined],
  ['192.0.2.1', undefined],
  ['192.0.2.0/24', undefined],
  ['2001:db8::1', undefined],
  ['me@example.com', undefined],
  ['', undefined],
])('%j as a host name is %j', (word, name) => {
  expect(hostName(word)).toBe(name);
});
