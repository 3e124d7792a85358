/**
 * Options fail2ban reads from a jail (fail2ban/client/jailreader.py: _configOpts), and cloudjail's
 * own.
 */
export const JAIL_OPTIONS: readonly string[] = [
  'enabled',
  'filter',
  'backend',
  'logpath',
  'loggroup',
  'banreserved',
  'ipv4prefix',
  'ipv6prefix',
  'maxbans',
  'acknowledge',
  'skip_if_nologs',
  'systemd_if_nologs',
  'logencoding',
  'logtimezone',
  'maxretry',
  'findtime',
  'bantime',
  'maxmatches',
  'bantime.increment',
  'bantime.factor',
  'bantime.formula',
  'bantime.multipliers',
  'bantime.maxtime',
  'bantime.rndtime',
  'bantime.overalljails',
  'ignoreself',
  'ignoreip',
  'ignorecommand',
  'ignorecache',
  'usedns',
  'prefregex',
  'failregex',
  'ignoreregex',
  'maxlines',
  'datepattern',
  'journalmatch',
  'action',
];

/**
 * Names the stock jail.conf sets only to interpolate them elsewhere; worth knowing so that they are
 * not taken for mistakes.
 */
export const INTERPOLATION_NAMES: readonly string[] = [
  'mode',
  'port',
  'protocol',
  'chain',
  'banaction',
  'banaction_allports',
  'action_',
  'action_mw',
  'action_mwl',
  'destemail',
  'sender',
  'mta',
  'fail2ban_agent',
  'fail2ban_version',
  'fail2ban_confpath',
];
