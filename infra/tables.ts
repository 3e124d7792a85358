import { type RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  type CfnTable,
  type GlobalSecondaryIndexProps,
  type ITable,
  ProjectionType,
  StreamViewType,
  Table,
  type TableProps,
} from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { ATTEMPTS, BANS } from './../core/names.ts';

export interface TablesProps {
  /** Removal policy of both tables. */
  readonly removalPolicy: RemovalPolicy;
}

/**
 * The attempts table and the bans table. Their logical ids are constants: a construct moved or
 * renamed must never make CloudFormation replace a table, since the bans in it would stay behind.
 */
export class Tables extends Construct {
  readonly attempts: ITable;
  readonly bans: ITable;

  constructor(scope: Construct, id: string, props: TablesProps) {
    super(scope, id);
    const { removalPolicy } = props;
    const attempts = this.table('AttemptsTable', {
      partitionKey: { name: ATTEMPTS.partitionKey, type: AttributeType.STRING },
      timeToLiveAttribute: ATTEMPTS.ttl,
      removalPolicy,
    });
    Validations.of(attempts).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason:
        'Attempts live for findtime and can be rebuilt from the logs; a restored window would only count stale ones.',
    });
    const bans = this.table('BansTable', {
      partitionKey: { name: BANS.partitionKey, type: AttributeType.STRING },
      sortKey: { name: BANS.sortKey, type: AttributeType.STRING },
      timeToLiveAttribute: BANS.ttl,
      // The banner reads the ban again, so a stream record needs only the key.
      stream: StreamViewType.KEYS_ONLY,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy,
    });
    bans.addGlobalSecondaryIndex(activeBans);
    // Table and ITable declare an absent property differently, which exactOptionalPropertyTypes
    // rejects.
    this.attempts = attempts as ITable;
    this.bans = bans as ITable;
  }

  private table(logicalId: string, props: TableProps): Table {
    const table = new Table(this, logicalId, { billingMode: BillingMode.PAY_PER_REQUEST, ...props });
    (table.node.defaultChild as CfnTable).overrideLogicalId(logicalId);
    return table;
  }
}

/**
 * The attributes of a ban that the expirer, `status` and reconciliation read from the index;
 * evidence is not among them.
 */
const activeBans: GlobalSecondaryIndexProps = {
  indexName: BANS.activeIndex,
  partitionKey: { name: BANS.activePartitionKey, type: AttributeType.STRING },
  sortKey: { name: BANS.activeSortKey, type: AttributeType.NUMBER },
  projectionType: ProjectionType.INCLUDE,
  nonKeyAttributes: ['state', 'bannedAt', 'expiresAt', 'banCount', 'bantime', 'origin'],
};
