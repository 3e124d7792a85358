/**
 * Checks of fail2ban's sample corpus whose outcome differs here, by the name the suite prints, each
 * with the reason. A difference that is not in this list fails the suite; so does an entry that no
 * longer differs.
 */
export const EXPLAINED_DIFFERENCES: Readonly<Record<string, string>> = {};

/** The same for the replayed sample logs, by `filter:line`. */
export const EXPLAINED_REPLAY_DIFFERENCES: Readonly<Record<string, string>> = {
  'sshd:5': 'the host is written 192.030.0.6, which is no address; fail2ban would ban that text',
};
