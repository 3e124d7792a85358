import { WAFV2Client, type WAFV2ClientConfig } from '@aws-sdk/client-wafv2';

/** A WAFv2 client for an emulator: one attempt a call unless the test is about retries. */
export function wafv2Client(endpoint: string, config: WAFV2ClientConfig = {}): WAFV2Client {
  return new WAFV2Client({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    ...config,
  });
}
