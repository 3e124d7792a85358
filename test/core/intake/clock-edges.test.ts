import { describe, expect, it } from 'vitest';
import type { LogEvent } from '../../../core/intake/log-batch.ts';
import type { CompiledMatch } from '../../../core/records/compiled-jail.ts';
import { intakeSystem } from '../../support/intake-system.ts';
import { plainJail } from '../../support/plain-jail.ts';
import { compileDefinition } from '../match/text-config.ts';

const utc = (iso: string): number => Date.parse(`${iso}Z`) / 1000;
const T = utc('2026-11-21T12:00:00');

let events = 0;
const at = (time: number, date = ''): LogEvent => ({
  id: `event ${events++}`,
  timestampMs: time * 1000,
  message: `${date} no 9.0.0.1`.trimStart(),
});

const DATED = compileDefinition('failregex = ^\\s*no <ADDR>$\n');
const WINTER = compileDefinition('failregex = ^\\s*no <ADDR>$\n', 'logtimezone = UTC+0100\n');
const RULES = { maxretry: 2, findtime: 100, bantime: 150 };

/** Times of the bans that a batch leads to. */
async function bansOf(batch: readonly LogEvent[], match: CompiledMatch = DATED, rules = RULES) {
  const made = intakeSystem([plainJail({ ...rules, match })]);
  await made.feed(batch);
  return made.bans().map((ban) => Number(ban.split(' ')[2]));
}

/** Epoch seconds at which a line with this date, of an event of this time, is an attempt. */
async function timeOf(date: string, eventTime: number, match = DATED) {
  return (await bansOf([at(eventTime, date)], match, { ...RULES, maxretry: 1 }))[0];
}

describe('a window is half open, (t - findtime, t] (jail.conf(5): findtime)', () => {
  it.each([
    { gap: RULES.findtime - 1, bans: [T + RULES.findtime - 1] },
    { gap: RULES.findtime, bans: [] },
    { gap: RULES.findtime + 1, bans: [] },
  ])('two attempts $gap s apart make $bans.length bans', async ({ gap, bans }) => {
    expect(await bansOf([at(T), at(T + gap)])).toEqual(bans);
  });

  it('reckons in whole seconds, as fail2ban does with dates', async () => {
    expect(await bansOf([at(T + 0.9), at(T + 100.1)])).toEqual([]);
    expect(await bansOf([at(T + 0.1), at(T + 99.9)])).toEqual([T + 99]);
  });
});

describe("a ban's last second is banned: unban comes strictly after it (fail2ban/server/banmanager.py: unBanList)", () => {
  it.each([
    { what: 'at the end do not count', from: RULES.bantime, bans: [T] },
    { what: 'a second later do', from: RULES.bantime + 1, bans: [T, T + RULES.bantime + 1] },
  ])('attempts $what', async ({ from, bans }) => {
    expect(await bansOf([at(T), at(T), at(T + from), at(T + from)])).toEqual(bans);
  });

  it('is so too when the batches come apart and the ban is known', async () => {
    for (const [from, bans] of [
      [RULES.bantime, 1],
      [RULES.bantime + 1, 2],
    ] as const) {
      const made = intakeSystem([plainJail({ ...RULES, match: DATED })]);
      await made.feed([at(T), at(T)]);
      await made.feed([at(T + from), at(T + from)]);
      expect(made.bans()).toHaveLength(bans);
    }
  });
});

describe('a log in local time with the zone of winter configured (jail.conf(5): logtimezone)', () => {
  it.each([
    { what: 'in winter has its dates', date: '2026-03-29 01:59:50', event: '00:59:55', time: '00:59:50' },
    {
      what: 'in summer, an hour off, has the times of its events',
      date: '2026-03-29 03:00:10',
      event: '01:00:12',
      time: '01:00:12',
    },
  ])('$what', async ({ date, event, time }) => {
    expect(await timeOf(date, utc(`2026-03-29T${event}`), WINTER)).toBe(utc(`2026-03-29T${time}`));
  });

  it('has two attempts 20 s apart on either side of the change in one window', async () => {
    const change = utc('2026-03-29T01:00:00');
    const batch = [at(change - 10, '2026-03-29 01:59:50'), at(change + 10, '2026-03-29 03:00:10')];
    expect(await bansOf(batch, WINTER)).toEqual([change + 10]);
  });

  it('has two attempts of one wall-clock time, an hour apart, in two windows', async () => {
    const first = utc('2026-10-25T00:30:00');
    const batch = [at(first, '2026-10-25 02:30:00'), at(first + 3600, '2026-10-25 02:30:00')];
    expect(await bansOf(batch, WINTER)).toEqual([]);
    expect(await bansOf(batch, WINTER, { ...RULES, findtime: 3601 })).toEqual([first + 3600]);
  });
});

describe("the line's date counts within 60 s of the event's time, else the event's (fail2ban/server/filter.py: processLineAndAdd)", () => {
  it.each([
    { what: 'a date 60 s behind', date: '2026-11-21 11:59:00', time: T - 60 },
    { what: 'a date 61 s behind', date: '2026-11-21 11:58:59', time: T },
    { what: 'a date 60 s ahead', date: '2026-11-21 12:01:00', time: T + 60 },
    { what: 'a date 61 s ahead', date: '2026-11-21 12:01:01', time: T },
    { what: 'a date a day ahead', date: '2026-11-22 12:00:00', time: T },
    { what: 'a date years ahead', date: '2028-01-01 00:00:00', time: T },
    { what: 'a date that does not exist', date: '2026-02-30 12:00:00', time: T },
    { what: 'no date', date: '', time: T },
  ])('$what', async ({ date, time }) => {
    expect(await timeOf(date, T)).toBe(time);
  });
});

describe('a date without a year is of the year that brings it near (fail2ban/server/strptime.py: reGroupDictStrptime)', () => {
  const newYear = utc('2027-01-01T00:00:00');
  it.each([
    {
      what: 'the last seconds of the old year, delivered in the new',
      date: 'Dec 31 23:59:58',
      event: newYear + 5,
      time: newYear - 2,
    },
    { what: 'the first seconds of the new year', date: 'Jan  1 00:00:03', event: newYear + 5, time: newYear + 3 },
    {
      what: 'the last day of February of a leap year',
      date: 'Feb 29 08:00:00',
      event: utc('2028-02-29T08:00:01'),
      time: utc('2028-02-29T08:00:00'),
    },
  ])('$what', async ({ date, event, time }) => {
    expect(await timeOf(date, event)).toBe(time);
  });

  it('a line dated by a clock that is ahead, in the new year already, is of the time of its event or of its date', async () => {
    const found = (await timeOf('Jan  1 00:00:02', newYear - 1)) ?? 0;
    expect(Math.abs(found - newYear)).toBeLessThanOrEqual(2);
  });

  it('attempts on both sides of midnight are in one window', async () => {
    const batch = [at(newYear - 1, 'Dec 31 23:59:59'), at(newYear + 1, 'Jan  1 00:00:01')];
    expect(await bansOf(batch)).toEqual([newYear + 1]);
  });
});

describe('an event delivered late counts when it happened (a ban begins with its last attempt: fail2ban/server/banmanager.py)', () => {
  const HOUR = 3600;

  it('so a ban that outlasts the delay ends on time', async () => {
    const made = intakeSystem([plainJail({ ...RULES, bantime: 2 * HOUR, match: DATED })]);
    await made.feed([at(T), at(T + 1)], {}, HOUR);
    expect(await made.ports.bans.read({ jail: 'test', id: '9.0.0.1' })).toMatchObject({
      state: 'active',
      bannedAt: T + 1,
      expiresAt: T + 1 + 2 * HOUR,
    });
  });

  it('and one that would be over is recorded and not made', async () => {
    const made = intakeSystem([plainJail({ ...RULES, match: DATED })]);
    await made.feed([at(T), at(T + 1)], {}, HOUR);
    expect(made.told.map((event) => event.kind)).toContain('ban-missed');
    expect(await made.ports.bans.read({ jail: 'test', id: '9.0.0.1' })).toMatchObject({
      state: 'lifted',
      bannedAt: T + 1,
    });
  });

  it('and attempts delivered in two parts, an hour between, make the ban of one delivery', async () => {
    const made = intakeSystem([plainJail({ ...RULES, bantime: 2 * HOUR, match: DATED })]);
    await made.feed([at(T)]);
    await made.feed([at(T + 1)], {}, HOUR);
    expect(made.bans()).toEqual([`test 9.0.0.1 ${T + 1}`]);
  });
});

describe('timestamps out of order in a batch', () => {
  it('come to the bans of the ordered batch: attempts are a set', async () => {
    const times = [T, T + 30, T + 60, T + 300, T + 310];
    const ordered = await bansOf(
      times.map((time) => at(time)),
      DATED,
      { ...RULES, maxretry: 2 },
    );
    expect(ordered).toEqual([T + 30, T + 310]);
    for (const order of [
      [4, 3, 2, 1, 0],
      [2, 4, 0, 3, 1],
      [1, 0, 4, 2, 3],
    ]) {
      expect(await bansOf(order.map((i) => at(times[i] ?? 0)))).toEqual(ordered);
    }
  });
});
