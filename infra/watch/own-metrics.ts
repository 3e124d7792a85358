import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { BANNERS } from '../../core/events/emitters.ts';
import type { Frequency } from '../../core/events/event-family.ts';
import type { Metric as ListedMetric } from '../../core/events/metrics.ts';
import { type FunctionName, METRICS_NAMESPACE } from '../../core/names.ts';
import { CloudjailFunction } from '../functions/function.ts';

/** A function of which it is known which of them it is. */
export type FunctionCalled<Name extends FunctionName> = CloudjailFunction & { readonly service: Name };

/** A metric that the function writes, with no dimension besides the function. */
export type WrittenBy<Name extends FunctionName> = ListedMetric & {
  readonly written: Readonly<Record<Name, Frequency>>;
  readonly by?: never;
};

/** @param statistic absent: what the list of metrics has for it */
export function ownMetric<Name extends FunctionName>(
  metric: WrittenBy<NoInfer<Name>>,
  service: Name,
  statistic: string = metric.statistic,
): Metric {
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName: metric.name,
    dimensionsMap: { service },
    statistic,
    period: Duration.minutes(1),
  });
}

/** The functions anywhere in a construct. */
export function functionsIn(scope: Construct): readonly CloudjailFunction[] {
  return scope.node.findAll().filter((one) => one instanceof CloudjailFunction);
}

/** Those of them that are called so, in the order of the names: none or one of each. */
export function functionsCalled<Name extends FunctionName>(
  names: readonly Name[],
  scope: Construct,
): readonly FunctionCalled<Name>[] {
  const called = (one: CloudjailFunction, name: Name): one is FunctionCalled<Name> => one.service === name;
  return names.flatMap((name) => functionsIn(scope).filter((one) => called(one, name)));
}

/** Those of them that keep firewalls. */
export function bannersIn(scope: Construct): readonly FunctionCalled<(typeof BANNERS)[number]>[] {
  return functionsCalled(BANNERS, scope);
}
