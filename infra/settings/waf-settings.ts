import * as v from 'valibot';

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
  header: v.optional(v.pipe(v.string(), v.regex(/^[a-zA-Z0-9-]{1,255}$/)), 'X-Forwarded-For'),
  position: v.picklist(['FIRST', 'LAST', 'ANY']),
  fallback: v.optional(v.picklist(['MATCH', 'NO_MATCH']), 'NO_MATCH'),
});

/** The WAF settings. `refuseImpossibleRuleGroup` checks their combinations. */
export const Waf = v.strictObject({
  ipv4Sets: v.optional(setCount, 1),
  ipv6Sets: v.optional(setCount, 1),
  ruleGroup: v.optional(v.boolean()),
  action: v.optional(v.picklist(ACTIONS)),
  responseCode: v.optional(v.picklist(RESPONSE_CODES)),
  forwardedIp: v.optional(ForwardedIp),
  webAcl: v.optional(
    v.strictObject({
      attach: v.optional(
        v.pipe(
          v.array(v.pipe(v.string(), v.regex(PROTECTED))),
          v.check((arns) => new Set(arns).size === arns.length),
        ),
        [],
      ),
    }),
  ),
});

/** The allowed values of each key in plain words. */
export const WAF_ALLOWED: Readonly<Record<string, string>> = {
  waf:
    'false for no IP sets, or an object with any of ipv4Sets, ipv6Sets, ruleGroup, action, responseCode, forwardedIp, ' +
    'webAcl',
  'waf.ipv4Sets': `a number of IP sets from 1 to ${MOST_IP_SETS}`,
  'waf.ipv6Sets': `a number of IP sets from 1 to ${MOST_IP_SETS}`,
  'waf.ruleGroup': 'true, or false for IP sets that you reference in rules of your own',
  'waf.action': ACTIONS.map((action) => `"${action}"`).join(', '),
  'waf.responseCode': `a status code for blocked requests, one of ${RESPONSE_CODES.join(', ')}`,
  'waf.forwardedIp': 'an object with position and any of header, fallback',
  'waf.forwardedIp.header': 'the name of a header such as "X-Forwarded-For"',
  'waf.forwardedIp.position': '"LAST" (the nearest proxy wrote it), "ANY" or "FIRST" (the client may write it)',
  'waf.forwardedIp.fallback': '"NO_MATCH" or "MATCH", for a header with no valid address in that position',
  'waf.webAcl': 'an object with attach, or {} for a web ACL that is attached to nothing yet',
  'waf.webAcl.attach':
    'a list of different ARNs of application load balancers, REST API stages, AppSync APIs, Cognito user pools, App Runner ' +
    'services and Verified Access instances',
};

/** The settings of WAF, defaults filled in where they do not depend on others. */
export type WafSettings = v.InferOutput<typeof Waf>;
