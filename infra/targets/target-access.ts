/** The data that a banner needs for a target: its place, and the right to change it. */
export interface TargetAccess {
  /** The name that jails use among their actions. */
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly grants: readonly Grant[];
}

/** A statement for the banner's role. */
export interface Grant {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The reason for a wildcard among the resources, if there is one. */
  readonly wildcard?: string;
}
