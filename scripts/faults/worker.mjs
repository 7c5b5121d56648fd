// Attaches and detaches a pod once it is told to, and ends whatever comes of it. Is there to be killed, or its helper.
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
  // Whoever killed the helper knows.
}
process.exit(0);
