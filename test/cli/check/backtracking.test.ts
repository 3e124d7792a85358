import { describe, expect, it } from 'vitest';
import { vmWatch } from '../../../aws/vm-watch.ts';
import { type Analyst, recheckAnalyst, type Verdict } from '../../../cli/check/analysis.ts';
import { backtracking } from '../../../cli/check/backtracking.ts';
import type { Finding } from '../../../core/diagnostics/finding.ts';
import type { InspectedJail } from '../../../core/forgery/inspected-jail.ts';
import { oneJail } from './one-jail.ts';

const watch = vmWatch();
const recheck = recheckAnalyst();
const says = (verdict: Verdict): Analyst => ({ verdict: async () => verdict });
const sound = says({ kind: 'sound' });

async function findings(jail: InspectedJail, analyst: Analyst): Promise<readonly Finding[]> {
  const { prefregex, failregex, ignoreregex } = jail;
  const regexes = [...(prefregex ? [prefregex] : []), ...failregex, ...ignoreregex];
  const found = await Promise.all(regexes.map((regex) => backtracking(jail, regex, analyst, watch)));
  return found.flatMap((one) => one ?? []);
}

const withFailregex = (failregex: string): InspectedJail => oneJail(`failregex = ${failregex}`);

describe('a repetition of a repetition', () => {
  it.each([
    ['^\\s*gate (?:a+)+ <HOST>$'],
    ['^\\s*gate (\\w*)* <HOST>$'],
    ['^\\s*gate (?:a+b?)* <HOST>$'],
    ['^\\s*gate (?:\\w|\\d|x)+ <HOST>$'],
    ['^\\s*gate (?:(?:x|\\w+)-?)+: <HOST>$'],
    ['^\\s*gate(?:: (?:\\w+|[^(]+))* \\(bad\\) <HOST>$'],
    ['^\\s*gate(?:,(?:[a-z]*|[^: ]+))* at <HOST>$'],
  ])('is seen in %s, without an analysis', async (failregex) => {
    const [finding, ...others] = await findings(withFailregex(failregex), sound);
    expect(finding).toMatchObject({ code: 'EXPONENTIAL_BACKTRACKING', severity: 'warning' });
    expect(finding?.message).toMatch(/on '.*gate.*', then '.+' \d+ times, then '.+'$/);
    expect(finding?.help).toMatch(/^more than 200 ms for \d+ characters in a line of this log/);
    expect(others).toEqual([]);
  });

  it.each([
    ['^\\s*gate (?:a+,)+ <HOST>$'],
    ['^\\s*gate (?:\\d+)? <HOST>$'],
    ['^\\s*gate (?:a+){1,2} <HOST>$'],
    ['^\\s*gate \\w+\\s* <HOST>$'],
    ['^\\s*gate (?:\\w+ )*<HOST>$'],
    ['^\\s*gate (?>a+)+ <HOST>$'],
  ])('is not seen in %s', async (failregex) => {
    expect(await findings(withFailregex(failregex), recheck)).toEqual([]);
  });

  it.each([
    ['prefregex', 'prefregex = ^\\s*gate (?:\\w+)*: <F-CONTENT>.+</F-CONTENT>$\nfailregex = ^refused <HOST>$'],
    ['ignoreregex', 'failregex = ^\\s*gate refused <HOST>\nignoreregex = (?:\\w+)* friend$'],
  ])('is seen in %s too', async (option, definition) => {
    const [finding] = await findings(oneJail(definition), sound);
    expect(finding).toMatchObject({ code: 'EXPONENTIAL_BACKTRACKING', severity: 'warning' });
    expect(finding?.message).toContain(option);
  });

  it('is seen behind what prefregex wants', async () => {
    const definition = 'prefregex = ^\\s*gate: <F-CONTENT>.+</F-CONTENT>$\nfailregex = ^refused (?:\\w+)* at <HOST>$';
    const codes = (await findings(oneJail(definition), sound)).map(({ code, severity }) => [code, severity]);
    expect(codes).toEqual([['EXPONENTIAL_BACKTRACKING', 'warning']]);
  });

  it('is no warning where no line gets there', async () => {
    const definition = 'failregex = ^\\s*gate refused <HOST>$\nignoreregex = ^never (?:\\w+)* friend$';
    const codes = (await findings(oneJail(definition), sound)).map(({ code, severity }) => [code, severity]);
    expect(codes).toEqual([['EXPONENTIAL_BACKTRACKING', 'info']]);
  });
});

describe('what the analysis finds', () => {
  it('is reported when the clock agrees: the third power of the length', async () => {
    const jail = withFailregex('^\\s*gate .*a.*a.*a.* from <HOST>$');
    const [finding] = await findings(jail, recheck);
    expect(finding).toMatchObject({ code: 'POLYNOMIAL_BACKTRACKING', severity: 'warning' });
  });

  it('is not when it stays quick', async () => {
    const pumps = [{ prefix: 'gate ', pump: 'a', bias: 0 }];
    const analyst = says({ kind: 'suspect', attack: { exponential: true, pumps, suffix: '!' } });
    expect(await findings(withFailregex('^\\s*gate \\w+ <HOST>$'), analyst)).toEqual([]);
  });

  it('is not when it takes more lines than the jail looks at', async () => {
    const pumps = [{ prefix: 'gate ', pump: 'a\n', bias: 0 }];
    const analyst = says({ kind: 'suspect', attack: { exponential: true, pumps, suffix: '!' } });
    expect(await findings(withFailregex('^\\s*gate (?:\\W|a|\\n)+: <HOST>$'), analyst)).toEqual([]);
  });

  it('is reported as missing when it did not end', async () => {
    const analyst = says({ kind: 'unknown', reason: 'no result within 10 s' });
    const [finding] = await findings(withFailregex('^\\s*gate <HOST>$'), analyst);
    expect(finding).toMatchObject({ code: 'BACKTRACKING_UNKNOWN', severity: 'info' });
    expect(finding?.message).toContain('no result within 10 s');
  });

  it('is asked for once a regex', async () => {
    let asked = 0;
    const analyst = recheckAnalyst(async () => {
      asked++;
      return { kind: 'sound' };
    });
    const jail = withFailregex('^\\s*gate <HOST>$');
    await findings(jail, analyst);
    await findings(jail, analyst);
    expect(asked).toBe(1);
  });
});
