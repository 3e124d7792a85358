import { at, type DaemonMessages, SYSLOG } from './message-forms.ts';

const APACHE = '[Sat Nov 21 22:20:06.011075 2026] [auth_basic:error] [pid 21:tid 21] [client {A}:59942] ';
const NGINX = '2026/11/21 22:20:06 [error] 942#942: *2 ';
const NGINX_TAIL = 'client: {A}, server: localhost, request: "GET {raw} HTTP/1.1", host: "{raw}", referrer: "{raw}"';

export const WEB_MESSAGES: readonly DaemonMessages[] = [
  {
    filter: 'apache-auth',
    variants: [''],
    messages: at(APACHE, [
      'AH01617: user {raw}: authentication failure for "{raw}": Password Mismatch, referer: {raw}',
      'AH01618: user {raw} not found: {raw}, referer: {raw}',
      'AH01794: user {raw}: password mismatch: {raw}, referer: {raw}',
      'AH01630: client denied by server configuration: /var/www/{raw}, referer: {raw}',
      "AH01785: realm mismatch - got `{raw}' but expected `x'",
      "AH01790: user `{raw}' in realm `x' not found: {raw}",
      'AH01776: invalid nonce {raw} received - length is not 52',
      'AH00128: File does not exist: /var/www/{raw}, referer: {raw}',
    ]),
  },
  {
    filter: 'apache-botsearch',
    variants: [''],
    messages: at(APACHE, [
      'AH00128: File does not exist: /var/www/{raw}, referer: {raw}',
      'AH00128: File does not exist: /var/www/wp-login.php, referer: {raw}',
      "AH02811: script '/var/www/{raw}' not found or unable to stat, referer: {raw}",
    ]),
  },
  {
    filter: 'apache-noscript',
    variants: [''],
    messages: at(APACHE, [
      'AH00128: File does not exist: /var/www/{raw}.php, referer: {raw}',
      "AH02811: script '/var/www/{raw}.php' not found or unable to stat, referer: {raw}",
      "AH01071: Got error 'Primary script unknown\\n', referer: {raw}",
      "AH01071: Got error 'PHP message: {raw}\\n', referer: {raw}",
    ]),
  },
  {
    filter: 'apache-overflows',
    variants: [''],
    messages: at(APACHE, [
      'AH00135: Invalid method in request {raw}',
      'AH00126: Invalid URI in request {raw}',
      'AH00565: request failed: URI too long (longer than 8190) {raw}',
      'AH00561: Request header exceeds LimitRequestFieldSize: {raw}',
    ]),
  },
  {
    filter: 'nginx-http-auth',
    variants: ['', 'mode=aggressive'],
    messages: at(NGINX, [
      `user "{name}": password mismatch, ${NGINX_TAIL}`,
      `user "{name}" was not found in "/etc/nginx/passwd", ${NGINX_TAIL}`,
      `open() "/var/www/{raw}" failed (2: No such file or directory), ${NGINX_TAIL}`,
      `SSL_do_handshake() failed (SSL: error:0A000076) while SSL handshaking, client: {A}, server: 0.0.0.0:443`,
    ]),
  },
  {
    filter: 'nginx-botsearch',
    variants: [''],
    messages: [
      '{A} - {raw} [21/Nov/2026:22:20:06 +0000] "GET /wp-login.php HTTP/1.1" 404 153 "-" "-"',
      ...at(NGINX, [
        `open() "/var/www/{raw}" failed (2: No such file or directory), ${NGINX_TAIL}`,
        `open() "/var/www/wp-login.php" failed (2: No such file or directory), ${NGINX_TAIL}`,
        `"/var/www/{raw}/wp-admin/index.html" is not found (2: No such file or directory), ${NGINX_TAIL}`,
      ]),
    ],
  },
  {
    filter: 'nginx-forbidden',
    variants: [''],
    messages: at(NGINX, [
      `access forbidden by rule, ${NGINX_TAIL}`,
      `directory index of "/var/www/{raw}/" is forbidden, ${NGINX_TAIL}`,
      `open() "/var/www/{raw}" failed (2: No such file or directory), ${NGINX_TAIL}`,
    ]),
  },
  {
    filter: 'nginx-limit-req',
    variants: [''],
    messages: at(NGINX, [
      `limiting requests, excess: 1.000 by zone "one", ${NGINX_TAIL}`,
      `limiting connections by zone "one", ${NGINX_TAIL}`,
      `open() "/var/www/{raw}" failed (2: No such file or directory), ${NGINX_TAIL}`,
    ]),
  },
  {
    filter: 'nginx-bad-request',
    variants: [''],
    messages: ['{A} - - [21/Nov/2026:22:20:06 +0000] "" 400 0 "-" "-"'],
  },
  {
    filter: 'lighttpd-auth',
    variants: [''],
    messages: at('2026-11-21 22:20:06: (mod_auth.c.', [
      "713) password doesn't match for {raw} username: {raw} IP: {A}",
      '525) digest: auth failed for {raw}: wrong password, IP: {A}',
    ]),
  },
  {
    filter: 'haproxy-http-auth',
    variants: [''],
    messages: at(`${SYSLOG}haproxy[4711]: `, [
      '{A}:4711 [21/Nov/2026:22:20:06.123] web web/<NOSRV> 0/-1/-1/-1/0 401 262 - - PR-- 1/1/0/0/0 0/0 {{raw}} "GET {raw} HTTP/1.1"',
      '{A}:4711 [21/Nov/2026:22:20:06.123] web web/one 0/0/0/1/1 200 262 - - ---- 1/1/0/0/0 0/0 {{raw}} "GET {raw} HTTP/1.1"',
    ]),
  },
  {
    filter: 'phpmyadmin-syslog',
    variants: [''],
    messages: at(`${SYSLOG}phpMyAdmin[4711]: `, [
      'user denied: {raw} (mysql-denied) from {A}',
      'user denied: {raw} (root-denied) from {A}',
    ]),
  },
  {
    filter: 'webmin-auth',
    variants: [''],
    messages: at(`${SYSLOG}webmin[4711]: `, [
      'Invalid login as {raw} from {A}',
      'Non-existent login as {raw} from {A}',
      'Successful login as {raw} from {A}',
    ]),
  },
];
