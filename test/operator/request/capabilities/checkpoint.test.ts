import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseCheckpoint } from '../../../../src/operator/request/capabilities/checkpoint.js';
import { capabilityArgsFromAnnotations } from '../../../../src/operator/request/capabilities/index.js';

const key = 'cri.sandbox.isulad.checkpoint';

// The sum was made with sha256sum.
const written =
  '{"version":"v1","name":"web","ns":"shop","data":{"port_mappings":[{"protocol":"udp","container_port":53,' +
  '"host_port":5353},{"protocol":"tcp","container_port":80}],"host_network":false},' +
  '"checksum":"1681be758441b18e0ac1e97dcf5fdb0b48afd4f731bdd247dc949aa1a38bfd1b"}';

function withSum(content: object): string {
  const checksum = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return JSON.stringify({ ...content, checksum });
}

function withPorts(...ports: unknown[]): string {
  return withSum({ version: 'v1', name: 'web', ns: 'shop', data: { port_mappings: ports } });
}

describe('the checkpoint of iSulad', () => {
  it('gives the port mappings that have a port of the host', () => {
    expect(parseCheckpoint(written)).toEqual([{ hostPort: 5353, containerPort: 53, protocol: 'udp' }]);
  });

  it.each([
    ['a negative port of the host', withPorts({ protocol: 'tcp', container_port: 80, host_port: -1 })],
    ['no list', withSum({ version: 'v1', data: { host_network: true } })],
    ['no data', withSum({ version: 'v1' })],
  ])('with %s maps nothing', (_, text) => {
    expect(parseCheckpoint(text)).toEqual([]);
    expect(capabilityArgsFromAnnotations({ [key]: text }).capabilityArgs).toEqual({});
  });

  it.each([
    ['$.checksum', written.replace('5353', '5354')],
    ['$.checksum', '{"version":"v1"}'],
    ['$', '[]'],
    ['$', '{'],
    ['$.data.port_mappings', withSum({ data: { port_mappings: {} } })],
    ['$.data.port_mappings[0].container_port', withPorts({ container_port: 0, host_port: 80 })],
    [
      '$.data.port_mappings[1].host_port',
      withPorts({ container_port: 1 }, { container_port: 1, host_port: 1e6 }),
    ],
    ['$.data.port_mappings[0].protocol', withPorts({ container_port: 1, host_port: 1, protocol: 'icmp' })],
  ])('is refused at %s: %s', (jsonPath, text) => {
    expect(() => parseCheckpoint(text)).toThrow(
      expect.objectContaining({
        name: 'LibcniError',
        code: 'ERR_ANNOTATION',
        jsonPath,
        message: expect.stringContaining(key),
      }),
    );
  });

  it.each([80.5, '80', 70_000])('says which ports of the host there are: not %j', (value) => {
    const message = expect.stringContaining('must be a whole number from 1 to 65535');
    expect(() => parseCheckpoint(withPorts({ container_port: 80, host_port: value }))).toThrow(
      expect.objectContaining({ code: 'ERR_ANNOTATION', value, message }),
    );
  });

  it('overrides the annotation portMappings, with a warning', () => {
    const portMappings = '[{"hostPort":1,"containerPort":1}]';
    expect(capabilityArgsFromAnnotations({ [key]: written, portMappings })).toEqual({
      capabilityArgs: { portMappings: [{ hostPort: 5353, containerPort: 53, protocol: 'udp' }] },
      warnings: [`annotation portMappings is ignored: ${key} replaces it`],
    });
  });
});
