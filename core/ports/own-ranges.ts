/**
 * What the account itself uses in its Region: the addresses by which its servers, gateways and load
 * balancers are known.
 */
export interface OwnRanges {
  /** Addresses and CIDRs, in any order, some perhaps twice. @throws on failure of the service */
  read(): Promise<readonly string[]>;
}
