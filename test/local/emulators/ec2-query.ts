/** An EC2 Query caller made of fetch: requests and answers as they are on the wire. */

interface Ec2Response {
  readonly status: number;
  readonly xml: string;
  /** The texts of every element of this name, in order. */
  all(name: string): readonly string[];
  /** The error code, or undefined for an answer. */
  readonly error: string | undefined;
}

export type Ec2Query = (action: string, parameters?: Readonly<Record<string, string | number>>) => Promise<Ec2Response>;

export function ec2Query(endpoint: string, region = 'us-east-1'): Ec2Query {
  const scope = `local/20260101/${region}/ec2/aws4_request`;
  return async (action, parameters = {}) => {
    const texts = Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]);
    const body = new URLSearchParams([['Action', action], ['Version', '2016-11-15'], ...texts]);
    const headers = { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0` };
    const response = await fetch(endpoint, { method: 'POST', headers, body });
    const xml = await response.text();
    const all = (name: string) =>
      [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text = '']) => text);
    return { status: response.status, xml, all, error: all('Code')[0] };
  };
}
