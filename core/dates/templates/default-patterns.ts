/**
 * fail2ban's default date templates, in its order, which decides between formats that could both be
 * meant (`fail2ban/server/datedetector.py: DateDetectorCache.DEFAULT_TEMPLATES`). Our own text with
 * the same meaning.
 */

const time = '%H:%M:%S';
/** The hour may be padded with a blank. */
const looseTime = '%k:%M:%S';
const fraction = String.raw`(?:\.%f)?`;
const isoFraction = '(?:[.,]%f)?';
const isoZone = String.raw`(?:\s*%z)?`;
/** Between an ISO date and its time. */
const gap = '(?:T|  ?)';
const separator = (characters: string) => `(?P<_sep>[${characters}])`;
const sameSeparator = '(?P=_sep)';

const weekday = '(?:%a )?';
const monthDay = '%b %d';
const yearBehind = '(?: %ExY)?';
/**
 * Sun Jan 23 21:59:59.011 2005: the form of syslog, asctime and many others; only month, day and
 * time are required.
 */
const asctime = `${weekday}${monthDay} ${looseTime}${fraction}${yearBehind}`;

export const DEFAULT_PATTERNS: readonly string[] = [
  // 2005-01-23T21:59:59.981746+01:00, 2005/01/23 21:59:59, 2005.01.23  8:59:59
  `%ExY${separator('-/.')}%m${sameSeparator}%d${gap}${time}${isoFraction}${isoZone}`,
  // Sun Jan 23 21:59:59.011 2005, Jan 23 21:59:59
  asctime,
  // Sun Jan 23 2005 21:59:59.011
  `${weekday}${monthDay} %ExY ${looseTime}${fraction}`,
  // 23/01/2005 21:59:59, 23-01-05 21:59:59
  `%d${separator('-/')}%m${sameSeparator}(?:%ExY|%Exy) ${looseTime}`,
  // 23/Jan/2005:21:59:59 +0100 (Apache, nginx access logs), 23-Jan-2005 21:59:59.252 (named)
  `%d${separator('-/')}%b${sameSeparator}%ExY[ :]?${time}${fraction}(?: %z)?`,
  // 01/23/2005:21:59:59 (CPanel)
  `%m/%d/%ExY:${time}`,
  // 01-23-2005 21:59:59.252
  `%m-%d-%ExY ${looseTime}${fraction}`,
  // 1106513999, [1106513999.252], audit(1106513999.252:987)
  'EPOCH',
  // 21:59:59
  `{^LN-BEG}${time}`,
  // <01/23/05@21:59:59>
  `^<%m/%d/%Exy@${time}>`,
  // 050123 21:59:59 (MySQL)
  `%Exy%Exm%Exd  ?${time}`,
  // Jan 23, 2005 9:59:59 PM (Tomcat)
  '%b %d, %ExY %I:%M:%S %p',
  // Jan-23-05 21:59:59 (ASSP)
  `^%b-%d-%Exy ${looseTime}`,
  // 20050123T215959, 20050123 215959.252
  `%ExY%Exm%Exd${gap}%ExH%ExM%ExS${isoFraction}${isoZone}`,
  // PDT Jan 23 21:59:59 (monit)
  `(?:%Z )?${asctime}`,
  // +00:00 Jan 23 21:59:59.011 2005
  `(?:%z )?${asctime}`,
  // @4000000041f4104f00000000
  'TAI64N',
];
