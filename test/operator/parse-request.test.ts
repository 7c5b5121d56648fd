import { describe, expect, it } from 'vitest';
import { type PodAttachRequest, portMappingsSchema } from '../../src/index.js';
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

/** How the parse of a request fails. */
async function refusalOf(given: unknown): Promise<unknown> {
  return await parseAttachRequest(given as PodAttachRequest).then(
    () => expect.unreachable('the request was accepted'),
    ({ code, message, jsonPath, value, network }) => ({ code, message, jsonPath, value, network }),
  );
}

/** The same request as an object of a class, which is parsed in one go. */
function inOneGo(given: object): object {
  return Object.assign(new (class Request {})(), given);
}

describe('a request with many port mappings', () => {
  it('is what it was at the call, whatever the caller changes later', async () => {
    const request = requestWith(1700);
    const expected = structuredClone(await parseAttachRequest(requestWith(1700)));
    const parsing = parseAttachRequest(request);
    for (const mapping of request.capabilityArgs.portMappings) Object.assign(mapping, { hostPort: 9 });
    request.capabilityArgs.ips[0] = '10.0.0.3/8';
    request.id = 'c2';
    expect(await parsing).toEqual(expected);
  });

  it('is refused for what was wrong at the call, although the caller has put it right since', async () => {
    const request = requestWith(1700, { containerPort: 70_000 });
    const parsing = parseAttachRequest(request);
    Object.assign(request, { id: 'c2', capabilityArgs: { portMappings: [] } });
    await expect(parsing).rejects.toMatchObject({ code: 'ERR_CONF_INVALID', value: 70_000 });
  });

  it('is parsed at the call if its mappings are objects of a class', async () => {
    class Mapping {
      hostPort = 1;
      containerPort = 2;
    }
    const portMappings = Array.from({ length: 600 }, () => new Mapping());
    const parsing = parseAttachRequest({ id: 'c1', netns: '/x', capabilityArgs: { portMappings } });
    for (const mapping of portMappings) mapping.hostPort = 9;
    const { capabilityArgs } = await parsing;
    expect(capabilityArgs?.portMappings?.at(-1)).toMatchObject({ hostPort: 1, containerPort: 2 });
  });

  it.each<[string, object, object]>([
    ['a mapping', { containerPort: 70_000 }, {}],
    ['the protocol of a mapping', { protocol: 'icmp' }, {}],
    ['a mapping and an id, which comes first', { containerPort: 0 }, { id: '' }],
    ['a mapping, and a misspelt key, which says more', { containerPort: 0 }, { netn: '/x' }],
    ['a mapping and a network before it', { containerPort: 0 }, { networks: [{ name: 'a', ifName: 5 }] }],
    ['a network alone', {}, { networks: [{ name: 'a', cniArgs: 5 }] }],
  ])('is refused like a request that is parsed in one go for a fault in %s', async (_, odd, more) => {
    const wrong = { ...requestWith(1700, odd), ...more };
    expect(await refusalOf(wrong)).toEqual(await refusalOf(inOneGo(wrong)));
  });

  it('is refused for its mappings before anything that follows them', async () => {
    const { capabilityArgs, ...rest } = requestWith(1700, { containerPort: 0 });
    const wrong = { ...rest, capabilityArgs: { ...capabilityArgs, mac: 'none' } };
    const refusal = await refusalOf(wrong);
    expect(refusal).toEqual(await refusalOf(inOneGo(wrong)));
    expect(refusal).toMatchObject({ jsonPath: '$.capabilityArgs.portMappings[1701].containerPort' });
  });
});

it('takes what it passes on unread at the call too', async () => {
  const request = {
    id: 'c1',
    netns: '/x',
    networks: [{ name: 'a', cniArgs: { inner: { k: 1 } } }],
    args: [['K', 'v'] as [string, string]],
    capabilityArgs: { 'own.limits': { cpu: [1] } },
  };
  const expected = structuredClone(request);
  const parsing = parseAttachRequest(request);
  Object.assign(request.networks[0]?.cniArgs.inner ?? {}, { k: 2 });
  request.args[0] = ['K', 'other'];
  request.capabilityArgs['own.limits'].cpu.push(2);
  expect(await parsing).toMatchObject(expected);
});
