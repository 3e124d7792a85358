import type { CollectedFile } from './collected-file.ts';

/**
 * An identity policy
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html).
 */
export interface HostPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly [
    {
      readonly Effect: 'Allow';
      readonly Action: readonly string[];
      readonly Resource: readonly string[];
    },
  ];
}

/**
 * The rights that a server needs to send these files, and no others. The stack creates the log
 * groups and sets their retention, so the agent only creates its streams and writes into them
 * (aws/amazon-cloudwatch-agent, plugins/outputs/cloudwatchlogs/internal/pusher/target.go).
 *
 * @param region absent: any
 */
export function hostPolicy(files: readonly CollectedFile[], region: string | undefined): HostPolicy {
  const groups = [...new Set(files.map(({ log_group_name }) => log_group_name))].sort();
  const prefix = `arn:${partitionOf(region)}:logs:${region ?? '*'}:*:log-group:`;
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: groups.map((name) => `${prefix}${name}:*`),
      },
    ],
  };
}

function partitionOf(region: string | undefined): string {
  if (region?.startsWith('cn-')) return 'aws-cn';
  return region?.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
