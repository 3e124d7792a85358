/**
 * The metrics that a function writes (lambdas/shared/emf-telemetry.ts): each name and set of
 * dimensions is paid for in the hours it is written.
 */
interface OwnMetrics {
  /** Every minute, or with every delivery of log events. */
  readonly always: readonly string[];
  /** While there are attempts and bans. */
  readonly busy: readonly string[];
  /** Where something is wrong, unusual or done by hand: not counted. */
  readonly rare: readonly string[];
}

/** By service, the name of the function. Those with a target's name stand once a target. */
export const OWN_METRICS: Readonly<Record<string, OwnMetrics>> = {
  matcher: {
    always: ['Lines', 'Failures', 'MatchLatency'],
    busy: ['Attempts', 'AttemptsLate', 'Bans', 'BanLatency'],
    rare: [
      ...['AttemptsIgnored', 'AttemptsWhileBanned', 'AttemptsWhileBanned by jail and target', 'BansProlonged'],
      ...['BansMissed', 'Unbans', 'BreakersTripped', 'BansHeldBack', 'EventsLate', 'OwnLogsDelivered'],
      ...['NamesNotResolved', 'AddressesRefused', 'LinesCut', 'LinesGivenUp'],
    ],
  },
  banner: {
    always: ['TargetOverflow', 'ActiveBans', 'TargetUtilization by target'],
    busy: ['EnforcementLatency', 'UnbanLatency'],
    rare: ['Unbans', 'UnbansInTargets', 'TargetFailures', 'TargetWarnings', 'ConfirmationFailures', 'EntriesPutBack'],
  },
  'ec2-banner': {
    always: ['TargetOverflow', 'ActiveBans', 'TargetUtilization by target'],
    busy: ['EnforcementLatency', 'UnbanLatency'],
    rare: ['Unbans', 'UnbansInTargets', 'TargetFailures', 'TargetWarnings', 'ConfirmationFailures', 'EntriesPutBack'],
  },
  expirer: {
    always: ['OverdueBansLeft'],
    busy: ['Unbans', 'OverdueBansLifted', 'OldestOverdueBan'],
    rare: ['OldestOverdueBanLeft'],
  },
  // Reading back is done for a while after a deployment that brings a log group, and by command.
  backfiller: {
    always: [],
    busy: [],
    rare: [
      ...['BackfillsOpen', 'BackfillLag'],
      ...[
        'BackfillsGivenUp',
        'BackfillFailures',
        'Lines',
        'Failures',
        'NamesNotResolved',
        'AddressesRefused',
        'LinesCut',
      ],
      ...[
        'LinesGivenUp',
        'MatchLatency',
        'EventsLate',
        'Attempts',
        'AttemptsIgnored',
        'AttemptsLate',
        'Bans',
        'BanLatency',
      ],
      ...['BansProlonged', 'BansMissed', 'Unbans', 'BansHeldBack'],
    ],
  },
  subscriber: { always: ['LogGroupsSubscribed'], busy: [], rare: ['LogGroupsUnread', 'LogGroupsLeft'] },
  lookout: { always: ['OwnAddressRanges'], busy: [], rare: ['OwnAddressesUnread', 'IgnoreNamesUnresolved'] },
};

/** How many metrics the function has, and how many more in a month with bans. */
export function metricsOf(service: string, targets: number): { readonly always: number; readonly busy: number } {
  const { always, busy } = OWN_METRICS[service] ?? { always: [], busy: [] };
  const each = (names: readonly string[]): number =>
    names.reduce((sum, name) => sum + (name.endsWith(' by target') ? targets : 1), 0);
  return { always: each(always), busy: each(busy) };
}
