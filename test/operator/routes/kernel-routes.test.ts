import { describe, expect, it } from 'vitest';
import { parseDefaultRoutes, routeArguments } from '../../../src/operator/routes/kernel-routes.js';

const spread =
  '{"dst":"default","metric":1024,"flags":[],"pref":"medium","nexthops":[{"gateway":"fd01::1","dev":"eth0",' +
  '"weight":1,"flags":[]},{"gateway":"fd02::1","dev":"net1","weight":1,"flags":[]}]}';

describe('the default routes that ip shows', () => {
  it('have a hop each, or several', () => {
    const single = '{"dst":"default","gateway":"10.1.0.1","dev":"eth0","flags":[]}';
    const link = '{"dst":"default","dev":"net1","scope":"link","metric":9,"flags":[]}';
    expect(parseDefaultRoutes(`[${single},${link},${spread}]`).map(routeArguments)).toEqual([
      ['default', 'via', '10.1.0.1', 'dev', 'eth0'],
      ['default', 'metric', '9', 'dev', 'net1'],
      'default metric 1024 nexthop via fd01::1 dev eth0 nexthop via fd02::1 dev net1'.split(' '),
    ]);
  });

  it('are none if ip prints nothing, or if they lead nowhere on purpose', () => {
    expect(parseDefaultRoutes('')).toEqual([]);
    expect(parseDefaultRoutes('[{"type":"unreachable","dst":"default","dev":"lo"}]')).toEqual([]);
  });

  it.each([
    ['{', '$', '{'],
    ['[{"nexthops":[{"gateway":"10.1.0.1"}]}]', '$[0].nexthops[0].dev', undefined],
    ['[{"dev":7}]', '$[0].dev', 7],
  ])('and cannot be read are told by place and value: %s', (text, jsonPath, value) => {
    expect(() => parseDefaultRoutes(text)).toThrow(
      expect.objectContaining({ name: 'LibcniError', code: 'ERR_NETNS', jsonPath, value }),
    );
  });
});
