import { type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type FunctionName, METRICS_NAMESPACE, OWN_LOG_GROUPS } from '../../core/names.ts';
import { bundledCode } from './bundled-code.ts';

export interface CloudjailFunctionProps {
  readonly name: FunctionName;
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memorySize: number;
  readonly timeout: Duration;
  readonly logRetention: RetentionDays;
  /**
   * Path of a file to put beside the code; a change of the file alone gives the function a new code
   * hash.
   */
  readonly fileBesideCode?: string;
}

/**
 * A deployed function: bundled from `lambdas/<name>/main.ts`, with a log group and a role of its
 * own. The role may only write that log until statements are added.
 */
export class CloudjailFunction extends LambdaFunction {
  /** The dimension of its own metrics. */
  readonly service: FunctionName;

  constructor(scope: Construct, id: string, props: CloudjailFunctionProps) {
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      logGroupName: `${OWN_LOG_GROUPS}${Stack.of(scope).stackName}/${props.name}`,
      retention: props.logRetention,
      // Its name is fixed, so a retained log group would make the next deployment fail.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    super(scope, id, {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: bundledCode(props.name, props.fileBesideCode),
      handler: 'index.handler',
      description: props.description,
      memorySize: props.memorySize,
      timeout: props.timeout,
      environment: {
        POWERTOOLS_SERVICE_NAME: props.name,
        POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
        ...props.environment,
      },
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
