import * as v from 'valibot';
import { setting } from './setting.ts';

/** IP sets per family. An account has 100 per Region unless that is raised (AWS WAF quotas). */
const MOST_IP_SETS = 50;

/** WAF's action on a request from a banned address. */
const ACTIONS = ['block', 'count', 'captcha', 'challenge'] as const;

/**
 * https://docs.aws.amazon.com/waf/latest/developerguide/customizing-the-response-status-codes.html
 */
const RESPONSE_CODES = [
  ...[200, 201, 202, 204, 206, 300, 301, 302, 303, 304, 307, 308],
  ...[400, 401, 403, 404, 405, 408, 409, 411, 412, 413, 414, 415, 416, 421, 429],
  ...[500, 501, 502, 503, 504, 505],
] as const;

/**
 * A partition, a service, a Region, an account, and the resource: the form that AssociateWebACL
 * accepts (WAFV2 API reference).
 */
const PROTECTED = new RegExp(
  `^arn:[^:]+:(?:${[
    String.raw`elasticloadbalancing:[^:]+:\d{12}:loadbalancer/app/[^/]+/[^/]+`,
    'apigateway:[^:]+::/restapis/[^/]+/stages/[^/]+',
    String.raw`appsync:[^:]+:\d{12}:apis/[^/]+`,
    String.raw`cognito-idp:[^:]+:\d{12}:userpool/[^/]+`,
    String.raw`apprunner:[^:]+:\d{12}:service/[^/]+/[^/]+`,
    String.raw`ec2:[^:]+:\d{12}:verified-access-instance/[^/]+`,
  ].join('|')})$`,
);

const setCount = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_IP_SETS));

const ForwardedIp = v.strictObject({
  header: v.optional(
    setting(v.pipe(v.string(), v.regex(/^[a-zA-Z0-9-]{1,255}$/)), {
      allowed: 'the name of a header such as "X-Forwarded-For"',
      meaning: 'The header with the client address.',
      example: 'X-Forwarded-For',
    }),
    'X-Forwarded-For',
  ),
  position: setting(v.picklist(['FIRST', 'LAST', 'ANY']), {
    allowed: '"LAST" (the nearest proxy wrote it), "ANY" or "FIRST" (the client may write it)',
    meaning: 'The address in the header that counts.',
    example: 'LAST',
  }),
  fallback: v.optional(
    setting(v.picklist(['MATCH', 'NO_MATCH']), {
      allowed: '"NO_MATCH" or "MATCH", for a header with no valid address in that position',
      meaning: 'The result for a request whose header has no valid address in that position.',
      example: 'NO_MATCH',
    }),
    'NO_MATCH',
  ),
});

const WebAcl = v.strictObject({
  attach: v.optional(
    setting(
      v.pipe(
        v.array(v.pipe(v.string(), v.regex(PROTECTED))),
        v.check((arns) => new Set(arns).size === arns.length),
      ),
      {
        allowed:
          'a list of different ARNs of application load balancers, REST API stages, AppSync APIs, Cognito user ' +
          'pools, App Runner ' +
          'services and Verified Access instances',
        meaning: 'The resources that the web ACL protects; a distribution names its web ACL itself.',
        example: ['arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/0123456789abcdef'],
      },
    ),
    [],
  ),
});

/** The WAF settings. `refuseImpossibleRuleGroup` checks their combinations. */
export const Waf = v.strictObject({
  ipv4Sets: v.optional(
    setting(setCount, {
      allowed: `a number of IP sets from 1 to ${MOST_IP_SETS}`,
      meaning: 'IP sets for IPv4, of 10,000 addresses each.',
      example: 3,
    }),
    1,
  ),
  ipv6Sets: v.optional(
    setting(setCount, {
      allowed: `a number of IP sets from 1 to ${MOST_IP_SETS}`,
      meaning: 'IP sets for IPv6, of 10,000 ranges each.',
      example: 1,
    }),
    1,
  ),
  ruleGroup: v.optional(
    setting(v.boolean(), {
      allowed: 'true, or false for IP sets that you reference in rules of your own',
      meaning: 'A rule group over the IP sets, for your web ACLs (output `RuleGroupArn`).',
      example: false,
      otherwise: '`true`',
    }),
  ),
  action: v.optional(
    setting(v.picklist(ACTIONS), {
      allowed: ACTIONS.map((action) => `"${action}"`).join(', '),
      meaning: 'The action on a request from a banned address; `count` is for a first week.',
      example: 'count',
      otherwise: '`"block"`',
    }),
  ),
  responseCode: v.optional(
    setting(v.picklist(RESPONSE_CODES), {
      allowed: `a status code for blocked requests, one of ${RESPONSE_CODES.join(', ')}`,
      meaning: 'The HTTP status of the response to a blocked request.',
      example: 429,
      otherwise: "WAF's own, 403",
    }),
  ),
  forwardedIp: v.optional(
    setting(ForwardedIp, {
      allowed: 'an object with position and any of header, fallback',
      meaning: "Compare the client's address in a header that a proxy writes, instead of the connection's.",
      example: { position: 'LAST' },
      otherwise: "the connection's address",
    }),
  ),
  webAcl: v.optional(
    setting(WebAcl, {
      allowed: 'an object with attach, or {} for a web ACL that is attached to nothing yet',
      meaning: "A web ACL of the stack's own, with the rule group in it.",
      example: {},
    }),
  ),
});

/** The settings of WAF, defaults filled in where they do not depend on others. */
export type WafSettings = v.InferOutput<typeof Waf>;
