import { expect, it } from 'vitest';
import { metricsPage } from '../../docs/generator/metrics-page.ts';
import { everythingEmitted, loggedFields } from '../infra/emitted-metrics.ts';

const PAGE = metricsPage();

it('has every metric and every message that is written, and no other', () => {
  const [metrics = '', messages = ''] = PAGE.split('## Log messages');
  const listed = [...metrics.matchAll(/^\| `(\w+)`(?: by ([^|†]+))?/gm)].map(([, name, by]) =>
    [name, ...(by?.match(/\w+/g) ?? [])].join(),
  );
  const emitted = [...everythingEmitted()].map((metric) => {
    const [, name, dimensions = ''] = /^\S+ (\S+) \[(.*)\]$/.exec(metric) ?? [];
    return [name, ...dimensions.split(',').filter((one) => !one.startsWith('service='))].join();
  });
  expect([...new Set(listed)].sort()).toEqual([...new Set(emitted)].sort());
  const named = [...messages.matchAll(/^\| `([^`]+)`/gm)].map(([, message]) => message);
  expect([...new Set(named)].sort()).toEqual([...loggedFields().messages].sort());
});
