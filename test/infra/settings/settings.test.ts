import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../infra/settings/settings.ts';

const ACL = 'acl-0123456789abcdef0';
const PL = 'pl-0123456789abcdef0';
const ALB = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188';
const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d-1111-2222-3333-444455556666';

describe('readSettings', () => {
  it('fills in the defaults', () => {
    const waf = { ipv4Sets: 1, ipv6Sets: 1 };
    const blocklist = { prefix: 'blocklist/', formats: ['plain'] };
    const defaults = {
      stackName: 'cloudjail',
      existingLogGroups: [],
      scope: 'REGIONAL',
      removalPolicy: 'RETAIN',
      logRetentionDays: 90,
      neverBan: [],
      onManualRemoval: 'reban',
      waf,
      blocklist,
    };
    expect(readSettings(undefined)).toEqual(defaults);
    expect(readSettings({})).toEqual(defaults);
  });

  it('takes a block from the command line, where it is text', () => {
    expect(readSettings('{"stackName": "cloudjail-eu"}')).toEqual({ ...readSettings({}), stackName: 'cloudjail-eu' });
    expect(() => readSettings('{"waf": {"action": "blok"}}')).toThrow(
      'waf.action is "blok"; allowed: "block", "count"',
    );
    expect(() => readSettings('{"waf"')).toThrow('context.cloudjail is "{\\"waf\\""; allowed: an object');
    expect(() => readSettings('[]')).toThrow('context.cloudjail is []; allowed: an object');
  });

  it('takes every setting', () => {
    const settings = {
      stackName: 'cloudjail-staging',
      existingLogGroups: ['/cloudjail/var/log/auth.log', '/cloudjail/*'],
      kmsKey: KEY,
      permissionsBoundary: 'arn:aws:iam::123456789012:policy/limits/boundary',
      configDirectory: 'examples/config',
      scope: 'CLOUDFRONT',
      removalPolicy: 'DESTROY',
      logRetentionDays: 365,
      neverBan: ['198.51.100.7', '2001:db8::/32', '10.0.0.0/255.0.0.0'],
      onManualRemoval: 'unban',
      alarmTopicArn: 'arn:aws:sns:eu-central-1:123456789012:on-call',
      criticalTopicArn: 'arn:aws:sns:eu-central-1:123456789012:pager',
      runbookUrl: 'https://wiki.example.com/cloudjail/runbook',
      tags: { team: 'edge', 'cost center': 'a/1' },
      waf: {
        ipv4Sets: 3,
        ipv6Sets: 50,
        ruleGroup: true,
        action: 'block',
        responseCode: 429,
        forwardedIp: { header: 'X-Real-IP', position: 'ANY', fallback: 'MATCH' },
        webAcl: { attach: [ALB] },
      },
      networkAcls: { ids: [ACL, 'acl-01234567'], firstRule: 32_729, capacity: 38, byPort: true },
      securityGroups: {
        mode: 'carve',
        prefixLists: { ipv4: PL },
        allowed: ['198.51.100.0/24', '2001:db8::/32'],
        widen: { ipv4: 24, ipv6: 48 },
      },
      prefixLists: { ipv4: 'pl-0123456789abcdef1', ipv6: 'pl-0123456789abcdef2' },
      blocklist: { bucket: 'lists-of-ours', kmsKey: KEY, prefix: 'a/b/', formats: ['nginx'] },
    };
    expect(readSettings(settings)).toEqual(settings);
  });

  it('fills in the defaults of targets', () => {
    expect(readSettings({ waf: false, networkAcls: { ids: [ACL] }, blocklist: {} })).toMatchObject({
      waf: false,
      networkAcls: { firstRule: 1, capacity: 18, byPort: false },
      blocklist: { prefix: 'blocklist/', formats: ['plain', 'nftables', 'ipset', 'hosts.deny', 'nginx'] },
    });
    expect(readSettings({ blocklist: false }).blocklist).toBe(false);
    expect(readSettings({ securityGroups: { mode: 'carve', prefixLists: { ipv6: PL } } }).securityGroups).toEqual({
      mode: 'carve',
      prefixLists: { ipv6: PL },
      allowed: [],
      widen: {},
    });
  });

  it.each([
    [{ scope: 'regional' }, 'cdk.json: context.cloudjail.scope is "regional"; allowed: "REGIONAL" or "CLOUDFRONT"'],
    [{ removalPolicy: true }, 'cdk.json: context.cloudjail.removalPolicy is true; allowed: "RETAIN" or "DESTROY"'],
    [{ logRetentionDays: 42 }, 'cdk.json: context.cloudjail.logRetentionDays is 42; allowed: one of 1, 3, 5, 7, 14'],
    [{ configDirectory: '' }, 'cdk.json: context.cloudjail.configDirectory is ""; allowed: the path of a directory'],
    [
      { neverBan: ['198.51.100.7', '198.51.100.0/33'] },
      'cdk.json: context.cloudjail.neverBan is ["198.51.100.7","198.51.100.0/33"]; allowed: a list of addresses and ranges',
    ],
    [{ neverBan: '198.51.100.7' }, 'cdk.json: context.cloudjail.neverBan is "198.51.100.7"; allowed: a list'],
    [
      { scoop: 'REGIONAL' },
      'cdk.json: context.cloudjail.scoop is not a setting; allowed: stackName, configDirectory, scope, removalPolicy, logRetentionDays, existingLogGroups',
    ],
    [{ stackName: '1st' }, 'stackName is "1st"; allowed: up to 100 letters, digits and hyphens, a letter first'],
    [{ stackName: 'my_stack' }, 'stackName is "my_stack"; allowed'],
    [{ stackName: 'a'.repeat(101) }, 'allowed: up to 100 letters'],
    [{ existingLogGroups: ['/var/log'] }, 'existingLogGroups is ["/var/log"]; allowed: a list of log groups such as'],
    [{ existingLogGroups: ['/cloudjail/*/x'] }, 'existingLogGroups is ["/cloudjail/*/x"]; allowed'],
    [{ kmsKey: 'alias/ours' }, 'kmsKey is "alias/ours"; allowed: the ARN of a symmetric KMS key'],
    [{ permissionsBoundary: 'boundary' }, 'permissionsBoundary is "boundary"; allowed: the ARN of a managed policy'],
    [{ onManualRemoval: 'ask' }, 'onManualRemoval is "ask"; allowed: "reban" or "unban"'],
    [{ alarmTopicArn: 'on-call' }, 'alarmTopicArn is "on-call"; allowed: the ARN of a standard SNS topic'],
    [{ criticalTopicArn: 'pager' }, 'criticalTopicArn is "pager"; allowed: the ARN of a standard SNS topic'],
    [{ runbookUrl: 'wiki/runbook' }, 'runbookUrl is "wiki/runbook"; allowed: the address of a page, without #'],
    [{ runbookUrl: 'https://wiki/#top' }, 'runbookUrl is "https://wiki/#top"; allowed: the address of a page'],
    [{ waf: true }, 'waf is true; allowed: false for no IP sets, or an object with any of ipv4Sets, ipv6Sets'],
    [{ waf: { ipv4Sets: 0 } }, 'waf.ipv4Sets is 0; allowed: a number of IP sets from 1 to 50'],
    [
      { waf: { ipv4: 2 } },
      'waf.ipv4 is not a setting; allowed: ipv4Sets, ipv6Sets, ruleGroup, action, responseCode, forwardedIp, webAcl',
    ],
    [{ waf: { action: 'deny' } }, 'waf.action is "deny"; allowed: "block", "count", "captcha", "challenge"'],
    [
      { waf: { responseCode: 418 } },
      'waf.responseCode is 418; allowed: a status code for blocked requests, one of 200',
    ],
    [{ waf: { ruleGroup: 1 } }, 'waf.ruleGroup is 1; allowed: true, or false for IP sets that you reference in rules'],
    [{ waf: { forwardedIp: true } }, 'waf.forwardedIp is true; allowed: an object with position and any of header'],
    [
      { waf: { forwardedIp: {} } },
      'waf.forwardedIp.position is undefined; allowed: "LAST" (the nearest proxy wrote it)',
    ],
    [
      { waf: { forwardedIp: { position: 'ANY', header: 'X Forwarded' } } },
      'waf.forwardedIp.header is "X Forwarded"; allowed: the name of a header such as "X-Forwarded-For"',
    ],
    [
      { waf: { forwardedIp: { position: 'ANY', fallback: 'BLOCK' } } },
      'waf.forwardedIp.fallback is "BLOCK"; allowed: "NO_MATCH" or "MATCH"',
    ],
    [{ waf: { webAcl: true } }, 'waf.webAcl is true; allowed: an object with attach, or {}'],
    [{ waf: { webAcl: { attach: ALB } } }, `waf.webAcl.attach is "${ALB}"; allowed: a list of different ARNs`],
    [{ networkAcls: {} }, 'networkAcls.ids is undefined; allowed: a list of different ids of network ACLs'],
    [{ networkAcls: [ACL] }, 'networkAcls is ["acl-0123456789abcdef0"]; allowed: an object with ids and any of'],
    [{ networkAcls: { ids: [] } }, 'networkAcls.ids is []; allowed: a list'],
    [{ networkAcls: { ids: [ACL, ACL] } }, 'allowed: a list of different ids'],
    [
      { networkAcls: { ids: ['sg-0123456789abcdef0'] } },
      'networkAcls.ids is ["sg-0123456789abcdef0"]; allowed: a list of different ids of network ACLs, such as "acl-0123456789abcdef0"',
    ],
    [
      { networkAcls: { ids: [ACL], capacity: 39 } },
      'networkAcls.capacity is 39; allowed: a number of rules from 1 to 38',
    ],
    [
      { networkAcls: { ids: [ACL], firstRule: 32_750 } },
      'networkAcls.firstRule is 32750; allowed: the first of capacity rule numbers that lie in 1 to 32766',
    ],
    [
      { networkAcls: { ids: [ACL], rules: 1 } },
      'networkAcls.rules is not a setting; allowed: ids, firstRule, capacity',
    ],
    [{ securityGroups: { mode: 'deny' } }, 'securityGroups.mode is "deny"; allowed: "revoke" or "carve"'],
    [{ securityGroups: { mode: 'revoke', ids: ['sg-1'] } }, 'securityGroups.ids is ["sg-1"]; allowed: a list of'],
    [
      { securityGroups: { mode: 'carve', prefixLists: {} } },
      'securityGroups.prefixLists is {}; allowed: an object with ipv4, ipv6 or both',
    ],
    [
      { securityGroups: { mode: 'carve', prefixLists: { ipv4: PL }, widen: { ipv4: 8 } } },
      'securityGroups.widen.ipv4 is 8; allowed: a prefix length from 16 to 32',
    ],
    [{ prefixLists: { ipv4: 'pl-x' } }, 'prefixLists.ipv4 is "pl-x"; allowed: the id of a prefix list'],
    [{ prefixLists: { ipv4: PL, ipv6: PL } }, 'each the id of another customer-managed prefix list'],
    [{ blocklist: { bucket: 'Ours' } }, 'blocklist.bucket is "Ours"; allowed: the name of a bucket you have'],
    [{ blocklist: { kmsKey: KEY } }, 'blocklist.kmsKey is "arn:'],
    [{ blocklist: { prefix: 'lists' } }, 'blocklist.prefix is "lists"; allowed: the prefix of the keys, ending in a'],
    [{ blocklist: { formats: ['csv'] } }, 'blocklist.formats is ["csv"]; allowed: a list of plain, nftables, ipset'],
    [
      { prefixLists: { ipv4: PL }, securityGroups: { mode: 'carve', prefixLists: { ipv4: PL } } },
      'prefixLists and securityGroups.prefixLists both name pl-0123456789abcdef0; allowed: a list of its own',
    ],
    ['REGIONAL', 'cdk.json: context.cloudjail is "REGIONAL"; allowed: an object with any of stackName'],
    [[], 'cdk.json: context.cloudjail is []; allowed: an object'],
    [null, 'cdk.json: context.cloudjail is null; allowed: an object'],
  ])('reports the mistake in %j and the allowed values', (context, message) => {
    expect(() => readSettings(context)).toThrow(message);
  });

  it('reports every mistake at once', () => {
    expect(() => readSettings({ scope: 1, removalPolicy: 2 })).toThrow(/scope is 1.*\n.*removalPolicy is 2/);
  });
});
