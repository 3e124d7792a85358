import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { matchingJail } from '../../../core/intake/matching-jail.ts';
import { matcherHandler } from '../../../lambdas/matcher/handler.ts';
import { redrivenEvents, UnreadableFailureError } from '../../../lambdas/shared/redriven-events.ts';
import { intakeSystem } from '../../support/intake-system.ts';
import { plainJail } from '../../support/plain-jail.ts';

const logEvents = [1, 2, 3].map((i) => ({ id: `e${i}`, timestamp: 1_000_000 + i, message: 'no 9.0.0.1' }));
const payload = { messageType: 'DATA_MESSAGE', owner: '123456789012', logGroup: '/log', logStream: 'i-1', logEvents };
const event = { awslogs: { data: gzipSync(JSON.stringify(payload)).toString('base64') } };

/**
 * What Lambda writes down of an asynchronous invocation that failed for good
 * (invocation-async-retain-records).
 */
const failure = {
  version: '1.0',
  timestamp: '2026-11-14T12:00:00.000Z',
  requestContext: {
    requestId: 'e4b46cbf-b738-xmpl-8880-a18cdf61200e',
    functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:matcher:$LATEST',
    condition: 'RetriesExhausted',
    approximateInvokeCount: 3,
  },
  requestPayload: event,
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  responsePayload: { errorMessage: 'Rate exceeded' },
};

/** How Lambda hands on messages of a queue (with-sqs). */
const fromQueue = (...bodies: readonly string[]) => receivedFromQueue(1, ...bodies);

const receivedFromQueue = (times: number, ...bodies: readonly string[]) => ({
  Records: bodies.map((body, i) => ({
    messageId: `m${i}`,
    receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a…',
    body,
    attributes: { ApproximateReceiveCount: String(times) },
    messageAttributes: {},
    md5OfBody: 'e4e68fb7bd0e697a0ae8f1bb342846b3',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:failed-batches',
    awsRegion: 'us-east-1',
  })),
});

describe('redrivenEvents', () => {
  it('takes the events out of the messages, and nothing else for messages', () => {
    expect(redrivenEvents(fromQueue(JSON.stringify(failure), JSON.stringify(failure)))).toEqual([
      { event, received: 1 },
      { event, received: 1 },
    ]);
    for (const other of [event, failure, undefined, 'x', { Records: [{ eventSource: 'aws:s3' }] }]) {
      expect(redrivenEvents(other)).toBeUndefined();
    }
  });

  it.each([
    ['without the event, which was too long', JSON.stringify({ ...failure, requestPayload: undefined })],
    ['that another sender sent', 'hello'],
    ['of null', 'null'],
  ])('throws for a message %s', (_name, body) => {
    expect(() => redrivenEvents(fromQueue(body))).toThrow(UnreadableFailureError);
    expect(() => redrivenEvents(fromQueue(body))).toThrow('message m0 has no requestPayload');
  });
});

describe('the matcher', () => {
  it('matches a redriven batch as it would have before, and counts nothing twice', async () => {
    const jails = [plainJail({ maxretry: 3 })];
    const { ports, attempts, bans } = intakeSystem(jails);
    const clock = { now: () => 1_010, sleep: async () => undefined };
    const handle = matcherHandler(jails.map(matchingJail), { ...ports, clock });
    await handle(fromQueue(JSON.stringify(failure)));
    expect(attempts()).toHaveLength(3);
    expect(bans()).toHaveLength(1);
    await handle(event);
    await handle(fromQueue(JSON.stringify(failure)));
    expect(attempts()).toHaveLength(3);
    expect(bans()).toHaveLength(1);
  });

  it('gives up an id that can not be counted once its delivery was received five times, and reports it', async () => {
    const jails = [plainJail({ maxretry: 3 })];
    const { ports, told } = intakeSystem(jails);
    const add = () => Promise.reject(new Error('Item size has exceeded the maximum allowed size'));
    const clock = { now: () => 1_010, sleep: async () => undefined };
    const handle = matcherHandler(jails.map(matchingJail), { ...ports, clock, attempts: { ...ports.attempts, add } });
    for (const times of [1, 2, 3, 4]) {
      await expect(handle(receivedFromQueue(times, JSON.stringify(failure)))).rejects.toThrow('Item size');
    }
    expect(told).toEqual([]);
    await handle(receivedFromQueue(5, JSON.stringify(failure)));
    expect(told.filter(({ kind }) => kind === 'attempts-given-up')).toEqual([
      {
        kind: 'attempts-given-up',
        jail: 'test',
        id: '9.0.0.1',
        attempts: 3,
        reason: 'Item size has exceeded the maximum allowed size',
      },
    ]);
  });
});
