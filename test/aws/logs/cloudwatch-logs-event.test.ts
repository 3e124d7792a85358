import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CorruptDeliveryError, readDelivery } from '../../../aws/logs/cloudwatch-logs-event.ts';

const packed = (text: string | Uint8Array) => ({ awslogs: { data: gzipSync(text).toString('base64') } });

interface Event {
  readonly id: string;
  readonly timestamp: number;
  readonly message: string;
}

const payload = (logEvents: readonly Event[], more: object = {}) => ({
  messageType: 'DATA_MESSAGE',
  owner: '000000000000',
  logGroup: '/log',
  logStream: 'host',
  subscriptionFilters: ['f'],
  ...more,
  logEvents,
});
const event = (i: number, message: string): Event => ({ id: `3${i}`, timestamp: 1000 + i, message });

const literal = (text: string) => ({ text, ignoreCase: false, source: text });

describe('readDelivery', () => {
  it('reads the events of a delivery', () => {
    expect(readDelivery(packed(JSON.stringify(payload([event(1, 'a "quoted" ü🐟 line\n')]))))).toEqual({
      kind: 'events',
      batch: {
        logGroup: '/log',
        logStream: 'host',
        events: [{ id: '31', timestampMs: 1001, message: 'a "quoted" ü🐟 line\n' }],
        passedOver: 0,
      },
    });
  });

  it('knows a probe by its type', () => {
    const probe = payload([event(1, 'CWL CONTROL MESSAGE: Checking health of destination Lambda function.')]);
    expect(readDelivery(packed(JSON.stringify({ ...probe, messageType: 'CONTROL_MESSAGE' })))).toEqual({
      kind: 'probe',
    });
  });

  it.each([
    ['no event at all', undefined],
    ['another event', { Records: [] }],
    ['no base64', { awslogs: { data: '%%%' } }],
    ['no gzip', { awslogs: { data: Buffer.from('plain').toString('base64') } }],
    ['a cut-off gzip', { awslogs: { data: gzipSync('{"a":1}'.repeat(100)).subarray(0, 20).toString('base64') } }],
    ['no JSON', packed('not json')],
    ['JSON of another shape', packed('{"messageType":"DATA_MESSAGE"}')],
    ['events of another shape', packed(JSON.stringify({ ...payload([]), logEvents: [{ id: 1 }] }))],
    ['a gzip bomb', packed(Buffer.alloc(129 * 1024 * 1024))],
  ])('refuses %s', (_, bad) => {
    expect(() => readDelivery(bad)).toThrow(CorruptDeliveryError);
    expect(() => readDelivery(bad, () => [literal('xx')])).toThrow(CorruptDeliveryError);
  });
});

/** Texts that look like JSON, like a delivery's own text, or like what is looked for. */
const tricky = fc.constantFrom(
  'Failed',
  'fail',
  ' ',
  '{"id":"',
  '"logEvents":[',
  ']}',
  '},{"id":"7","timestamp":1,"message":"Failed"}',
  '"',
  '\\',
  '\\u0046ailed',
  '\n',
  '\t',
  '\u0000',
  'ü',
  '🐟',
  '\u2028',
  '\ud800',
  '/',
  '"extractedFields":{',
  ',',
);
const message = fc.array(fc.oneof(tricky, fc.string()), { maxLength: 6 }).map((parts) => parts.join(''));
const events = fc.array(message, { maxLength: 12 }).map((messages) => messages.map((text, i) => event(i, text)));
/** Other ways to write the same JSON, some of which only a full parse understands. */
const layouts: readonly ((value: object) => string)[] = [
  (value) => JSON.stringify(value),
  (value) => JSON.stringify(value, undefined, 1),
  (value) => JSON.stringify(value).replaceAll('/', '\\/'),
  (value) => JSON.stringify(value).replaceAll('F', '\\u0046'),
  (value) =>
    JSON.stringify(value).replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  (value) => JSON.stringify(Object.fromEntries(Object.entries(value).reverse())),
];

describe('readDelivery with a sieve', () => {
  it('leaves out only events that the sieve finds nothing in, however the JSON is written', () => {
    fc.assert(
      fc.property(
        events,
        fc.constantFrom(...layouts),
        fc.constantFrom([literal('Failed')], [literal('fail'), literal('Failed')], [literal('},{'), literal('id')], []),
        (list, write, sieve) => {
          const delivery = packed(write(payload(list)));
          const whole = readDelivery(delivery);
          const sifted = readDelivery(delivery, () => sieve);
          if (whole.kind !== 'events' || sifted.kind !== 'events') throw new Error('not events');
          const { events: kept, passedOver = 0, ...rest } = sifted.batch;
          const { events: all, passedOver: _, ...wholeRest } = whole.batch;
          expect(rest).toEqual(wholeRest);
          expect(kept.length + passedOver).toBe(all.length);
          expect(all.filter((one) => kept.some((other) => other.id === one.id))).toEqual(kept);
          for (const wanted of all.filter((one) => sieve.some(({ text }) => one.message.includes(text))))
            expect(kept).toContainEqual(wanted);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('parses everything when the sieve wants everything, or an event carries more fields', () => {
    const list = [event(1, 'a'), event(2, 'Failed')];
    const all = readDelivery(packed(JSON.stringify(payload(list))), () => undefined);
    expect(all).toMatchObject({ batch: { events: [{ id: '31' }, { id: '32' }] } });
    const more = list.map((one) => ({ ...one, extractedFields: { id: '9', user: 'Failed' } }));
    expect(readDelivery(packed(JSON.stringify(payload(more))), () => [literal('Failed')])).toEqual(all);
  });

  it('asks about the log group of the delivery', () => {
    const asked: string[] = [];
    readDelivery(packed(JSON.stringify(payload([event(1, 'a')]))), (logGroup) => {
      asked.push(logGroup);
      return undefined;
    });
    expect(asked).toEqual(['/log']);
  });
});
