/**
 * A web server's access log: every `attackEvery`-th line is a scanner looking for something to
 * break into.
 */
export function* nginxAccessLog(lines: number, attackEvery: number): Generator<string> {
  for (let i = 0; i < lines; i++) {
    const client = i % attackEvery === 0 ? attacker(i) : `20.1.${i % 200}.${i % 250}`;
    const request = i % attackEvery === 0 ? SCANS[i % SCANS.length] : PAGES[i % PAGES.length];
    const status = i % attackEvery === 0 ? '404 153' : `200 ${1000 + (i % 9000)}`;
    yield `${client} - - [${accessTime(i)}] "GET ${request} HTTP/1.1" ${status} "-" "Mozilla/5.0 (X11; Linux x86_64; rv:${100 + (i % 30)}.0)"`;
  }
}

/** Apache's error log: every `attackEvery`-th line is a wrong password. */
export function* apacheErrorLog(lines: number, attackEvery: number): Generator<string> {
  for (let i = 0; i < lines; i++) {
    const head = `[${errorTime(i)}] `;
    const pid = `[pid ${1000 + (i % 60)}:tid ${140_000_000 + i}]`;
    yield i % attackEvery === 0
      ? `${head}[auth_basic:error] ${pid} [client ${attacker(i)}:${1024 + (i % 60_000)}] AH01617: user admin${i % 90}: authentication failure for "/private/": Password Mismatch`
      : `${head}[core:info] ${pid} [client 20.1.${i % 200}.${i % 250}:${1024 + (i % 60_000)}] AH00128: File does not exist: /srv/www/${i % 500}/index.html`;
  }
}

const SCANS = ['/phpMyAdmin/index.php', '/wp-login.php', '/pma/scripts/setup.php', '/roundcube/', '/mysqladmin/'];
const PAGES = [
  '/',
  '/index.html',
  '/articles/2025/a-long-title-of-some-article',
  '/static/site.css',
  '/api/v1/items?page=7',
];
const START = Date.UTC(2025, 11, 6) / 1000;

function attacker(i: number): string {
  return `${20 + (Math.trunc(i / 10) % 50)}.${i % 7}.8.9`;
}

/** `06/Dec/2025:05:46:40 +0000` */
function accessTime(i: number): string {
  const [, day, month, year, time] = new Date((START + Math.floor(i / 20)) * 1000).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}

/** `Sat Dec 06 05:46:40.123456 2025` */
function errorTime(i: number): string {
  const [weekday, day, month, year, time] = new Date((START + Math.floor(i / 20)) * 1000)
    .toUTCString()
    .replace(',', '')
    .split(' ');
  return `${weekday} ${month} ${day} ${time}.${String(100_000 + (i % 900_000))} ${year}`;
}
