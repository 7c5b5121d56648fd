import { describe, expect, expectTypeOf, it } from 'vitest';
import { type ExtraNetwork, parseExtraNetworks } from '../../../../src/operator/request/annotations/index.js';

const refused = (more: object = {}) => expect.objectContaining({ code: 'ERR_ANNOTATION', ...more });

describe('extra networks', () => {
  it('are read in order, whatever the case of their keys', () => {
    const text = '[{"name":"b","interface":"eth1"},{"Name":"a.b_c","INTERFACE":"eth2","own":1}]';
    expect(parseExtraNetworks(text)).toEqual([
      { name: 'b', interface: 'eth1' },
      { name: 'a.b_c', interface: 'eth2', own: 1 },
    ]);
    expect(parseExtraNetworks('[]')).toEqual([]);
    expectTypeOf(parseExtraNetworks).returns.toEqualTypeOf<ExtraNetwork[]>();
  });

  it.each([
    ['[{"name":"a","interface":"eth1"},{},{"name":"b","interface":"eth2"}]', '$[1].name'],
    ['[{"name":"a","interface":"eth1"},null]', '$[1]'],
    ['[{"name":"a"}]', '$[0].interface'],
    ['[{"name":"a","interface":""}]', '$[0].interface'],
    ['[{"name":5,"interface":"eth1"}]', '$[0].name'],
    ['[{"name":"../a","interface":"eth1"}]', '$[0].name'],
    ['[{"name":"a","interface":"e"},{"name":"b","interface":"e"}]', '$[1].interface'],
    ['{"name":"a","interface":"e"}', '$'],
    ['', '$'],
  ])('are not read from %s, and nothing is lost in silence', (text, jsonPath) => {
    const message = expect.stringContaining('annotation network.alpha.kubernetes.io/network');
    expect(() => parseExtraNetworks(text)).toThrow(refused({ jsonPath, message }));
  });
});
