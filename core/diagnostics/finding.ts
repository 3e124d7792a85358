import type { Diagnostic } from './diagnostic.ts';

/** What an inspection has seen in a regex; the place is the regex's. */
export type Finding = Omit<Diagnostic, 'at'>;
