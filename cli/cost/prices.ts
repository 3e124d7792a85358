/** What AWS takes for one unit of something, list price, US East (N. Virginia). */
export interface Price {
  /** US dollars for one unit. */
  readonly usd: number;
  readonly unit: string;
  /** AWS's page for it, and the month of the latest quotation of that page it was taken from. */
  readonly page: string;
  readonly seen: string;
  /**
   * Units a month that an account gets for nothing, for ever, in the Region; all stacks of the
   * account share them.
   */
  readonly free?: number;
}

const CLOUDWATCH = { page: 'https://aws.amazon.com/cloudwatch/pricing/', seen: '2026-06' };
const LAMBDA = { page: 'https://aws.amazon.com/lambda/pricing/', seen: '2026-06' };
const DYNAMODB = { page: 'https://aws.amazon.com/dynamodb/pricing/on-demand/', seen: '2026-06' };
const WAF = { page: 'https://aws.amazon.com/waf/pricing/', seen: '2026-06' };
const S3 = { page: 'https://aws.amazon.com/s3/pricing/', seen: '2026-03' };
const MILLION = 1e6;

/**
 * Every price that the estimate knows: `--price NAME=USD` replaces one, for another Region or a
 * discount. Prices of a million are given for a million.
 */
export const PRICES = {
  'log-ingestion': { usd: 0.5, unit: 'GB', free: 5, ...CLOUDWATCH },
  'log-storage': { usd: 0.03, unit: 'GB, compressed', ...CLOUDWATCH },
  metric: { usd: 0.3, unit: 'metric', free: 10, ...CLOUDWATCH },
  alarm: { usd: 0.1, unit: 'alarm', free: 10, ...CLOUDWATCH },
  dashboard: { usd: 3, unit: 'dashboard', free: 3, ...CLOUDWATCH },
  'lambda-requests': { usd: 0.2, unit: 'million requests', free: 1, ...LAMBDA },
  'lambda-gb-seconds': { usd: 13.3334, unit: 'million GB-seconds, arm64', free: 400_000 / MILLION, ...LAMBDA },
  'dynamodb-writes': { usd: 0.625, unit: 'million write units', ...DYNAMODB },
  'dynamodb-reads': { usd: 0.125, unit: 'million read units', ...DYNAMODB },
  'dynamodb-storage': { usd: 0.25, unit: 'GB', free: 25, ...DYNAMODB },
  'dynamodb-backup': { usd: 0.2, unit: 'GB, point-in-time recovery', ...DYNAMODB },
  schedules: {
    usd: 1,
    unit: 'million invocations',
    free: 14,
    page: 'https://aws.amazon.com/eventbridge/pricing/',
    seen: '2026-03',
  },
  'waf-rule': { usd: 1, unit: 'rule or rule group', ...WAF },
  'waf-web-acl': { usd: 5, unit: 'web ACL', ...WAF },
  's3-reads': { usd: 0.4, unit: 'million GET requests', ...S3 },
  's3-writes': { usd: 5, unit: 'million PUT requests', ...S3 },
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof PRICES;

export function isPriceName(name: string): name is PriceName {
  return Object.hasOwn(PRICES, name);
}
