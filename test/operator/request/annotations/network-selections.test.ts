import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { LibcniError } from '../../../../src/index.js';
import {
  assignInterfaces,
  type NetworkSelection,
  parseDefaultNetwork,
  parseNetworkSelections,
  selectionCapabilityArgs,
} from '../../../../src/operator/request/annotations/index.js';

const refused = (more: object = {}) => expect.objectContaining({ code: 'ERR_ANNOTATION', ...more });
const read = (text: string) => parseNetworkSelections(text, { namespace: 'pod-ns' });
const readJson = (value: unknown) => read(JSON.stringify(value));

describe('networks selected by names with commas', () => {
  it('have namespace and interface where the text says so', () => {
    expect(read('a, other/b ,c@net5,\tother / d @ eth1')).toEqual([
      { name: 'a', namespace: 'pod-ns' },
      { name: 'b', namespace: 'other' },
      { name: 'c', namespace: 'pod-ns', interface: 'net5' },
      { name: 'd', namespace: 'other', interface: 'eth1' },
    ]);
  });

  it('may be the same twice', () => {
    expect(read('a,a')).toHaveLength(2);
  });

  it('are none if the text is blank', () => {
    expect(read('')).toEqual([]);
    expect(read(' \n')).toEqual([]);
  });

  it.each([
    ['a,,b', 1],
    ['a,', 1],
    ['/a', 0],
    ['a/', 0],
    ['a@', 0],
    ['@eth0', 0],
    ['a/b/c', 0],
    ['ok,a@b@c', 1],
    ['a@b/c', 0],
    ['A', 0],
    ['a_b', 0],
    ['-a', 0],
    ['a-', 0],
    ['a.b', 0],
    ['a b', 0],
    ['x@a23456789-123456', 0],
    ['a'.repeat(64), 0],
  ])('are not read from %j', (text, index) => {
    const value = text.split(',')[index]?.trim();
    const message = expect.stringContaining('annotation k8s.v1.cni.cncf.io/networks');
    expect(() => read(text)).toThrow(refused({ jsonPath: `$[${index}]`, value, message }));
  });

  it('read back from their text', () => {
    const first = fc.constantFrom(...'abz019');
    const label = fc.tuple(first, fc.string({ unit: fc.constantFrom(...'ab0-'), maxLength: 8 }), first);
    const name = label.map((parts) => parts.join(''));
    const item = fc.record({ name, namespace: name }, { requiredKeys: ['name'] });
    fc.assert(
      fc.property(fc.array(item, { minLength: 1 }), (items) => {
        const text = items
          .map((one) => (one.namespace ? `${one.namespace}/${one.name}` : one.name))
          .join(' , ');
        expect(read(text)).toEqual(items.map((one) => ({ namespace: 'pod-ns', ...one })));
      }),
    );
  });
});

describe('networks selected by JSON', () => {
  const full = {
    name: 'Net_1.a',
    namespace: 'other',
    interface: 'eth5',
    ips: ['10.1.0.5/24', '2001:DB8:0::5'],
    mac: 'C2-11-22-33-44-55',
    'infiniband-guid': 'c2:11:22:33:44:55:66:77',
    portMappings: [{ hostPort: 8080, containerPort: 80 }],
    bandwidth: { ingressRate: 2048, ingressBurst: 1600, egressRate: 0, egressBurst: 0 },
    'cni-args': { tenant: 'blue', deep: { a: [1] } },
    'default-route': ['10.1.0.1'],
    'org.example.own': { a: 1 },
  };

  it('have all that the standard knows, and keys of reverse domain names', () => {
    expect(readJson([full])).toEqual([
      {
        name: 'Net_1.a',
        namespace: 'other',
        interface: 'eth5',
        ips: ['10.1.0.5/24', '2001:db8::5'],
        mac: 'c2:11:22:33:44:55',
        infinibandGuid: 'c2:11:22:33:44:55:66:77',
        portMappings: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
        bandwidth: { ingressRate: 2048, ingressBurst: 1600, egressRate: 0, egressBurst: 0 },
        cniArgs: { tenant: 'blue', deep: { a: [1] } },
        defaultRoute: ['10.1.0.1'],
        'org.example.own': { a: 1 },
      },
    ]);
  });

  it('are read whatever the case of their keys', () => {
    expect(read('[{"Name":"a","NAMESPACE":"n","CNI-Args":{"x":1},"Default-Route":["::1"]}]')).toEqual([
      { name: 'a', namespace: 'n', cniArgs: { x: 1 }, defaultRoute: ['::1'] },
    ]);
  });

  it('leave out what is empty, null or reserved', () => {
    const empty = { ips: [], mac: '', namespace: null, interface: '', portMappings: null, 'cni-args': null };
    const reserved = { cniArgs: { x: 1 }, infinibandGuid: 'x', defaultRoute: 5, future: true };
    expect(readJson([{ name: 'a', ...empty, ...reserved }])).toEqual([{ name: 'a', namespace: 'pod-ns' }]);
    expect(readJson([])).toEqual([]);
  });

  it.each([
    ['{"name":"a"}', '$'],
    ['"a"', '$'],
    ['[{"name":"a"},null]', '$[1]'],
    ['["a"]', '$[0]'],
    ['[{}]', '$[0].name'],
    ['[{"name":""}]', '$[0].name'],
    ['[{"name":"../a"}]', '$[0].name'],
    ['[{"name":"a","namespace":"A"}]', '$[0].namespace'],
    ['[{"name":"a","interface":"a/b"}]', '$[0].interface'],
    ['[{"name":"a","interface":"a234567890123456"}]', '$[0].interface'],
    ['[{"name":"a"},{"name":"b","ips":["10.1.0.5","x"]}]', '$[1].ips[1]'],
    ['[{"name":"a","ips":"10.1.0.5"}]', '$[0].ips'],
    ['[{"name":"a","mac":"x"}]', '$[0].mac'],
    ['[{"name":"a","infiniband-guid":"c2:11:22:33:44:55"}]', '$[0].infiniband-guid'],
    ['[{"name":"a","portMappings":[{"hostPort":1}]}]', '$[0].portMappings[0].containerPort'],
    ['[{"name":"a","bandwidth":{"ingressRate":1}}]', '$[0].bandwidth.ingressRate'],
    ['[{"name":"a","cni-args":[]}]', '$[0].cni-args'],
    ['[{"name":"a","default-route":["10.0.0.1/8"]}]', '$[0].default-route[0]'],
    ['[{"name":"a","interface":"e"},{"name":"b","interface":"e"}]', '$[1].interface'],
    ['[{"name":"a"}', '$'],
  ])('are not read from %s', (text, jsonPath) => {
    const message = expect.stringContaining('annotation k8s.v1.cni.cncf.io/networks');
    expect(() => read(text)).toThrow(refused({ jsonPath, message }));
  });

  it('fail with a code of their own for whatever text, never with anything else', () => {
    const key = fc.constantFrom(
      'name',
      'namespace',
      'interface',
      'ips',
      'mac',
      'cni-args',
      '__proto__',
      'a.b',
    );
    const list = fc.array(fc.dictionary(key, fc.jsonValue())).map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(fc.oneof(list, fc.json(), fc.string()), (text) => {
        try {
          for (const { name, namespace } of read(text)) expect(name && namespace).toBeTruthy();
        } catch (error) {
          expect(error).toBeInstanceOf(LibcniError);
          expect(error).toMatchObject({ code: 'ERR_ANNOTATION' });
        }
      }),
    );
  });

  it('do not reach a prototype', () => {
    const [selection] = read('[{"name":"a","__proto__":{"polluted":true},"cni-args":{"__proto__":{"x":1}}}]');
    expect(Object.getPrototypeOf(selection)).toBe(Object.prototype);
    expect(Object.keys(selection?.cniArgs ?? {})).toEqual(['__proto__']);
  });

  it('have types', () => {
    expectTypeOf(parseNetworkSelections).returns.toEqualTypeOf<NetworkSelection[]>();
    expectTypeOf<NetworkSelection['org.example.own']>().toEqualTypeOf<unknown>();
    expectTypeOf<NetworkSelection['interface']>().toEqualTypeOf<string | undefined>();
  });
});

describe('the default network', () => {
  const one = (text: string) => parseDefaultNetwork(text, { namespace: 'kube-system' });

  it('is one, in either form', () => {
    expect(one('calico')).toEqual({ name: 'calico', namespace: 'kube-system' });
    expect(one('[{"name":"calico","namespace":"n","mac":"c2:11:22:33:44:55"}]')).toEqual({
      name: 'calico',
      namespace: 'n',
      mac: 'c2:11:22:33:44:55',
    });
  });

  it.each(['', 'a,b', '[]', '[{"name":"a"},{"name":"b"}]', 'A', '[{}]'])('is not %j', (text) => {
    expect(() => one(text)).toThrow(
      refused({ message: expect.stringContaining('annotation v1.multus-cni.io/default-network') }),
    );
  });
});

describe('the interfaces of selected networks', () => {
  it('are net1, net2 and so on, but for those that are asked for', () => {
    const names = assignInterfaces(read('a,b@eth7,c')).map((selection) => selection.interface);
    expect(names).toEqual(['net1', 'eth7', 'net3']);
    expectTypeOf(assignInterfaces).returns.items.toHaveProperty('interface').toEqualTypeOf<string>();
  });

  it.each([
    ['a,b@net1', [], '$[1].interface', 'net1'],
    ['a@net2,b', [], '$[1].interface', 'net2'],
    ['a@eth0', ['eth0'], '$[0].interface', 'eth0'],
  ])('of %s beside %j are not given twice', (text, taken, jsonPath, value) => {
    expect(() => assignInterfaces(read(text), taken)).toThrow(refused({ jsonPath, value }));
  });
});

describe('the capability arguments of a selection', () => {
  it('are those that it asks for', () => {
    const [all] = readJson([
      {
        name: 'a',
        interface: 'x',
        ips: ['10.1.0.5'],
        mac: 'c2:11:22:33:44:55',
        'infiniband-guid': 'c2:11:22:33:44:55:66:77',
        portMappings: [{ hostPort: 1, containerPort: 2 }],
        bandwidth: { egressRate: 1000, egressBurst: 5 },
        'cni-args': { a: 1 },
      },
    ]);
    if (all === undefined) throw new Error('no selection');
    expect(selectionCapabilityArgs(all)).toEqual({
      ips: ['10.1.0.5'],
      mac: 'c2:11:22:33:44:55',
      infinibandGUID: 'c2:11:22:33:44:55:66:77',
      portMappings: [{ hostPort: 1, containerPort: 2, protocol: 'tcp' }],
      bandwidth: { ingressRate: 0, ingressBurst: 0, egressRate: 1000, egressBurst: 5 },
    });
    expect(Object.keys(selectionCapabilityArgs({ name: 'a', namespace: 'n' }))).toEqual([]);
  });
});
