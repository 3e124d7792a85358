/**
 * Failregexes of the filters that fail2ban 1.0.2 ships of which a forgery is known, by the hash of
 * their text once expanded: over fail2ban's common.conf or ours, in every mode.
 * `test/cli/check/stock-filters.test.ts` compares it with the filters installed.
 */
const HASHES: ReadonlySet<string> = new Set([
  // asterisk
  '5ac1b4fc11fa405e',
  '48a15cf3ef04964a',
  // courier-smtp
  '0ab595f275b9e027',
  // cyrus-imap
  '4b51499b7d049c00',
  // dovecot
  '54d405eeb2c0cf80',
  '9de121998a7b3652',
  'c1a90ce302d50704',
  // drupal-auth
  '5e097985fe64a938',
  // exim
  '48c65a56f5415c27',
  '40d1b766e8e9b029',
  // gssftpd
  'b50d1361a0687dbd',
  // haproxy-http-auth
  '1d84f215f4261ab0',
  // monit
  '2b971cdd5b500a68',
  // nginx-http-auth
  '8047ef34e339a6b4',
  // pam-generic
  '438d788807e7766e',
  // proftpd
  '3578e9a8bae03783',
  // pure-ftpd
  'cd0cc93f7c8ed85f',
  '15e31a9bb2fa28fc',
  // qmail
  '091e9482b0eaa448',
  // roundcube-auth
  'e6fe1e83ba1292f9',
  '51d2cc2835d8ac94',
  // scanlogd
  'd7f26526c093d4e8',
  // sendmail-reject
  '875b6e00512b47b7',
  'e7c7f7c3423ed6d9',
  // sieve
  'a47cb3771f32ab1b',
  '6d6fe840a25befa0',
  // sshd
  'd605cd62854f4e2b',
  '92a64ffdc1f63d61',
  'f74a46710df095e8',
  'eaabd6a9fccd67e8',
  '40239f7cc25b83e7',
  '58d9954f43e72cdb',
  'da571f65f98d64a0',
  'c3364298c2878dbe',
  '67d02d8398cef65f',
  '503af677918727ec',
  '15947d993fe372ec',
  '591ae920eb67282d',
  'c8fd666a604d5b8c',
  '09d4341a22dbaf31',
  '38725b04470d50cd',
  '66ce4bc25b180315',
  // suhosin
  'c5999491b53d8fee',
  '1d0c9daeedf2ee77',
]);

/**
 * Whether a failregex is one that fail2ban ships, and known to be forgeable there: it deploys all
 * the same, with a warning.
 */
export function isStockFailregex(failregex: string): boolean {
  return HASHES.has(hashOf(failregex));
}

const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/** FNV-1a, 64 bits, over UTF-16 units (http://www.isthe.com/chongo/tech/comp/fnv/). */
function hashOf(text: string): string {
  let hash = OFFSET;
  for (let i = 0; i < text.length; i++) hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(i))) * PRIME);
  return hash.toString(16).padStart(16, '0');
}
