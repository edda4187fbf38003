// The detection core in a thread of its own. Only this small file is the worker's entry: what it does comes with the
// chunk that the main thread would use without a worker.
import type { WorkerScope } from './serve'

declare let __webpack_public_path__: string

const scope = self as unknown as WorkerScope & { readonly location: Location }

// The build's own public path is that of the page. A worker lies beside the other chunks, wherever that is.
__webpack_public_path__ = new URL('.', scope.location.href).href

// What arrives before the chunk is there would be lost without a listener.
const waiting: MessageEvent<unknown>[] = []
scope.onmessage = (message) => {
  waiting.push(message)
}
import('./serve').then(
  ({ serve }) => serve(scope, waiting),
  (error: unknown) => scope.postMessage({ run: -1, type: 'failed', message: String(error) }, []),
)
