import { PROTO_TCP, PROTO_UDP, PROTO_UDPLITE } from '../row.ts'
import { CLASS_TCP, CLASS_UDP, CLASS_UDPLITE } from './layout.ts'

/** The port space of a protocol, -1 for those without one (SCTP's ports are no part of psad's span). */
export function portClassOf(protocol: number): number {
  if (protocol === PROTO_TCP) return CLASS_TCP
  if (protocol === PROTO_UDP) return CLASS_UDP
  return protocol === PROTO_UDPLITE ? CLASS_UDPLITE : -1
}
