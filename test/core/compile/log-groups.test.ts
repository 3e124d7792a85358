import { describe, expect, it } from 'vitest';
import { logGroups } from '../../../core/compile/log-groups.ts';
import type { Jail } from '../../../core/config/jail.ts';

function jail(loggroup: readonly string[], logpath: readonly string[]): Jail {
  const located = (value: string) => ({ value, at: { file: 'jail.local', line: 3, column: 1, length: value.length } });
  return { name: 'web', loggroup: loggroup.map(located), logpath: logpath.map(located) } as unknown as Jail;
}

describe('logGroups', () => {
  it('maps a path to a log group below /cloudjail, and reports nothing', () => {
    expect(logGroups(jail([], ['/var/log/auth.log', '/var/log/secure tail', '/var/log/auth.log']))).toEqual({
      names: ['/cloudjail/var/log/auth.log', '/cloudjail/var/log/secure'],
      prefixes: [],
      diagnostics: [],
    });
  });

  it('takes the log groups that are named, and then no path', () => {
    expect(logGroups(jail(['/aws/lambda/x', 'plain'], ['/var/log/auth.log'])).names).toEqual([
      '/aws/lambda/x',
      'plain',
    ]);
  });

  it('reports which log group a path with wildcards has', () => {
    const { names, diagnostics } = logGroups(jail([], ['/var/log/apache*/*error.log']));
    expect(names).toEqual(['/cloudjail/var/log/apache/error.log']);
    expect(diagnostics).toMatchObject([{ code: 'LOG_PATH_WILDCARD', severity: 'info', at: { line: 3 } }]);
    expect(diagnostics[0]?.message).toContain('/cloudjail/var/log/apache/error.log');
  });

  it('replaces what CloudWatch does not take in a name', () => {
    const { names, diagnostics } = logGroups(jail([], ['/srv/my logs/ö.log']));
    expect(names).toEqual(['/cloudjail/srv/my_logs/_.log']);
    expect(diagnostics).toMatchObject([{ code: 'LOG_PATH_CHARACTERS' }]);
  });

  it('refuses a name that CloudWatch would refuse', () => {
    const { names, diagnostics } = logGroups(jail(['bad name'], []));
    expect(names).toEqual([]);
    expect(diagnostics).toMatchObject([{ code: 'LOG_GROUP_NAME', severity: 'error' }]);
  });

  it('takes a name that ends in an asterisk for a prefix', () => {
    const groups = logGroups(
      jail(['/aws/ecs/web-*', '/aws/ecs/web-1', '/aws/ecs/web-*', '/x*'], ['/var/log/auth.log']),
    );
    expect(groups).toEqual({ names: ['/aws/ecs/web-1'], prefixes: ['/aws/ecs/web-', '/x'], diagnostics: [] });
  });

  it.each(['*', '/aws/*/web', '/aws/ecs/web-**', '/aws/ecs/web-?'])('takes no asterisk elsewhere: %s', (name) => {
    const { names, prefixes, diagnostics } = logGroups(jail([name], []));
    expect([...names, ...prefixes]).toEqual([]);
    expect(diagnostics).toMatchObject([
      { code: 'LOG_GROUP_NAME', help: expect.stringContaining('asterisk behind it') },
    ]);
  });

  it('refuses a jail without any log', () => {
    expect(logGroups(jail([], [])).diagnostics).toMatchObject([{ code: 'JAIL_WITHOUT_LOGS', severity: 'error' }]);
  });
});
