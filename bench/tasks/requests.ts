import { runCall } from '../../src/libcni/call.js';
import { networkConf } from '../../src/libcni/index.js';
import { parseAttachRequest } from '../../src/operator/parse-request.js';
import type { Run, Task } from './task.js';

const PORTS = 10;

const portMappings = Array.from({ length: PORTS }, (_, index) => ({
  hostPort: 8000 + index,
  containerPort: 80 + index,
  protocol: 'tcp',
  hostIP: '127.0.0.1',
}));
const netns = '/run/netns/pod';
const args = [['IgnoreUnknown', '1']] as const;

const request = {
  id: 'pod',
  netns,
  networks: [{ name: 'lab', ifName: 'eth0', capabilityArgs: { portMappings } }],
  labels: { app: 'web' },
  annotations: { 'example.com/owner': 'team' },
  args,
};
const list = networkConf({
  cniVersion: '1.0.0',
  name: 'lab',
  plugins: [{ type: 'bridge' }, { type: 'portmap' }],
});
const rt = { containerId: 'pod', netns, ifName: 'eth0', args, capabilityArgs: { portMappings } };
const options = { timeoutMs: 1000, signal: new AbortController().signal };

/** Parses the arguments of `operator.attach()`. */
export function parseRequests({ count = 1 }: Task): Run {
  return async () => {
    for (let index = 0; index < count; index++) await parseAttachRequest(request);
  };
}

/** Parses the arguments of `addNetworkList()`. */
export function parseCalls({ count = 1 }: Task): Run {
  return async () => {
    for (let index = 0; index < count; index++)
      await runCall({ verb: 'ADD', list, rt, options }, async () => {});
  };
}
