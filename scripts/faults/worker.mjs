// Attaches and detaches a pod when told to, then ends, even after a failure. The test kills it or its helper meanwhile.
import { once } from 'node:events';
import { CNIOperator, HelperClient } from '../../dist/index.js';

const { pod, ...options } = JSON.parse(process.argv[2]);
const operator = await CNIOperator.create(options);
const helper = HelperClient.shared();
await helper.inspectNetns('/proc/self/ns/net');
process.stdout.write(`helper ${helper.pid}\nready\n`);
await once(process.stdin, 'data');
try {
  await operator.attach(pod);
  await operator.detach({ id: pod.id });
} catch {
  // The helper was killed.
}
process.exit(0);
