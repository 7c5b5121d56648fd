import { expect, it } from 'vitest';
import { portMappingsSchema } from '../../src/index.js';
import { parseAttachRequest } from '../../src/operator/parse-request.js';

/** A request with so many port mappings, the last of which is odd. */
function requestWith(count: number, odd: object = {}) {
  const ports = Array.from({ length: count }, (_, port) => ({
    hostPort: 10_001 + port,
    containerPort: 1 + port,
  }));
  const last = { HostPort: 1, containerPort: 1, ...odd };
  const unpublished = { hostPort: 0, containerPort: 9 };
  return {
    id: 'c1',
    netns: '/run/netns/x',
    capabilityArgs: {
      mac: '02:00:00:00:00:01',
      portMappings: [unpublished, ...ports, last],
      ips: ['10.0.0.2/8'],
    },
  };
}

it('parses many port mappings as it parses few', async () => {
  const { capabilityArgs: few } = await parseAttachRequest(requestWith(3));
  const parsed = await parseAttachRequest(requestWith(1700));
  expect(parsed).toMatchObject({ id: 'c1', netns: '/run/netns/x' });
  const { capabilityArgs: many } = parsed;
  expect(Object.keys(many ?? {})).toEqual(Object.keys(few ?? {}));
  const { portMappings: given } = requestWith(1700).capabilityArgs;
  expect(many?.portMappings).toHaveLength(1701);
  expect(many?.portMappings).toEqual(portMappingsSchema.parse(given));
});

it('names the wrong one of many port mappings', async () => {
  await expect(parseAttachRequest(requestWith(1700, { containerPort: 70_000 }))).rejects.toMatchObject({
    code: 'ERR_CONF_INVALID',
    jsonPath: '$.capabilityArgs.portMappings[1701].containerPort',
    value: 70_000,
  });
});

it('lets others have their turn while it parses many port mappings', async () => {
  let turns = 0;
  let next = setImmediate(count);
  function count(): void {
    turns++;
    next = setImmediate(count);
  }
  await parseAttachRequest(requestWith(50_000));
  clearImmediate(next);
  expect(turns).toBeGreaterThan(5);
});
