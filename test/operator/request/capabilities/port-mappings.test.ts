import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type PortMapping,
  type PortProtocol,
  parsePortMappings,
  portMapping,
  portMappings,
} from '../../../../src/operator/request/capabilities/index.js';

const refused = (more: object = {}) => expect.objectContaining({ code: 'ERR_ANNOTATION', ...more });

describe('a port mapping', () => {
  it.each([
    ['8080:80', { hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
    ['8080:80/UDP', { hostPort: 8080, containerPort: 80, protocol: 'udp' }],
    ['127.0.0.1:8080:80/tcp', { hostPort: 8080, containerPort: 80, protocol: 'tcp', hostIP: '127.0.0.1' }],
    ['[::1]:8080:80/udp', { hostPort: 8080, containerPort: 80, protocol: 'udp', hostIP: '::1' }],
    [
      '[2001:DB8:0::1]:1:65535/sctp',
      { hostPort: 1, containerPort: 65_535, protocol: 'sctp', hostIP: '2001:db8::1' },
    ],
  ])('is made of the text %s', (text, mapping) => {
    expect(portMapping(text)).toEqual(mapping);
  });

  it('is made of its parts', () => {
    expect(portMapping({ hostPort: 53, containerPort: 5353, protocol: 'UDP' })).toEqual({
      hostPort: 53,
      containerPort: 5353,
      protocol: 'udp',
    });
    expect(portMapping({ hostPort: 1, containerPort: 2, hostIP: '' })).toEqual({
      hostPort: 1,
      containerPort: 2,
      protocol: 'tcp',
    });
  });

  it.each([
    '',
    '80',
    ':80',
    '80:',
    '8080:80/',
    '8080:80/icmp',
    '0:80',
    '80:0',
    '65536:80',
    '080808:80',
    '-1:80',
    '1.5:80',
    ' 8080:80',
    '8080:80 ',
    '127.0.0.1::80',
    '::1:8080:80',
    '[127.0.0.1]:8080:80',
    '[fe80::1%eth0]:8080:80',
    '300.0.0.1:8080:80',
    'localhost:8080:80',
    '8000-8010:9000-9010',
  ])('is not made of the text %j', (text) => {
    expect(() => portMapping(text)).toThrow(refused());
  });

  it('names what is wrong with a part', () => {
    expect(() => portMapping({ hostPort: 0, containerPort: 80 })).toThrow(
      refused({ jsonPath: '$.hostPort', value: 0 }),
    );
    expect(() => portMapping({ hostPort: 1, containerPort: 2.5 })).toThrow(
      refused({ jsonPath: '$.containerPort', value: 2.5 }),
    );
    expect(() => portMapping({ hostPort: 1, containerPort: 2, hostIP: '1.2.3' })).toThrow(
      refused({ jsonPath: '$.hostIP', value: '1.2.3' }),
    );
  });

  it('reads back from its text', () => {
    const port = fc.integer({ min: 1, max: 65_535 });
    const protocol = fc.constantFrom<PortProtocol>('tcp', 'udp', 'sctp');
    fc.assert(
      fc.property(port, port, protocol, fc.ipV4(), (hostPort, containerPort, name, hostIP) => {
        const mapping = portMapping(`${hostIP}:${hostPort}:${containerPort}/${name}`);
        expect(mapping).toEqual({ hostPort, containerPort, protocol: name, hostIP });
        expect(portMapping(mapping)).toEqual(mapping);
      }),
    );
  });

  it('has a type of its own', () => {
    expectTypeOf(portMapping).returns.toEqualTypeOf<PortMapping>();
    expectTypeOf<PortMapping['protocol']>().toEqualTypeOf<'tcp' | 'udp' | 'sctp'>();
    // @ts-expect-error: a port mapping has a container port
    expect(() => portMapping({ hostPort: 1 })).toThrow(refused({ jsonPath: '$.containerPort' }));
  });
});

describe('a list of port mappings', () => {
  it('has one for each port of a range', () => {
    const list = portMappings('127.0.0.1:8000-8002:9000-9002/udp');
    expect(list.map(({ hostPort, containerPort }) => [hostPort, containerPort])).toEqual([
      [8000, 9000],
      [8001, 9001],
      [8002, 9002],
    ]);
    expect(list.every(({ protocol, hostIP }) => protocol === 'udp' && hostIP === '127.0.0.1')).toBe(true);
  });

  it('takes texts and objects together', () => {
    expect(portMappings(['1-2:1-2', { hostPort: 3, containerPort: 3 }])).toHaveLength(3);
    expect(portMappings([])).toEqual([]);
    expect(portMappings('1-65535:1-65535')).toHaveLength(65_535);
  });

  it.each(['1-3:1-2', '3-1:3-1', '1-2-3:1-2-3', '1-:1-', '-2:-2', '1-70000:1-70000', '1-2:5'])(
    'is not made of the ranges %s',
    (text) => {
      expect(() => portMappings(text)).toThrow(refused({ value: text }));
    },
  );
});

it.each([undefined, null, 5, { hostPort: 1, containerPort: 2 }])(
  '%j is no list of port mappings',
  (mappings) => {
    const message = expect.stringContaining('mappings must be a string or an array');
    expect(() => portMappings(mappings as never)).toThrow(refused({ code: 'ERR_CONF_INVALID', message }));
  },
);

describe('the annotation portMappings', () => {
  it('is read whatever the case of its keys, and keeps unknown keys', () => {
    const text = '[{"HostPort":8080,"CONTAINERPORT":80,"Protocol":"TCP","hostip":"10.0.0.1","own":{"a":1}}]';
    expect(parsePortMappings(text)).toEqual([
      { hostPort: 8080, containerPort: 80, protocol: 'tcp', hostIP: '10.0.0.1', own: { a: 1 } },
    ]);
  });

  it('takes null and the empty text for what is absent', () => {
    expect(parsePortMappings('[{"hostPort":1,"containerPort":2,"protocol":"","hostIP":null}]')).toEqual([
      { hostPort: 1, containerPort: 2, protocol: 'tcp' },
    ]);
  });

  it('leaves out ports that are not published', () => {
    const text =
      '[{"containerPort":1},{"containerPort":2,"hostPort":0},{"containerPort":3,"hostPort":null},' +
      '{"containerPort":4,"hostPort":44}]';
    expect(parsePortMappings(text)).toEqual([{ hostPort: 44, containerPort: 4, protocol: 'tcp' }]);
  });

  it.each([
    ['[{"hostPort":1,"containerPort":2},{"hostPort":"80","containerPort":2}]', '$[1].hostPort', '80'],
    ['[{"containerPort":1},{"hostPort":1,"containerPort":0}]', '$[1].containerPort', 0],
    ['[{"containerPort":70000}]', '$[0].containerPort', 70_000],
    ['[{"hostPort":-1,"containerPort":2}]', '$[0].hostPort', -1],
    ['[{"HOSTPORT":1.5,"containerPort":2}]', '$[0].hostPort', 1.5],
    ['[{"hostPort":1,"containerPort":2,"protocol":"icmp"}]', '$[0].protocol', 'icmp'],
    ['[{"hostPort":1,"containerPort":2,"protocol":6}]', '$[0].protocol', 6],
    ['[{"hostPort":1,"containerPort":2,"hostIP":"::1%lo"}]', '$[0].hostIP', '::1%lo'],
    ['[null]', '$[0]', null],
    ['{"hostPort":1}', '$', { hostPort: 1 }],
    ['null', '$', null],
  ])('refuses %s', (text, jsonPath, value) => {
    const message = expect.stringContaining('annotation portMappings');
    expect(() => parsePortMappings(text)).toThrow(refused({ jsonPath, value, message }));
  });

  it.each(['80', 80.5, 70_000, -1, true])('says which ports of the host there are: not %j', (hostPort) => {
    const text = JSON.stringify([{ hostPort, containerPort: 80 }]);
    const message = expect.stringMatching(
      /must be a whole number from 1 to 65535.* \(at \$\[0\]\.hostPort\)/,
    );
    expect(() => parsePortMappings(text)).toThrow(refused({ value: hostPort, message }));
  });

  it.each(['', ' ', '[', '{"a":}', '\uFEFF[]'])('refuses the text %j, which is no JSON', (text) => {
    expect(() => parsePortMappings(text, 'own/ports')).toThrow(
      refused({ value: text, jsonPath: '$', message: expect.stringContaining('annotation own/ports') }),
    );
  });
});
