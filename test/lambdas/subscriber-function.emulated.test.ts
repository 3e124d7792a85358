import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSubscriber } from '../../core/subscriptions/subscriptions.ts';
import { subscriberHandler } from '../../lambdas/subscriber/handler.ts';
import type { HttpReply, HttpRequest, LoopbackServer } from '../../local/emulators/loopback-server.ts';
import { startLoopbackServer } from '../../local/emulators/loopback-server.ts';
import { memoryBackfillStore } from '../memory/memory-backfill-store.ts';
import { memorySubscriptionReportStore } from '../memory/memory-subscription-report-store.ts';
import { type EmulatedSubscriptions, startEmulatedSubscriptions } from '../support/emulated-subscriptions.ts';
import { plainJail } from '../support/plain-jail.ts';

const DESTINATION = 'arn:aws:lambda:us-east-1:123456789012:function:matcher';
const OURS = 'cloudjail-subscriber';
const PREFIX = '/ecs/web-';
const MINUTES = 60_000;

let emulated: EmulatedSubscriptions;
let cloudFormation: LoopbackServer;
let answers: { readonly request: HttpRequest; readonly body: Readonly<Record<string, unknown>> }[] = [];
let reply: (request: HttpRequest) => HttpReply;

const taken = (): HttpReply => ({ kind: 'reply', status: 200, headers: {}, body: '' });

beforeAll(async () => {
  emulated = await startEmulatedSubscriptions();
  cloudFormation = await startLoopbackServer(
    async (request) => {
      answers.push({ request, body: JSON.parse(request.body.toString('utf8')) });
      return reply(request);
    },
    { maxBodyBytes: 4_096 },
  );
});

afterAll(async () => {
  await emulated.close();
  await cloudFormation.close();
});

beforeEach(() => {
  answers = [];
  reply = taken;
  for (const i of [1, 2, 3]) emulated.logs.groups.create(`${PREFIX}${i}`);
});

afterEach(() => {
  emulated.logs.faults.clear();
  for (const { name } of emulated.logs.groups.list('us-east-1')) emulated.logs.groups.remove(name);
});

function subscriberFunction(prefixes: readonly string[] = [PREFIX]) {
  const subscriber = createSubscriber(
    { filterName: OURS, destination: DESTINATION, jails: [plainJail({ logGroupPrefixes: prefixes })] },
    {
      ...emulated,
      reports: memorySubscriptionReportStore(),
      backfills: memoryBackfillStore(),
      telemetry: { emit: () => undefined },
    },
  );
  const handler = subscriberHandler(subscriber, OURS, emulated.clock);
  return (event: unknown, remaining = 15 * MINUTES) => handler(event, { getRemainingTimeInMillis: () => remaining });
}

/** As CloudFormation sends it (User Guide: Custom resource request objects). */
function request(type: 'Create' | 'Update' | 'Delete', more: object = {}) {
  return {
    RequestType: type,
    ServiceToken: 'arn:aws:lambda:us-east-1:123456789012:function:subscriber',
    ResponseURL: `${cloudFormation.endpoint}/arn%3Aaws%3Acloudformation/stack?X-Amz-Signature=1f2e`,
    StackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/cloudjail/5b918d10-cd7e-11ea-90d5-0a9cd3354c10',
    RequestId: '4d32d4a1-2f6d-4d54-8f7a-0e0b7b6b0d57',
    LogicalResourceId: 'CloudjailSubscriberPrefixecsweb',
    ResourceType: 'Custom::SubscribedLogGroups',
    ResourceProperties: {
      ServiceToken: 'arn:aws:lambda:us-east-1:123456789012:function:subscriber',
      LogGroupPrefix: PREFIX,
      Jails: '0a1b2c3d',
    },
    ...(type === 'Create' ? {} : { PhysicalResourceId: 'cloudjail-subscriber /ecs/web-' }),
    ...(type === 'Update' ? { OldResourceProperties: { LogGroupPrefix: PREFIX, Jails: '4e5f6a7b' } } : {}),
    ...more,
  };
}

const subscribed = () =>
  emulated.logs.groups
    .list('us-east-1')
    .flatMap(({ name }) => emulated.logs.subscriptions.of(name).map(({ filterName }) => `${name} ${filterName}`));

const ALL = [1, 2, 3].map((i) => `${PREFIX}${i} ${OURS}`);

describe('the subscriber function', { timeout: 30_000 }, () => {
  it('subscribes to what it finds at each scheduled run, and answers no one', async () => {
    await subscriberFunction()({ 'detail-type': 'Scheduled Event' });
    expect(subscribed()).toEqual(ALL);
    expect(answers).toEqual([]);
  });

  it('makes the filters when CloudFormation makes the prefix, and takes them away when it deletes it', async () => {
    const handle = subscriberFunction();
    await handle(request('Create'));
    expect(subscribed()).toEqual(ALL);
    emulated.logs.subscriptions.put(`${PREFIX}1`, { filterName: 'audit', filterPattern: '', destinationArn: 'arn:…' });
    await handle(request('Delete'));
    expect(subscribed()).toEqual([`${PREFIX}1 audit`]);
    const { StackId, RequestId, LogicalResourceId } = request('Create');
    const answer = { Status: 'SUCCESS', StackId, RequestId, LogicalResourceId };
    expect(answers.map(({ body }) => body)).toEqual([
      { ...answer, PhysicalResourceId: 'cloudjail-subscriber /ecs/web-' },
      { ...answer, PhysicalResourceId: 'cloudjail-subscriber /ecs/web-' },
    ]);
    for (const { request: sent } of answers) {
      expect(sent).toMatchObject({ method: 'PUT', url: expect.stringContaining('X-Amz-Signature=1f2e') });
      // The URL is signed for a request without one.
      expect(sent.headers['content-type']).toBe('');
    }
  });

  it('keeps the id that CloudFormation knows, so that it takes an update for one', async () => {
    await subscriberFunction()(request('Update', { PhysicalResourceId: 'given before' }));
    expect(answers[0]?.body).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'given before' });
    expect(subscribed()).toEqual(ALL);
  });

  it('keeps what another prefix still takes in when one goes', async () => {
    await subscriberFunction()(request('Create'));
    await subscriberFunction([`${PREFIX}1`])(request('Delete'));
    expect(subscribed()).toEqual([`${PREFIX}1 ${OURS}`]);
  });

  it('gets over what fails for a while', async () => {
    const { faults } = emulated.logs;
    faults.inject({ operation: 'DescribeLogGroups', fault: { kind: 'internal-error' }, times: 2 });
    await subscriberFunction()(request('Create'));
    expect(subscribed()).toEqual(ALL);
    faults.inject({ operation: 'DeleteSubscriptionFilter', fault: { kind: 'throttle' } });
    faults.inject({ operation: 'DeleteSubscriptionFilter', fault: { kind: 'conflict' }, from: 3 });
    await subscriberFunction()(request('Delete'));
    expect(subscribed()).toEqual([]);
    expect(answers.map(({ body }) => body['Status'])).toEqual(['SUCCESS', 'SUCCESS']);
  });

  it('reports why it could not, so that the stack does not wait', async () => {
    const fault = { kind: 'internal-error' } as const;
    emulated.logs.faults.inject({ operation: 'DescribeLogGroups', fault, times: Number.POSITIVE_INFINITY });
    await subscriberFunction()(request('Create'));
    await subscriberFunction()(request('Delete'));
    await subscriberFunction()(request('Create', { ResourceProperties: {} }));
    expect(answers.map(({ body }) => body)).toMatchObject([
      { Status: 'FAILED', Reason: expect.stringContaining('Service Unavailable'), PhysicalResourceId: /./ },
      { Status: 'FAILED', Reason: expect.stringContaining('Service Unavailable') },
      { Status: 'FAILED', Reason: 'no LogGroupPrefix' },
    ]);
  });

  it('does not hold up a deployment for log groups it can not get to, but does hold up a deletion', async () => {
    for (let i = 4; i < 1_000; i++) emulated.logs.groups.create(`${PREFIX}${i}`);
    const start = emulated.clock.now();
    await subscriberFunction()(request('Create'));
    expect(emulated.clock.now() - start).toBeLessThan(5 * 60);
    expect(answers[0]?.body).toMatchObject({ Status: 'SUCCESS' });
    const made = subscribed().length;
    expect(made).toBeGreaterThan(400);
    await subscriberFunction()(request('Delete'), 2 * MINUTES);
    expect(answers[1]?.body).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/^\d+ log groups still have the filter cloudjail-subscriber/),
    });
    await subscriberFunction()(request('Delete'), 15 * MINUTES);
    expect(answers[2]?.body).toMatchObject({ Status: 'SUCCESS' });
    expect(subscribed()).toEqual([]);
  });

  it('answers again when the answer was not taken, and fails when it never is, without showing the URL', async () => {
    let calls = 0;
    reply = () => (++calls < 3 ? { kind: 'dropped' } : taken());
    await subscriberFunction()(request('Create'));
    expect(answers).toHaveLength(3);
    reply = () => ({ kind: 'reply', status: 403, headers: {}, body: 'expired' });
    const failure = await subscriberFunction()(request('Delete')).catch((error: Error) => error);
    expect(String(failure)).toMatch(/did not take the answer: HTTP 403$/);
    expect(answers).toHaveLength(7);
  });

  it('keeps a long reason within what CloudFormation takes', async () => {
    const error = Object.assign(new Error('é'.repeat(20_000)), { name: 'Long' });
    const broken = { converge: () => Promise.reject(error), withdraw: () => Promise.reject(error) };
    const handler = subscriberHandler(broken, OURS, emulated.clock);
    await handler(request('Delete'), { getRemainingTimeInMillis: () => 15 * MINUTES });
    expect(answers[0]?.body).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/^Long: /) });
    expect(answers[0]?.request.body.length).toBeLessThan(4_096);
  });
});
