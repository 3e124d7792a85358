/**
 * Port numbers by service name, as the IANA Service Name and Transport Protocol Port Number
 * Registry assigns them (https://www.iana.org/assignments/service-names-port-numbers), with the
 * older names that /etc/services still has. It has the services that jails use, because a Lambda
 * function has no /etc/services.
 */
const SERVICES: Readonly<Record<string, number>> = {
  'ftp-data': 20,
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  http: 80,
  www: 80,
  pop3: 110,
  ntp: 123,
  imap: 143,
  imap2: 143,
  snmp: 161,
  ldap: 389,
  https: 443,
  smtps: 465,
  ssmtp: 465,
  submissions: 465,
  urd: 465,
  isakmp: 500,
  submission: 587,
  ldaps: 636,
  rsync: 873,
  'ftps-data': 989,
  ftps: 990,
  telnets: 992,
  imaps: 993,
  pop3s: 995,
  socks: 1080,
  openvpn: 1194,
  'ms-sql-s': 1433,
  radius: 1812,
  mysql: 3306,
  'ms-wbt-server': 3389,
  sieve: 4190,
  'ipsec-nat-t': 4500,
  sip: 5060,
  sips: 5061,
  'sip-tls': 5061,
  'xmpp-client': 5222,
  'xmpp-server': 5269,
  postgresql: 5432,
  nrpe: 5666,
  ircd: 6667,
  'http-alt': 8080,
  webcache: 8080,
  git: 9418,
};

const BY_NAME: ReadonlyMap<string, number> = new Map(Object.entries(SERVICES));

/** Every service name that is known. */
export const SERVICE_NAMES: readonly string[] = [...BY_NAME.keys()];

/** The port of a service; names ignore case, as in the registry (RFC 6335, 5.1). */
export function servicePort(name: string): number | undefined {
  return BY_NAME.get(name.toLowerCase());
}
