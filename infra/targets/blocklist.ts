import { CfnOutput, type RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { BLOCKLIST_FILES } from '../../core/enforce/blocklist/formats.ts';
import { ENV } from '../../core/names.ts';
import type { TargetSettings } from '../settings/target-settings.ts';
import type { Grant, TargetAccess } from './target-access.ts';

export interface BlocklistProps {
  readonly settings: Exclude<TargetSettings['blocklist'], false>;
  readonly removalPolicy: RemovalPolicy;
}

/** The S3 objects that hosts fetch their bans from, in the operator's bucket or the stack's. */
export class Blocklist extends Construct {
  readonly access: TargetAccess;

  constructor(scope: Construct, id: string, { settings, removalPolicy }: BlocklistProps) {
    super(scope, id);
    const { kmsKey, prefix, formats } = settings;
    const bucket = settings.bucket
      ? Bucket.fromBucketName(this, 'Existing', settings.bucket)
      : this.bucket(removalPolicy);
    // The plain form always exists, because the others are made from it.
    const files = [...new Set(['plain', ...formats] as const)].map((format) => BLOCKLIST_FILES[format]);
    this.access = {
      name: 'blocklist',
      environment: {
        [ENV.blocklist]: Stack.of(this).toJsonString({ bucket: bucket.bucketName, prefix, formats }),
      },
      grants: [
        {
          actions: ['s3:GetObject', 's3:PutObject'],
          resources: files.map((file) => bucket.arnForObjects(`${prefix}${file}`)),
        },
        // Without this right S3 answers "Access Denied" for a missing object; a condition on the
        // prefix would deny it too.
        { actions: ['s3:ListBucket'], resources: [bucket.bucketArn] },
        ...(kmsKey === undefined ? [] : [keyGrant(kmsKey)]),
      ],
    };
    new CfnOutput(this, 'Url', { value: `s3://${bucket.bucketName}/${prefix}` }).overrideLogicalId('BlocklistUrl');
  }

  private bucket(removalPolicy: RemovalPolicy): IBucket {
    const bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      encryption: BucketEncryption.S3_MANAGED,
      removalPolicy,
    });
    // Moving or renaming the construct must not make CloudFormation abandon the bucket that hosts
    // fetch from.
    (bucket.node.defaultChild as CfnBucket).overrideLogicalId('BlocklistBucket');
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Every host fetches the list every minute; an access log of that would be large and useless.',
    });
    // Bucket and IBucket declare an absent property differently, which exactOptionalPropertyTypes
    // rejects.
    return bucket as IBucket;
  }
}

function keyGrant(kmsKey: string): Grant {
  return { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [kmsKey] };
}
