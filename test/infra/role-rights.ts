import type { Template } from 'aws-cdk-lib/assertions';
import { functionOf, resourcesOf } from './test-stack.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** What the role of a function may do: `action resource`, sorted. */
export function rightsOf(service: string, of: Template): string[] {
  const role = functionOf(of, service).Properties['Role'] as { 'Fn::GetAtt': [string, string] };
  return rightsOfRole(role['Fn::GetAtt'][0], of);
}

/** The same of a role, by its logical id. */
export function rightsOfRole(role: string, of: Template): string[] {
  const policies = Object.values(resourcesOf(of, 'AWS::IAM::Policy')).filter((policy) =>
    JSON.stringify(policy.Properties['Roles']).includes(JSON.stringify({ Ref: role })),
  );
  const statements = policies.flatMap((p) => (p.Properties['PolicyDocument'] as { Statement: Statement[] }).Statement);
  return statements
    .flatMap(({ Action, Resource }) =>
      [Action]
        .flat()
        .flatMap((action) => (Array.isArray(Resource) ? Resource : [Resource]).map((r) => `${action} ${name(r)}`)),
    )
    .sort();
}

/**
 * `AttemptsTable.Arn` for Fn::GetAtt, its parts one after the other for Fn::Join; hashes of logical
 * ids left out.
 */
function name(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  const {
    Ref,
    'Fn::GetAtt': attribute,
    'Fn::Join': join,
  } = resource as { Ref?: string; 'Fn::GetAtt'?: [string, string]; 'Fn::Join'?: [string, unknown[]] };
  if (Ref) return Ref.replace('AWS::', '');
  if (attribute) return attribute.join('.').replace(/[0-9A-F]{8}(?=\.)/, '');
  return (join?.[1] ?? []).map(name).join(join?.[0]);
}
