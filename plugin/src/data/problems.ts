import type { Problem } from './model'
import { capped } from './cells'

const MOST_PROBLEMS = 50

/** What is wrong with the data, the same thing once with its count; what is beyond 50 is counted together. */
export class Problems {
  readonly #byKey = new Map<string, { -readonly [K in keyof Problem]: Problem[K] }>()
  #rest = 0

  add(code: Problem['code'], where: string, detail: string, count = 1): void {
    const key = `${code}\n${where}\n${detail}`
    const known = this.#byKey.get(key)
    if (known !== undefined) known.count += count
    else if (this.#byKey.size < MOST_PROBLEMS - 1)
      this.#byKey.set(key, { code, where: capped(where), detail: capped(detail), count })
    else this.#rest += count
  }

  addAll(problems: readonly Problem[]): void {
    for (const { code, where, detail, count } of problems) this.add(code, where, detail, count)
  }

  get list(): readonly Problem[] {
    const list: Problem[] = [...this.#byKey.values()]
    if (this.#rest > 0)
      list.push({ code: 'truncated', where: '', detail: 'more problems', count: this.#rest })
    return list
  }
}
