import type { Section } from './ini.ts';

/** The files of one configuration (jail, fail2ban, filter.d/NAME) laid over each other. */
export interface ConfigTree {
  readonly defaults: Section;
  readonly sections: ReadonlyMap<string, Section>;
  /**
   * By section: what each option was before the last file that set it. [DEFAULT] has no such
   * memory.
   */
  readonly known: ReadonlyMap<string, Section>;
  /** The files it was read from, lowest precedence first. */
  readonly files: readonly string[];
}
