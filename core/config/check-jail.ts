import { checkActions } from './check-actions.ts';
import { checkIgnoreip } from './check-ignoreip.ts';
import { checkOptionNames } from './check-option-names.ts';
import { checkPorts } from './check-ports.ts';
import { checkSpelling } from './check-spelling.ts';
import type { CheckedJail } from './checked-jail.ts';
import { checkCloudLimits } from './cloud-limits.ts';

/** Looks for what is legal to fail2ban and yet not what its author may expect, here or anywhere. */
export function checkJail(checked: CheckedJail): void {
  checkCloudLimits(checked);
  checkIgnoreip(checked);
  checkActions(checked);
  checkPorts(checked);
  checkOptionNames(checked);
  checkSpelling(checked);
}
