/** What a banner needs to keep a target: where it is, and the right to change it. */
export interface TargetAccess {
  /** As jails name it among their actions. */
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly grants: readonly Grant[];
}

/** A statement for the banner's role. */
export interface Grant {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Why there is a wildcard among the resources, where there is one. */
  readonly wildcard?: string;
}
