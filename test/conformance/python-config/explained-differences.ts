/**
 * Where a jail of the stock configuration is read differently on purpose: `jail: option` and the reason. Empty means that every
 * stock jail is read exactly as fail2ban reads it.
 */
export const EXPLAINED: Readonly<Record<string, string>> = {};
