import { type CNIOperator, LibcniError, type PodSandboxManager } from 'libcni';
import { containerMethods } from './container-methods.js';
import type { Containers } from './containers.js';
import type { Images } from './images.js';
import { requests } from './messages.js';
import { podMethods } from './pod-methods.js';
import type { Methods } from './serve.js';

/** What the runtime service uses. */
export interface Node {
  readonly operator: CNIOperator;
  readonly pods: PodSandboxManager;
  readonly containers: Containers;
  readonly images: Images;
}

/** CRI's RuntimeService. */
export function runtimeService(node: Node): Methods {
  return { ...nodeMethods(node), ...podMethods(node), ...containerMethods(node) };
}

function nodeMethods({ operator }: Node): Methods {
  return {
    async Version(request) {
      const { version } = requests.version.parse(request);
      return { version, runtimeName: 'libcni-example', runtimeVersion: '0.1.0', runtimeApiVersion: 'v1' };
    },
    async Status(_request, signal) {
      const { ready, reason } = await operator.status({ signal });
      const network = { type: 'NetworkReady', status: ready };
      const why = ready ? {} : { reason: 'NetworkNotReady', message: reason };
      return {
        status: {
          conditions: [
            { type: 'RuntimeReady', status: true },
            { ...network, ...why },
          ],
        },
        runtimeHandlers: ['', 'runc'].map((name) => ({ name })),
      };
    },
    async UpdateRuntimeConfig() {
      // The network's own configuration decides which addresses pods get.
      return {};
    },
    async RuntimeConfig() {
      return { linux: { cgroupDriver: 'CGROUPFS' } };
    },
  };
}

/** The only id with that beginning, since people give the first few characters. */
export function onlyId(kind: string, wanted: string, ids: readonly string[]): string {
  const [id, another] = ids.filter((each) => wanted !== '' && each.startsWith(wanted));
  if (id !== undefined && another === undefined) return id;
  throw new LibcniError('ERR_NOT_FOUND', `there is ${id ? 'more than one' : 'no'} ${kind} ${wanted}`);
}
