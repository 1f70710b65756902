/** The protocols by name. */
import assert from 'node:assert';
import { awsJson10, awsJson11 } from './aws-json.ts';
import { awsQuery } from './aws-query.ts';
import { ec2Query } from './ec2-query.ts';
import type { Protocol, ProtocolName } from './protocol.ts';
import { restJson } from './rest-json.ts';
import { restXml } from './rest-xml.ts';
import { rpcV2Cbor } from './rpc-v2-cbor.ts';

const all = [awsQuery, ec2Query, restXml, restJson, awsJson10, awsJson11, rpcV2Cbor];

const protocols: ReadonlyMap<ProtocolName, Protocol> = new Map(
  all.map((protocol) => [protocol.name, protocol]),
);

/** The protocol of that name; there is one for each name. */
export function protocolNamed(name: ProtocolName): Protocol {
  const protocol = protocols.get(name);
  assert(protocol !== undefined, name);
  return protocol;
}
