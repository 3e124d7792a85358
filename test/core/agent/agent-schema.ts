import * as v from 'valibot';

/**
 * What the CloudWatch agent accepts of a configuration, in words of our own: the rules of its
 * published schema (translator/config/schema.json of aws/amazon-cloudwatch-agent, draft-04) for the
 * parts that cloudjail writes. Keys are those that agents since 2019 know (`trim_timestamp`,
 * `backpressure_mode` and others came later, and an older agent refuses the whole file for one).
 */
const text = (longest: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(longest));

const File = v.strictObject({
  file_path: v.pipe(v.string(), v.maxLength(4096)),
  log_group_name: v.optional(text(512)),
  log_stream_name: v.optional(text(512)),
  multi_line_start_pattern: v.optional(text(4096)),
  timestamp_format: v.optional(text(4096)),
  timezone: v.optional(v.picklist(['Local', 'LOCAL', 'UTC'])),
  encoding: v.optional(text(4096)),
  auto_removal: v.optional(v.boolean()),
  blacklist: v.optional(text(4096)),
  publish_multi_logs: v.optional(v.boolean()),
});

export const AGENT_SCHEMA = v.looseObject({
  agent: v.optional(v.looseObject({ region: v.optional(text(64)), run_as_user: v.optional(v.string()) })),
  logs: v.strictObject({
    logs_collected: v.looseObject({
      files: v.strictObject({
        collect_list: v.pipe(
          v.array(File),
          v.minLength(1),
          v.maxLength(16_384),
          v.check((files) => new Set(files.map((one) => JSON.stringify(one))).size === files.length, 'twice the same'),
        ),
      }),
    }),
  }),
});

/** Directives, and what the agent takes each for (ruleTimestampFormat.go). */
const REGEXES: Readonly<Record<string, string>> = {
  '%Y': '\\d{4}',
  '%y': '\\d{2}',
  '%m': '\\s{0,1}\\d{1,2}',
  '%-m': '\\s{0,1}\\d{1,2}',
  '%b': '\\w{3}',
  '%a': '\\w{3}',
  '%A': '\\w{6,9}',
  '%d': '\\s{0,1}\\d{1,2}',
  '%-d': '\\s{0,1}\\d{1,2}',
  '%H': '\\d{2}',
  '%I': '\\d{2}',
  '%-I': '\\d{1,2}',
  '%M': '\\d{2}',
  '%-M': '\\d{1,2}',
  '%S': '\\d{2}',
  '%-S': '\\d{1,2}',
  '%p': '\\w{2}',
  '%z': '[\\+-]\\d{4}',
  '%f': '(\\d{1,9})',
};

/** What of a line the agent takes for its date; `undefined`: nothing. */
export function dateForAgent(line: string, format: string): string | undefined {
  const escaped = format.replace(/[\^.*?|[\](){}$]/g, '\\$&');
  const source = escaped.replace(/%-?[A-Za-z]/g, (directive) => REGEXES[directive] ?? directive);
  return new RegExp(source.replace(/^\\s\{0,1\}/, '')).exec(line)?.[0];
}
