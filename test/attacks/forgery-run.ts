import { DAEMON_MESSAGES } from './daemon-messages.ts';
import { judgeForgeries } from './judge-forgeries.ts';

/**
 * All forged lines on all shipped filters: `npx tsx test/attacks/forgery-run.ts`. Exits with 1 when
 * one of them has another address banned than that of the client who wrote it.
 */
let lines = 0;
let victims = 0;
for (const messages of DAEMON_MESSAGES) {
  const { tried, banned } = judgeForgeries(messages, 1);
  lines += tried;
  victims += banned.length;
  console.info(`${messages.filter}: ${tried} forged lines, ${banned.length} with a victim`);
  for (const { line, message, args } of banned.slice(0, 5)) {
    console.info(`  [${args}] ${message}\n  ${JSON.stringify(line)}`);
  }
}
console.info(`${lines} forged lines in all, ${victims} with a victim`);
if (victims > 0) process.exitCode = 1;
