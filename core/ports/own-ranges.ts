/**
 * Reads the addresses that the account itself uses in its Region for its servers, gateways and load
 * balancers.
 */
export interface OwnRanges {
  /**
   * Addresses and CIDRs, in any order, possibly with duplicates. @throws on failure of the service
   */
  read(): Promise<readonly string[]>;
}
