import { Duration, Stack } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  type IWidget,
  Row,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { banQueries, doing, keepingUp, takingIn, targets } from './dashboard-widgets.ts';

/** A dashboard is 24 columns wide. */
const WIDTH = 24;

export interface DashboardProps {
  /** Every function and every dead-letter queue in it is shown. It must be complete by now. */
  readonly of: Construct;
  readonly alarms: readonly Alarm[];
  /** Address of the page that docs/runbook.md is published as. */
  readonly runbookUrl?: string | undefined;
}

/**
 * A page for the question whether all is well: what it is doing now and to whom, whether it keeps
 * up, whether a target is full.
 */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { of, alarms, runbookUrl }: DashboardProps) {
    super(scope, id);
    const stack = Stack.of(this);
    new CloudWatchDashboard(this, 'Dashboard', {
      // An account's dashboards share one space of names over all Regions.
      dashboardName: `${stack.stackName}-${stack.region}`,
      defaultInterval: Duration.hours(3),
      widgets: [
        [new TextWidget({ markdown: overview(runbookUrl), width: WIDTH, height: 3 })],
        [heading('What is it doing now?')],
        [row(new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 6, height: 6 }), ...doing(of))],
        [row(...banQueries(of))],
        [heading('Is it keeping up?')],
        [row(...keepingUp(of))],
        [row(...takingIn(of))],
        [heading('Is any target full, or failing?')],
        [row(...targets(of))],
      ],
    });
  }
}

function overview(runbookUrl: string | undefined): string {
  const runbook = runbookUrl === undefined ? '`docs/runbook.md`' : `[the runbook](${runbookUrl})`;
  return [
    'Lines of the log groups become **attempts**, attempts become **bans**, bans become entries of **targets**. ' +
      `What each alarm means: ${runbook}.`,
    'Who is banned and where: `npx cloudjail status JAIL` · why: `npx cloudjail get JAIL banip --with-time` · ' +
      'let an address in: ' +
      '`npx cloudjail unban IP` · a jail that has stopped: `npx cloudjail resume JAIL`',
  ].join('\n\n');
}

function heading(text: string): TextWidget {
  return new TextWidget({ markdown: `## ${text}`, width: WIDTH, height: 1 });
}

function row(...widgets: readonly IWidget[]): Row {
  return new Row(...widgets);
}
