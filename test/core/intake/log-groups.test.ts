import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { leastPrefixes } from '../../../core/compile/log-group-readers.ts';
import { matchingJail } from '../../../core/intake/matching-jail.ts';
import type { CompiledJail } from '../../../core/records/compiled-jail.ts';
import { matcherHandler } from '../../../lambdas/matcher/handler.ts';
import { intakeSystem } from '../../support/intake-system.ts';
import { plainJail } from '../../support/plain-jail.ts';

/** As CloudWatch Logs hands it over; the events hold an attempt each. */
function delivery(logGroup: string, ids: readonly string[]) {
  const logEvents = ids.map((id, i) => ({ id, timestamp: 1_000_000 + i * 1000, message: 'no 9.0.0.1' }));
  const payload = { messageType: 'DATA_MESSAGE', owner: '123456789012', logGroup, logStream: 'i-1', logEvents };
  return { awslogs: { data: gzipSync(JSON.stringify(payload)).toString('base64') } };
}

function matcher(...jails: CompiledJail[]) {
  const system = intakeSystem(jails);
  const ports = { ...system.ports, clock: { now: () => 1_010, sleep: async () => undefined } };
  return { ...system, handle: matcherHandler(jails.map(matchingJail), ports) };
}

describe('the log groups that a jail reads', () => {
  it('are those of its names and of its prefixes, and a log group of both is read once', async () => {
    const jail = plainJail({
      loggroups: ['/ecs/web-1', '/auth'],
      logGroupPrefixes: ['/ecs/', '/ecs/web-'],
      maxretry: 4,
    });
    const { handle, attempts, bans } = matcher(jail);
    await handle(delivery('/ecs/web-1', ['a', 'b', 'c']));
    expect(attempts()).toHaveLength(3);
    // The same events, by another filter of the same log group.
    await handle(delivery('/ecs/web-1', ['a', 'b', 'c']));
    expect(attempts()).toHaveLength(3);
    expect(bans()).toEqual([]);
    await handle(delivery('/ecs', ['x']));
    await handle(delivery('/auth-2', ['y']));
    expect(attempts()).toHaveLength(3);
    await handle(delivery('/ecs/made-later', ['d']));
    expect(bans()).toHaveLength(1);
  });

  it('are never those of our own functions, which is logged once', async () => {
    const { handle, attempts, told } = matcher(plainJail({ logGroupPrefixes: ['/aws/lambda/'] }));
    for (const stack of ['cloudjail', 'another', 'cloudjail']) {
      await handle(delivery(`/aws/lambda/cloudjail/${stack}/matcher`, ['a', 'b', 'c', 'd']));
    }
    expect(attempts()).toEqual([]);
    expect(told).toEqual([{ kind: 'own-logs-delivered', logGroup: '/aws/lambda/cloudjail/cloudjail/matcher' }]);
    await handle(delivery('/aws/lambda/cloudjail', ['a']));
    expect(attempts()).toHaveLength(1);
  });
});

describe('leastPrefixes', () => {
  it.each([
    [[], []],
    [
      ['/b', '/a'],
      ['/a', '/b'],
    ],
    [['/a/b', '/a', '/a/b/c'], ['/a']],
    [
      ['/a-b', '/a/b', '/a/'],
      ['/a-b', '/a/'],
    ],
    [
      ['/a.', '/a', '/a#', '/b', '/a'],
      ['/a', '/b'],
    ],
  ])('of %j is %j', (prefixes, least) => {
    const jails = prefixes.map((prefix) => ({ logGroupPrefixes: [prefix] }));
    expect(leastPrefixes([{}, ...jails])).toEqual(least);
  });
});
