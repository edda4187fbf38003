import { PICKET_VARIABLES } from '../defaults.ts'
import { existing, existingFile, one } from '../fate.ts'
import type { Carried, Fate } from '../fate.ts'
import { switchOf, variablesIn } from '../values.ts'

/** Variables of rules; references from one to another stay references, so that `!$HOME_NET` means what it says. */
export const RULE_VARIABLES = [
  'EXTERNAL_NET',
  'HTTP_SERVERS',
  'SMTP_SERVERS',
  'DNS_SERVERS',
  'SQL_SERVERS',
  'TELNET_SERVERS',
  'AIM_SERVERS',
  'HTTP_PORTS',
  'SHELLCODE_PORTS',
  'ORACLE_PORTS',
] as const

function variable(key: string): Carried {
  const path = `signatures.variables.${key}`
  return {
    keys: [key],
    to: [path],
    how: 'with `!` meaning "all but" (psad passes over it in addresses, Q28), and all ports of a list (Q60)',
    shown: true,
    carry(values) {
      const text = values.text(key)
      if (text === undefined) return []
      if (text === '') throw new RangeError('is empty: expected any, addresses or ports')
      const isUsed =
        variablesIn(values.fileText('SIGS_FILE')).has(key) ||
        RULE_VARIABLES.some((other) => values.entry(other)?.value?.includes(`$${key}`) === true)
      if (PICKET_VARIABLES[key] === undefined && !isUsed) {
        values.leave(key, `no rule of SIGS_FILE uses $${key}`)
        return []
      }
      if (/(?:^|[\s,[])!\s*any\b/i.test(text))
        throw new RangeError(
          `"${text}" leaves nothing: expected any, or what is not to be excluded`,
        )
      const homeNet = values.entry('HOME_NET')?.value ?? 'any'
      if (/!\s*\$HOME_NET\b/.test(text) && /^any$/i.test(homeNet))
        throw new RangeError(
          `"${text}" leaves nothing while HOME_NET is any: expected any, or a HOME_NET of your own`,
        )
      return [{ path, value: text }]
    },
  }
}

/** A file in psad's form that stands in for a table of Picket's. */
function table(key: string, name: string, but = ''): Fate {
  return one(key, `tables.${name}`, {
    how: `the file stands in for Picket's table${but}`,
    shown: true,
    convert: (_, values) => existingFile(key, values),
  })
}

export const RULES: readonly Fate[] = [
  {
    keys: ['SIGS_FILE'],
    to: ['signatures.files', 'signatures.builtin'],
    how: "the file stands in for Picket's own rules",
    shown: true,
    carry(values) {
      const file = existingFile('SIGS_FILE', values)
      if (file === undefined) return []
      return [
        { path: 'signatures.builtin', value: false },
        { path: 'signatures.files', value: [file] },
      ]
    },
  },
  one('AUTO_DL_FILE', 'autoDl.files', {
    how: 'level 0 keeps to its ports and protocols (Q20), the narrowest network wins (Q21)',
    shown: true,
    convert: (_, values) => asList(existingFile('AUTO_DL_FILE', values)),
  }),
  one('SNORT_RULE_DL_FILE', 'signatures.levelFiles', {
    shown: true,
    convert: (_, values) => asList(existingFile('SNORT_RULE_DL_FILE', values)),
  }),
  {
    keys: ['SNORT_SID_STR'],
    to: ['signatures.fwsnort.mark'],
    how: '',
    shown: true,
    carry(values) {
      const text = values.text('SNORT_SID_STR')
      if (text === undefined) return []
      if (text === '') throw new RangeError('is empty: expected the text before the id, as in SID')
      return [{ path: 'signatures.fwsnort.mark', value: text }]
    },
  },
  {
    keys: ['SNORT_RULES_DIR', 'FWSNORT_RULES_DIR'],
    to: ['signatures.fwsnort.dirs', 'signatures.classifications'],
    how: 'folders that are there, and classification.config in the first',
    shown: true,
    carry(values) {
      const snort = existing('SNORT_RULES_DIR', 'folder', values)
      const fwsnort = existing('FWSNORT_RULES_DIR', 'folder', values)
      const dirs = [snort, fwsnort].filter((dir) => dir !== undefined)
      if (dirs.length === 0) return []
      const classification = snort === undefined ? undefined : `${snort}/classification.config`
      return [
        { path: 'signatures.fwsnort.dirs', value: dirs },
        ...(classification !== undefined && values.kindOf(classification) === 'file'
          ? [
              {
                path: 'signatures.classifications',
                value: [classification],
                keys: ['SNORT_RULES_DIR'],
              },
            ]
          : []),
      ]
    },
  },
  table('ICMP_TYPES_FILE', 'icmpTypes'),
  table(
    'ICMP6_TYPES_FILE',
    'icmp6Types',
    "; psad's own file takes redirects and MLDv2 reports for invalid (Q25), which Picket's table does not",
  ),
  table('IP_OPTS_FILE', 'ipOptions'),
  table('PROTOCOLS_FILE', 'protocols'),
  {
    keys: ['POSF_FILE', 'P0F_FILE'],
    to: ['fingerprints.files', 'fingerprints.posfFiles', 'fingerprints.builtin'],
    how: "the files stand in for Picket's own fingerprints",
    shown: true,
    carry(values) {
      const posf = existingFile('POSF_FILE', values)
      const p0f = existingFile('P0F_FILE', values)
      if (posf === undefined && p0f === undefined) return []
      return [
        { path: 'fingerprints.builtin', value: false },
        ...(p0f === undefined
          ? []
          : [{ path: 'fingerprints.files', value: [p0f], keys: ['P0F_FILE'] }]),
        ...(posf === undefined
          ? []
          : [{ path: 'fingerprints.posfFiles', value: [posf], keys: ['POSF_FILE'] }]),
      ]
    },
  },
  one('ENABLE_SNORT_SIG_STRICT', 'signatures.strict', {
    shown: true,
    convert: (text, values) => switchOf(text, values.noteFor('ENABLE_SNORT_SIG_STRICT')),
  }),
  {
    keys: ['SHOW_ALL_SIGNATURES'],
    not: 'a report of Picket holds every match of a scan, and a detection tells of each signature once a scan',
  },
  {
    keys: ['SIG_UPDATE_URL'],
    not: 'psad fetches rules unchecked over plain HTTP (Q56) and loses local changes; `picket signatures update` checks what it fetches and keeps files apart',
  },
  ...RULE_VARIABLES.map(variable),
]

function asList(file: string | undefined): string[] | undefined {
  return file === undefined ? undefined : [file]
}
