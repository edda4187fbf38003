import { describe, expect, it, test } from 'vitest'
import { batchOf } from '../../../src/core/index.ts'
import { createParser } from '../../../src/core/parse/index.ts'
import { F_PSAD_REJECTS, PacketRows, R_FLAGS, R_PREFIX } from '../../../src/core/row.ts'

const HEAD = 'Mar 11 20:35:11 fw kernel: [1.25] DROP '
const V4 = 'SRC=1.2.3.4 DST=5.6.7.8 LEN=40 TOS=0x00 PREC=0x00 TTL=50 ID=1'
const V6A = '2001:0db8:0000:0000:0000:0000:0000:0001'
const V6B = '2001:0db8:0000:0000:0000:0000:0000:0002'
const V6 = `SRC=${V6A} DST=${V6B} LEN=60 TC=0 HOPLIMIT=60 FLOWLBL=0`
const TCP = 'PROTO=TCP SPT=1 DPT=2 WINDOW=1024 RES=0x00 SYN URGP=0'

function read(line: string): { packets: number; rejected: boolean; prefix: string } {
  const parser = createParser({
    zone: 'UTC',
    profile: 'psad',
    verdicts: { drop: [], accept: [], audit: [] },
  })
  const rows = new PacketRows(1)
  parser.parse(batchOf([line]), 0, rows)
  return {
    packets: rows.count,
    rejected: ((rows.ints[R_FLAGS] ?? 0) & F_PSAD_REJECTS) !== 0,
    prefix: parser.interned.text(rows.ints[R_PREFIX] ?? 0),
  }
}

describe('psad uses', () => {
  test.each([
    `IN=eth0 OUT= MAC=02:00 ${V4} ${TCP} `,
    `IN=eth0 OUT=eth1 ${V4} DF ${TCP}`,
    `IN= OUT=eth1 ${V4} ${TCP}`,
    `IN=br0 PHYSIN=eth0 OUT= ${V4} ${TCP}`,
    `IN=br0 PHYSIN=eth0 OUT=br0 PHYSOUT=eth1 ${V4} ${TCP}`,
    `IN=eth0 OUT= ${V4} PROTO=TCP SPT=1 DPT=2 WINDOW=1024 RES=0x00 URGP=0`,
    `IN=eth0 OUT= ${V4} PROTO=TCP SPT=1 DPT=2 SEQ=1 ACK=2 WINDOW=1024 RES=0x00 ACK SYN URGP=0 OPT (020405B4)`,
    `IN=eth0 OUT= ${V4} OPT (940400) ${TCP}`,
    `IN=eth0 OUT= ${V4} PROTO=UDP SPT=1 DPT=2 LEN=8`,
    `IN=eth0 OUT= ${V4} PROTO=ICMP TYPE=8 CODE=0 ID=1 SEQ=2`,
    `IN=eth0 OUT= ${V4} PROTO=ICMP TYPE=3 CODE=3 [SRC=5.6.7.8 DST=9.9.9.9 LEN=60 TOS=0x00 PREC=0x00 TTL=9 ID=7 PROTO=UDP SPT=5 DPT=6 LEN=40 ]`,
    `IN=eth0 OUT= ${V4} PROTO=2`,
    `IN=eth0 OUT= ${V6} ${TCP}`,
    `IN=eth0 OUT= ${V6} PROTO=UDP SPT=1 DPT=2 LEN=8`,
    `IN=eth0 OUT= ${V6} PROTO=UDPLITE SPT=1 DPT=2 LEN=8`,
    `IN=eth0 OUT= ${V6} PROTO=ICMPv6 TYPE=128 CODE=0 ID=1 SEQ=1`,
    `IN=eth0 OUT= ${V6} PROTO=59`,
  ])('%s', (body) => {
    expect(read(HEAD + body)).toEqual({ packets: 1, rejected: false, prefix: 'DROP' })
  })
})

describe('psad does not use', () => {
  test.each([
    ['no interface', `IN= OUT= ${V4} ${TCP}`],
    ['no IN=', `OUT=eth0 ${V4} ${TCP}`],
    ['a protocol by name', `IN=eth0 OUT= ${V4} PROTO=ESP SPI=0x1`],
    ['another by name', `IN=eth0 OUT= ${V4} PROTO=SCTP SPT=1 DPT=2`],
    ['UDPLITE over IPv4', `IN=eth0 OUT= ${V4} PROTO=UDPLITE SPT=1 DPT=2 LEN=8`],
    ['a fragment', `IN=eth0 OUT= ${V4} FRAG:64 PROTO=TCP`],
    ['INCOMPLETE', `IN=eth0 OUT= ${V4} PROTO=TCP INCOMPLETE [8 bytes]`],
    [
      'flags that make no sense',
      `IN=eth0 OUT= ${V4} PROTO=TCP SPT=1 DPT=2 WINDOW=1024 RES=0x00 CWR ECE URGP=0`,
    ],
    ['a ping without id', `IN=eth0 OUT= ${V4} PROTO=ICMP TYPE=8 CODE=0`],
    ['no TOS', `IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 LEN=40 TTL=50 ID=1 ${TCP}`],
    ['no LEN', `IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 TTL=50 ID=1 PROTO=2`],
    [
      'IPv6 in short',
      `IN=eth0 OUT= SRC=2001:db8::1 DST=${V6B} LEN=60 TC=0 HOPLIMIT=60 FLOWLBL=0 ${TCP}`,
    ],
    [
      'IPv6 TCP with SEQ',
      `IN=eth0 OUT= ${V6} PROTO=TCP SPT=1 DPT=2 SEQ=1 ACK=0 WINDOW=1024 RES=0x00 SYN URGP=0`,
    ],
    ['IPv6 UDP with options', `IN=eth0 OUT= ${V6} OPT ( ) PROTO=UDP SPT=1 DPT=2 LEN=8`],
    [
      'IPv6 in the order of Proxmox',
      `IN=eth0 OUT= SRC=${V6A} DST=${V6B} LEN=60 TC=0 FLOWLBL=1 HOPLIMIT=60 ${TCP}`,
    ],
  ])('%s', (_, body) => {
    expect(read(HEAD + body)).toMatchObject({ packets: 1, rejected: true })
  })

  it('RouterOS', () => {
    const line =
      'firewall,info x input: in:ether1 out:(unknown 0), proto UDP, 1.2.3.4:1->5.6.7.8:2, len 40'
    expect(read(line)).toEqual({ packets: 1, rejected: true, prefix: '' })
  })
})

describe('the prefix in the psad profile', () => {
  const body = `IN=eth0 OUT= ${V4} ${TCP}`
  test.each([
    [`Mar 11 20:35:11 fw kernel: [1.25] [UFW BLOCK] ${body}`, '[UFW BLOCK]'],
    [`Mar 11 20:35:11 fw kernel: Shorewall:x:DROP:${body}`, 'Shorewall:x:DROP:'],
    [`Mar 11 20:35:11 fw [UFW BLOCK] ${body}`, ''],
    [`[UFW BLOCK] ${body}`, ''],
    [`Mar 11 20:35:11 fw kernel[0]: DROP ${body}`, ''],
    [JSON.stringify({ message: `Mar 11 20:35:11 fw kernel: DROP ${body} ` }), 'DROP'],
  ])('%s', (line, prefix) => {
    expect(read(line)).toEqual({ packets: 1, rejected: false, prefix })
  })
})
