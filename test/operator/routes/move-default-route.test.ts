import { describe, expect, it } from 'vitest';
import { createResult } from '../../../src/index.js';
import { withDefaultRoutes } from '../../../src/operator/routes/move-default-route.js';

const other = { dst: '10.9.0.0/16', gw: '10.1.0.9' };
const ipv4 = { dst: '0.0.0.0/0', gw: '10.1.0.1' };
const ipv6 = { dst: '::/0', gw: 'fd00::1' };

function resultWith(cniVersion: string) {
  const ips = [{ address: '10.1.0.2/24', ...(cniVersion === '0.4.0' && { version: '4' }) }];
  return createResult(JSON.stringify({ cniVersion, ips, routes: [ipv4, other, ipv6] }));
}

describe.each(['0.4.0', '1.0.0', '1.1.0'])('the default routes in a result of version %s', (cniVersion) => {
  it('all go where another attachment has them, and other routes stay', () => {
    expect(withDefaultRoutes(resultWith(cniVersion), undefined)).toMatchObject({
      cniVersion,
      routes: [other],
    });
  });

  it('are replaced in each family for which there is a gateway', () => {
    const { routes } = withDefaultRoutes(resultWith(cniVersion), ['10.1.0.77']);
    expect(routes).toEqual([other, ipv6, { dst: '0.0.0.0/0', gw: '10.1.0.77' }]);
  });
});

it('a gateway that is named twice has one default route', () => {
  const { routes } = withDefaultRoutes(resultWith('1.1.0'), ['10.1.0.77', 'fd00::1', '10.1.0.77']);
  expect(routes).toEqual([other, { dst: '0.0.0.0/0', gw: '10.1.0.77' }, ipv6]);
});

it('the default routes in a result of version 0.2.0 are those of its families', () => {
  const ip4 = { ip: '10.1.0.2/24', routes: [ipv4, other] };
  const result = createResult(JSON.stringify({ cniVersion: '0.2.0', ip4 }));
  expect(withDefaultRoutes(result, undefined)).toMatchObject({
    cniVersion: '0.2.0',
    ip4: { routes: [other] },
  });
});
