import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { basename, dirname, join, posix } from 'node:path'
import { root } from '../../helpers/fixtures.ts'
import type { Instruction, Stage } from './dockerfile.ts'

export interface ReplayOptions {
  readonly stages: readonly Stage[]
  /** Files of the build context, by their path from the root. */
  readonly context: readonly string[]
  /** An empty folder; each stage's file system is a folder in it. */
  readonly folder: string
  /** Stages that are left out, and with them what others copy from them. */
  readonly without?: readonly string[]
  /** Does a command of a stage in another way; true if it did. */
  instead?(stage: string, command: string, cwd: string): boolean
}

/**
 * Does what a Dockerfile says without a container engine: stages are folders, RUN commands are run by this machine's shell with their
 * WORKDIR below the stage's folder, so they must name no path outside it. Base images are empty but for `node`, which is this one.
 * Returns the folder of the last stage.
 */
export function replay(options: ReplayOptions): string {
  const trees = new Map<string, string>()
  let last = ''
  for (const [index, stage] of options.stages.entries()) {
    const name = stage.name ?? String(index)
    if (options.without?.includes(name) === true) continue
    last = join(options.folder, name)
    mkdirSync(last)
    const from = trees.get(stage.base)
    // Hard links: tools put new files in place instead of writing into old ones.
    if (from !== undefined) run('cp', ['-al', `${from}/.`, last])
    else if (/^node:/.test(stage.base)) {
      mkdirSync(join(last, 'usr/local/bin'), { recursive: true })
      symlinkSync(process.execPath, join(last, 'usr/local/bin/node'))
    }
    trees.set(name, last)
    replayStage(name, stage, last, trees, options)
  }
  return last
}

function replayStage(
  name: string,
  stage: Stage,
  tree: string,
  trees: ReadonlyMap<string, string>,
  options: ReplayOptions,
): void {
  let workdir = '/'
  for (const instruction of stage.instructions) {
    const { keyword, rest } = instruction
    const cwd = join(tree, workdir)
    if (keyword === 'WORKDIR') {
      workdir = posix.resolve(workdir, rest)
      mkdirSync(join(tree, workdir), { recursive: true })
    } else if (keyword === 'COPY') copy(instruction, tree, workdir, trees, options)
    else if (keyword === 'RUN' && options.instead?.(name, rest, cwd) !== true)
      run('sh', ['-c', rest], cwd)
  }
}

function copy(
  { flags, rest, line }: Instruction,
  tree: string,
  workdir: string,
  trees: ReadonlyMap<string, string>,
  { context, without = [] }: ReplayOptions,
): void {
  const words = rest.split(/\s+/)
  const to = words.pop() ?? ''
  const target = join(tree, posix.resolve(workdir, to))
  const intoFolder = /(^|\/)\.?$/.test(to) || words.length > 1
  for (const word of words) {
    const { from } = flags
    if (from !== undefined && without.includes(from)) continue
    if (from === undefined) copyContext(word, context, target, intoFolder, line)
    else copyTree(join(trees.get(from) ?? '', word), target, intoFolder)
  }
}

function copyContext(
  word: string,
  context: readonly string[],
  target: string,
  intoFolder: boolean,
  line: number,
): void {
  const below = context.filter((path) => path.startsWith(`${word}/`))
  if (context.includes(word)) {
    const to = intoFolder ? join(target, basename(word)) : target
    mkdirSync(dirname(to), { recursive: true })
    copyFileSync(join(root, word), to)
  } else if (below.length === 0)
    throw new Error(`Dockerfile:${line}: ${word} is not in the build context (.dockerignore?)`)
  for (const path of below) {
    const to = join(target, path.slice(word.length))
    mkdirSync(dirname(to), { recursive: true })
    copyFileSync(join(root, path), to)
  }
}

function copyTree(from: string, target: string, intoFolder: boolean): void {
  if (!existsSync(from)) throw new Error(`${from} was not made by its stage`)
  const isFolder = statSync(from).isDirectory()
  const to = isFolder || !intoFolder ? target : join(target, basename(from))
  mkdirSync(isFolder ? to : dirname(to), { recursive: true })
  if (isFolder) cpSync(from, to, { recursive: true, verbatimSymlinks: true })
  else if (lstatSync(from).isSymbolicLink()) symlinkSync(readlinkSync(from), to)
  else copyFileSync(from, to)
}

function run(command: string, args: readonly string[], cwd?: string): void {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, npm_config_prefer_offline: 'true' },
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  if (status !== 0)
    throw new Error(
      `${command} ${args.join(' ')} failed:\n${stdout.slice(-4000)}${stderr.slice(-4000)}`,
    )
}
