import { parseIcmpTypes, parseIpOptions, parseProtocols } from '../core/index.ts'
import type { TableOptions } from '../core/index.ts'
import type { RuleProblem } from '../core/signature/signature.ts'
import type { CliIo } from './io.ts'
import { tellProblems } from './problems.ts'
import { readText } from './read-text.ts'

/** Files in psad's form that stand in for built-in tables. */
export interface TableSettings {
  readonly icmpTypes?: string | undefined
  readonly icmp6Types?: string | undefined
  readonly ipOptions?: string | undefined
  readonly protocols?: string | undefined
}

/** The tables of the files that are named. Throws a PicketError that names a file which cannot be read. */
export async function loadTables(
  settings: TableSettings,
  io: CliIo,
): Promise<{
  readonly options: TableOptions
  readonly ipOptions: Readonly<Record<string, number>> | undefined
}> {
  const read = async <T>(
    file: string | undefined,
    parse: (text: string, file: string) => { readonly table: T; readonly problems: RuleProblem[] },
  ): Promise<T | undefined> => {
    if (file === undefined) return undefined
    const { table, problems } = parse(await readText(file, io, 'table'), file)
    tellProblems(problems, 'line left out', io)
    return table
  }
  const icmpTypes = await read(settings.icmpTypes, parseIcmpTypes)
  const icmp6Types = await read(settings.icmp6Types, parseIcmpTypes)
  const protocols = await read(settings.protocols, parseProtocols)
  const ipOptions = await read(settings.ipOptions, parseIpOptions)
  return {
    options: {
      ...(icmpTypes === undefined ? {} : { icmpTypes }),
      ...(icmp6Types === undefined ? {} : { icmp6Types }),
      ...(protocols === undefined ? {} : { protocols }),
      ...(ipOptions === undefined ? {} : { ipOptions }),
    },
    ipOptions,
  }
}
