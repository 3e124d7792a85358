import type { EventEntry, Frequency } from '../../core/events/event-family.ts';
import { EVENTS } from '../../core/events/events.ts';
import { METRICS, type Metric } from '../../core/events/metrics.ts';
import { METRICS_NAMESPACE } from '../../core/names.ts';

const HOW_OFTEN: Readonly<Record<Frequency, string>> = { always: 'always', busy: 'with attempts', rare: 'rarely' };

/** docs/metrics.md: what the functions write, as Markdown. */
export function metricsPage(): string {
  return `# Metrics and log messages

<!-- \`npm run docs\` writes this page from core/events. -->

## Metrics

In CloudWatch → Metrics, namespace \`${METRICS_NAMESPACE}\`. The first dimension of each is \`service\`, the function that writes it; a few have more.
CloudWatch bills a metric, which is a name with its dimensions, by the hours in which it has values:

- *always*: every minute, or with every delivery of log events
- *with attempts*: while there are attempts and bans
- *rarely*: where something is wrong, unusual or done by hand; \`npx cloudjail cost\` leaves it out

Those marked with † are not written at 0.

| metric | what it is | unit | look at | written |
|---|---|---|---|---|
${Object.values<Metric>(METRICS).map(metricRow).join('\n')}

## Log messages

Each line that a function logs is a JSON object with \`level\` and \`message\`. These are their messages, besides those of errors that are thrown. Lines of
the log groups are in none of them.

| message | level | functions |
|---|---|---|
${Object.entries<EventEntry<never>>(EVENTS).flatMap(messageRows).join('\n')}
`;
}

function metricRow({ name, by, omitsZero, means, unit, statistic, written }: Metric): string {
  const dimensions = by ? ` by ${by.map(code).join(', ')}` : '';
  const functions = Object.entries(written).map(([service, often]) => `${code(service)} ${HOW_OFTEN[often]}`);
  const title = `${code(name)}${dimensions}${omitsZero ? ' †' : ''}`;
  return `| ${title} | ${means} | ${unit} | ${statistic} | ${functions.join(', ')} |`;
}

function messageRows([kind, { from, logs = [] }]: readonly [string, EventEntry<never>]): readonly string[] {
  const messages = new Set(logs.map(({ message = kind }) => message));
  return Array.from(messages, (text) => {
    const levels = logs.filter(({ message = kind }) => message === text).map(({ level }) => level.toUpperCase());
    return `| ${code(text)} | ${levels.join(' or ')} | ${from.map(code).join(', ')} |`;
  });
}

function code(text: string): string {
  return `\`${text}\``;
}
