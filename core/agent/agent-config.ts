import type { CollectedFile } from './collected-file.ts';

/**
 * The CloudWatch agent's configuration file, reduced to its logs section, so that it can be
 * appended to another.
 */
export interface AgentConfig {
  readonly agent?: { readonly region?: string; readonly run_as_user?: string };
  readonly logs: {
    readonly logs_collected: { readonly files: { readonly collect_list: readonly CollectedFile[] } };
  };
}

export interface AgentSettings {
  /** Absent: the agent asks the instance's metadata. */
  readonly region?: string | undefined;
  /** Absent: root. */
  readonly runAsUser?: string | undefined;
}

export function agentConfig(files: readonly CollectedFile[], { region, runAsUser }: AgentSettings): AgentConfig {
  const agent = { ...(region !== undefined && { region }), ...(runAsUser !== undefined && { run_as_user: runAsUser }) };
  return {
    ...(Object.keys(agent).length > 0 && { agent }),
    logs: { logs_collected: { files: { collect_list: files } } },
  };
}
