import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { HostPort } from '../../../src/operator/records/host-ports.js';
import { PortIndex } from '../../../src/operator/records/port-index.js';

const port = fc.record<HostPort>({
  hostPort: fc.constantFrom(80, 443),
  hostIP: fc.constantFrom('', '0.0.0.0', '::', '10.0.0.1', '10.0.0.2', 'fd00::1', 'no address'),
  protocol: fc.constantFrom('tcp', 'udp'),
  containerPort: fc.constantFrom(undefined, 80, 8080),
});

/** The rule for two ports, without an index. */
function overlap(a: HostPort, b: HostPort): boolean {
  if (a.hostPort !== b.hostPort || a.protocol !== b.protocol) return false;
  const isWildcard = ({ hostIP }: HostPort) => ['', '0.0.0.0', '::'].includes(hostIP);
  if (!isWildcard(a) && !isWildcard(b)) return a.hostIP === b.hostIP;
  return a.hostIP === '' || b.hostIP === '' || a.hostIP.includes(':') === b.hostIP.includes(':');
}

function unique(ports: readonly HostPort[]): Set<string> {
  return new Set(ports.map((one) => JSON.stringify(one)));
}

it('finds the ports that overlap, each once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(port, { maxLength: 12 }), port, async (all, asked) => {
      const found = (await PortIndex.of(all)).overlapping(asked);
      expect(unique(found)).toEqual(unique(all.filter((one) => overlap(one, asked))));
      expect(found).toHaveLength(unique(found).size);
    }),
    { numRuns: 1000 },
  );
});
