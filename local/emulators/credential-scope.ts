/**
 * The service and Region of a signed request. Signatures are not verified, because there is no
 * secret to verify them with.
 */

import type { IncomingHttpHeaders } from 'node:http';
import { ServiceError } from './service-error.ts';

const SCOPE = /^AWS4-HMAC-SHA256 .*?Credential=[^/,\s]+\/\d{8}\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request\b/;

/**
 * The Region of the Authorization header's credential scope. Throws
 * MissingAuthenticationTokenException for an unsigned request, InvalidSignatureException for one
 * signed for another service (Signature Version 4, "Elements of an AWS API request signature").
 */
export function signedRegion(headers: IncomingHttpHeaders, service: string): string {
  const scope = SCOPE.exec(headers.authorization ?? '');
  const [, region, signedFor] = scope ?? [];
  if (region === undefined) {
    throw new ServiceError('MissingAuthenticationTokenException', 'Request is missing Authentication Token', {
      status: 403,
    });
  }
  if (signedFor !== service) {
    throw new ServiceError(
      'InvalidSignatureException',
      `Credential should be scoped to correct service: '${service}'.`,
      { status: 403 },
    );
  }
  return region;
}
