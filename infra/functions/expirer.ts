import { Duration } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { BANS, ENV } from '../../core/names.ts';
import type { Tables } from '../tables.ts';
import { CloudjailFunction } from './function.ts';
import { EveryMinute } from './schedule.ts';

export interface ExpirerProps {
  readonly tables: Tables;
  readonly logRetention: RetentionDays;
}

/** The expirer: once a minute it marks the bans whose bantime has passed as lifted. */
export class Expirer extends Construct {
  constructor(scope: Construct, id: string, props: ExpirerProps) {
    super(scope, id);
    const { bans } = props.tables;
    const expirer = new CloudjailFunction(this, 'Function', {
      name: 'expirer',
      description: 'cloudjail: lifts bans whose bantime has passed',
      environment: { [ENV.bansTable]: bans.tableName },
      memorySize: 256,
      timeout: Duration.minutes(1),
      logRetention: props.logRetention,
    });
    expirer.allow(['dynamodb:Query'], [`${bans.tableArn}/index/${BANS.activeIndex}`]);
    expirer.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [bans.tableArn]);
    expirer.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    new EveryMinute(this, 'Schedule', {
      description: 'cloudjail: lifts bans whose bantime has passed',
      handler: expirer,
    });
  }
}
