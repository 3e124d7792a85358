import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dnsNameLookup } from '../../aws/dns-name-lookup.ts';
import { type DnsServer, startDnsServer } from '../support/dns-server.ts';

let server: DnsServer;
const NAME = 'home.example.net';

beforeEach(async () => {
  server = await startDnsServer();
});
afterEach(() => server.close());

const lookUp = () => dnsNameLookup([server.address], 100).lookUp(NAME);

describe('a name by DNS', () => {
  it('is the addresses of both families', async () => {
    server.reply(NAME, 'A', ['9.0.0.1', '9.0.0.2']);
    server.reply(NAME, 'AAAA', ['2600:1f18::7']);
    const { addresses, failure } = await lookUp();
    expect([...addresses].sort()).toEqual(['2600:1f18::7', '9.0.0.1', '9.0.0.2']);
    expect(failure).toBeUndefined();
  });

  it('may be in one family only', async () => {
    server.reply(NAME, 'A', ['9.0.0.1']);
    server.reply(NAME, 'AAAA', []);
    expect(await lookUp()).toEqual({ addresses: ['9.0.0.1'], failure: undefined });
  });

  it('that does not exist has no addresses, which is an answer', async () => {
    expect(await lookUp()).toEqual({ addresses: [], failure: undefined });
  });

  it('has no answer when the server fails or is silent', async () => {
    for (const reply of ['server failure', 'silence'] as const) {
      server.reply(NAME, 'A', reply);
      server.reply(NAME, 'AAAA', reply);
      expect(await lookUp()).toEqual({
        addresses: [],
        failure: expect.stringMatching(reply === 'silence' ? 'ETIMEOUT' : 'ESERVFAIL'),
      });
    }
  });

  it('has part of an answer when one family fails', async () => {
    server.reply(NAME, 'A', ['9.0.0.1']);
    server.reply(NAME, 'AAAA', 'server failure');
    expect(await lookUp()).toEqual({ addresses: ['9.0.0.1'], failure: 'ESERVFAIL' });
  });

  it('is asked for anew each time, so that nothing outlives an answer here', async () => {
    server.reply(NAME, 'A', ['9.0.0.1']);
    const names = dnsNameLookup([server.address], 100);
    await names.lookUp(NAME);
    server.reply(NAME, 'A', ['9.0.0.9']);
    expect((await names.lookUp(NAME)).addresses).toEqual(['9.0.0.9']);
    expect(server.questions).toContain(`A ${NAME}`);
  });
});
