import { fileURLToPath } from 'node:url';
import { type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { type ICommandHooks, LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { METRICS_NAMESPACE } from '../core/names.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What every log group of cloudjail's own functions begins with, so that a jail that reads one can be refused. */
export function functionLogGroupPrefix(stack: Stack): string {
  return `/aws/lambda/${stack.stackName}-`;
}

export interface CloudjailFunctionProps {
  /** The folder under lambdas/; also the service name in logs and metrics. */
  readonly name: 'matcher' | 'banner' | 'ec2-banner' | 'expirer' | 'lookout' | 'subscriber' | 'backfiller';
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memorySize: number;
  readonly timeout: Duration;
  readonly logRetention: RetentionDays;
  /** Path of a file to lay beside the code; a change of it alone gives the function a new code hash. */
  readonly fileBesideCode?: string;
}

/**
 * A deployed function: bundled from `lambdas/<name>/main.ts`, with a log group and a role of its own. The role may write that
 * log and nothing else until more is added.
 */
export class CloudjailFunction extends NodejsFunction {
  /** The dimension of its own metrics. */
  readonly service: CloudjailFunctionProps['name'];

  constructor(scope: Construct, id: string, props: CloudjailFunctionProps) {
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      logGroupName: `${functionLogGroupPrefix(Stack.of(scope))}${props.name}`,
      retention: props.logRetention,
      // Its name is fixed, so one left behind would stand in the way of the next deployment.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    super(scope, id, {
      ...code(props.name, props.fileBesideCode),
      description: props.description,
      memorySize: props.memorySize,
      timeout: props.timeout,
      environment: {
        POWERTOOLS_SERVICE_NAME: props.name,
        POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
        ...props.environment,
      },
      awsSdkConnectionReuse: false,
      role: new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }),
      logGroup,
    });
    this.service = props.name;
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
  }

  /** Adds a statement to the function's role. */
  allow(actions: string[], resources: string[]): void {
    this.addToRolePolicy(new PolicyStatement({ actions, resources }));
  }
}

function code(name: string, fileBesideCode: string | undefined) {
  return {
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    entry: `${ROOT}lambdas/${name}/main.ts`,
    handler: 'handler',
    projectRoot: ROOT,
    depsLockFilePath: `${ROOT}package-lock.json`,
    bundling: {
      // Lambda loads CommonJS a little faster than an ES module of the same code.
      format: OutputFormat.CJS,
      minify: true,
      logLevel: LogLevel.WARNING,
      // With the SDK of the runtime, AWS decides when its behaviour changes, and the cold start is longer.
      bundleAwsSDK: true,
      // The ES modules of the SDK shake better than its CommonJS.
      mainFields: ['module', 'main'],
      // A function's credentials come from one place; the ways to come by others elsewhere would be almost a third of its code.
      esbuildArgs: { '--alias': [`@aws-sdk/credential-provider-node=${ROOT}aws/lambda-credentials.ts`] },
      ...(fileBesideCode === undefined ? {} : { commandHooks: copyIntoBundle(fileBesideCode) }),
    },
  };
}

/** Runs before CDK hashes the bundle, so that the file is part of the hash. */
function copyIntoBundle(file: string): ICommandHooks {
  return {
    beforeBundling: () => [],
    beforeInstall: () => [],
    afterBundling: (_inputDirectory, outputDirectory) => [copyCommand(file, outputDirectory)],
  };
}

function copyCommand(file: string, directory: string): string {
  return process.platform === 'win32' ? `copy "${file}" "${directory}"` : `cp ${quote(file)} ${quote(directory)}`;
}

function quote(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`;
}
