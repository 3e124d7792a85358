import { compileJails } from '../../../core/compile/compile-jails.ts';
import type { ConfigFiles } from '../../../core/config/config-files.ts';
import { readJails } from '../../../core/config/read-jails.ts';
import { type InspectedJail, inspectedJail } from '../../../core/forgery/inspected-jail.ts';
import { textConfig } from '../../core/match/text-config.ts';

/** The jails of a configuration that compile, enabled or not. */
export function inspectedJails(files: ConfigFiles): readonly InspectedJail[] {
  const only = readJails(files).jails.map(({ name }) => name);
  const matches = new Map(compileJails(files, { only }).compiled.jails.map(({ name, match }) => [name, match]));
  return readJails(files, { only }).jails.flatMap((jail) => {
    const match = matches.get(jail.name);
    return match ? [inspectedJail(jail, match)] : [];
  });
}

/** A jail with this [Definition]. */
export function oneJail(definition: string, options = 'usedns = no'): InspectedJail {
  const [jail] = inspectedJails(
    textConfig({
      'jail.local': `[one]\nenabled = true\nfilter = one\nlogpath = /var/log/one.log\n${options}`,
      'filter.d/one.conf': `[Definition]\n${definition}`,
    }),
  );
  if (!jail) throw new Error('the definition does not compile');
  return jail;
}
