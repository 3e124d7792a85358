import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { CreateIPSetCommandInput } from '@aws-sdk/client-wafv2';
import * as v from 'valibot';
import type { FirewallTarget } from '../core/config/actions.ts';
import { ENV } from '../core/names.ts';
import { type LocalIds, resolveText, TemplateError } from './intrinsics.ts';

/** The stack's resources from `cdk synth`, and the file beside the functions' code. */
export interface StackTemplate {
  /** By logical id, in the template's order. */
  readonly resources: Readonly<Record<string, StackResource>>;
  /** The text of the compiled jails' file that the functions would load. */
  readonly jails: string;
  /** The rendered diagnostics of synth; empty when there are none. */
  readonly remarks: string;
}

export interface StackResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** A table of the stack, ready to be created by an emulator. */
export interface TableToCreate {
  readonly logicalId: string;
  readonly input: CreateTableCommandInput & { readonly TableName: string };
  /** The TTL attribute. */
  readonly ttl: string | undefined;
  /** Whether the table has a stream. */
  readonly hasStream: boolean;
}

/** An IP set of the stack, ready to be created by an emulator. */
export interface IpSetToCreate {
  readonly logicalId: string;
  readonly input: CreateIPSetCommandInput;
}

const Keys = v.array(v.strictObject({ AttributeName: v.string(), KeyType: v.picklist(['HASH', 'RANGE']) }));

const Table = v.strictObject({
  KeySchema: Keys,
  AttributeDefinitions: v.array(
    v.strictObject({ AttributeName: v.string(), AttributeType: v.picklist(['S', 'N', 'B']) }),
  ),
  BillingMode: v.literal('PAY_PER_REQUEST'),
  GlobalSecondaryIndexes: v.optional(
    v.array(
      v.strictObject({
        IndexName: v.string(),
        KeySchema: Keys,
        Projection: v.strictObject({
          ProjectionType: v.picklist(['ALL', 'KEYS_ONLY', 'INCLUDE']),
          NonKeyAttributes: v.optional(v.array(v.string())),
        }),
      }),
    ),
  ),
  TimeToLiveSpecification: v.optional(v.strictObject({ AttributeName: v.string(), Enabled: v.literal(true) })),
  StreamSpecification: v.optional(v.strictObject({ StreamViewType: v.string() })),
  // Backups do not affect how a table behaves.
  PointInTimeRecoverySpecification: v.optional(v.unknown()),
});

const IpSet = v.strictObject({
  Name: v.string(),
  Description: v.string(),
  Scope: v.picklist(['REGIONAL', 'CLOUDFRONT']),
  IPAddressVersion: v.picklist(['IPV4', 'IPV6']),
  Addresses: v.array(v.string()),
});

/**
 * The stack's tables as CreateTable takes them, named `cloudjail-<logical id>`.
 *
 * @throws {TemplateError} for a property that is not carried over, so that no table differs from
 *   the stack's
 */
export function tablesOf(template: StackTemplate): readonly TableToCreate[] {
  return ofType(template, 'AWS::DynamoDB::Table', Table).map(({ logicalId, properties }) => ({
    logicalId,
    input: {
      TableName: `cloudjail-${logicalId}`,
      KeySchema: properties.KeySchema,
      AttributeDefinitions: properties.AttributeDefinitions,
      BillingMode: properties.BillingMode,
      ...(properties.GlobalSecondaryIndexes && { GlobalSecondaryIndexes: properties.GlobalSecondaryIndexes }),
    },
    ttl: properties.TimeToLiveSpecification?.AttributeName,
    hasStream: properties.StreamSpecification !== undefined,
  }));
}

/**
 * The stack's IP sets as CreateIPSet takes them.
 *
 * @throws {TemplateError} for a property that is not carried over
 */
export function ipSetsOf(template: StackTemplate): readonly IpSetToCreate[] {
  return ofType(template, 'AWS::WAFv2::IPSet', IpSet).map(({ logicalId, properties }) => ({
    logicalId,
    input: properties,
  }));
}

/**
 * The stack's buckets by logical id, each with the name it gets here. Only their contents matter.
 */
export function bucketsOf(template: StackTemplate): readonly { readonly logicalId: string; readonly name: string }[] {
  return ofType(template, 'AWS::S3::Bucket', v.object({})).map(({ logicalId }) => ({
    logicalId,
    name: `cloudjail-${logicalId.toLowerCase()}`,
  }));
}

/** Whether the stack has a function of a service. */
export function hasFunction(template: StackTemplate, service: string): boolean {
  return ofType(template, 'AWS::Lambda::Function', WithEnvironment).some((one) => serviceOf(one) === service);
}

/** The stack's targets, from the environment of its banners. */
export function targetsOf(template: StackTemplate): readonly FirewallTarget[] {
  const functions = ofType(template, 'AWS::Lambda::Function', WithEnvironment);
  const told = new Set(functions.flatMap(({ properties }) => Object.keys(properties.Environment?.Variables ?? {})));
  return TARGET_VARIABLES.flatMap(([target, variable]) => (told.has(variable) ? [target] : []));
}

const TARGET_VARIABLES: readonly (readonly [FirewallTarget, string])[] = [
  ['waf', ENV.wafIpv4Sets],
  ['network-acl', ENV.networkAcls],
  ['security-group', ENV.securityGroups],
  ['prefix-list', ENV.prefixLists],
  ['blocklist', ENV.blocklist],
];

/**
 * The environment variables of a function, by its service name (`matcher`, `banner`, `expirer`).
 *
 * @param ids local replacements of the tables and IP sets, by logical id
 * @throws {TemplateError} when there is no such function, or a variable depends on something that
 *   `ids` lacks
 */
export function environmentOf(template: StackTemplate, service: string, ids: LocalIds): Record<string, string> {
  for (const one of ofType(template, 'AWS::Lambda::Function', WithEnvironment)) {
    if (serviceOf(one) !== service) continue;
    const variables = one.properties.Environment?.Variables ?? {};
    return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, resolveText(value, ids)]));
  }
  throw new TemplateError(`the stack has no function of the service ${service}`);
}

const WithEnvironment = v.object({
  Environment: v.optional(v.object({ Variables: v.record(v.string(), v.unknown()) })),
});

function serviceOf({ properties }: { readonly properties: v.InferOutput<typeof WithEnvironment> }): unknown {
  return properties.Environment?.Variables['POWERTOOLS_SERVICE_NAME'];
}

function ofType<Schema extends v.GenericSchema>(template: StackTemplate, type: string, schema: Schema) {
  const found: { logicalId: string; properties: v.InferOutput<Schema> }[] = [];
  for (const [logicalId, resource] of Object.entries(template.resources)) {
    if (resource.Type !== type) continue;
    const result = v.safeParse(schema, resource.Properties);
    if (!result.success) throw new TemplateError(`${logicalId} (${type}): ${v.summarize(result.issues)}`);
    found.push({ logicalId, properties: result.output });
  }
  return found;
}
