/**
 * Checks of fail2ban's sample corpus whose outcome differs here, by the name the suite prints, each with the reason. A difference that is
 * not in this list fails the suite; so does an entry that no longer differs.
 */
export const EXPLAINED_DIFFERENCES: Readonly<Record<string, string>> = {};
