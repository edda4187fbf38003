import type { Fate } from '../fate.ts'

const NO_BLOCKING =
  'Picket finds and tells, it does not block; detections in a sink of type jsonl or stdout can feed a program that does'

export const RESPONSE: readonly Fate[] = [
  {
    keys: [
      'ENABLE_AUTO_IDS',
      'AUTO_IDS_DANGER_LEVEL',
      'AUTO_BLOCK_TIMEOUT',
      'AUTO_BLOCK_DL1_TIMEOUT',
      'AUTO_BLOCK_DL2_TIMEOUT',
      'AUTO_BLOCK_DL3_TIMEOUT',
      'AUTO_BLOCK_DL4_TIMEOUT',
      'AUTO_BLOCK_DL5_TIMEOUT',
      'ENABLE_AUTO_IDS_REGEX',
      'AUTO_BLOCK_REGEX',
    ],
    not: NO_BLOCKING,
    switch: 'ENABLE_AUTO_IDS',
  },
  {
    keys: ['ENABLE_AUTO_IDS_EMAILS', 'ENABLE_RENEW_BLOCK_EMAILS'],
    not: 'Picket does not block and sends no mail',
  },
  {
    keys: [
      'IPTABLES_BLOCK_METHOD',
      'TCPWRAPPERS_BLOCK_METHOD',
      'IPT_AUTO_CHAIN#',
      'FLUSH_IPT_AT_INIT',
    ],
    not: 'Picket does not block, and runs no firewall commands',
  },
  {
    keys: ['IPTABLES_PREREQ_CHECK', 'ENABLE_OVERRIDE_FW_CMD', 'FW_CMD', 'FW_CMD_ARGS'],
    not: 'Picket runs no firewall commands',
  },
  {
    keys: ['ENABLE_EXT_BLOCK_SCRIPT_EXEC', 'EXTERNAL_BLOCK_SCRIPT'],
    not: 'Picket does not block, and runs no programs',
    switch: 'ENABLE_EXT_BLOCK_SCRIPT_EXEC',
  },
  {
    keys: ['ETC_HOSTS_DENY_FILE', 'AUTO_BLOCK_IPT_FILE', 'AUTO_BLOCK_TCPWR_FILE', 'AUTO_IPT_SOCK'],
    not: 'Picket does not block, so it keeps no such file',
  },
  {
    keys: ['ENABLE_FW_LOGGING_CHECK', 'FW_CHECK_FILE'],
    not: '`picket check-firewall` looks at a ruleset whenever you ask, on any machine',
  },
]
