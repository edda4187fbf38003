import {
  queryInstant,
  queryRange,
  type InstantQuery,
  type QueryResult,
  type RangeQuery,
} from './query.ts'
import { LineStore, type StoreOptions } from './store.ts'

export { startStoreServer, type StoreServer } from './http/server.ts'
export { sizeBytes } from './logql/units.ts'
export type { StoreOptions } from './store.ts'
export type { InstantQuery, QueryResult, RangeQuery } from './query.ts'

/** The embedded, Loki-compatible store, used in the same process. `startStoreServer` puts it on a port. */
export class Store extends LineStore {
  query(request: InstantQuery): Promise<QueryResult> {
    return queryInstant(this, request)
  }

  queryRange(request: RangeQuery): Promise<QueryResult> {
    return queryRange(this, request)
  }
}

/** Opens a store; with a directory it reads back what is there. Throws `PicketError`. */
export function createStore(options: StoreOptions): Store {
  return new Store(options)
}
