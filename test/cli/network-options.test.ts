import { expect, it } from 'vitest';
import { filtersOf } from '../../src/cli/network/filters.js';
import { subnetsOf } from '../../src/cli/network/subnets.js';

it('pairs gateways and ranges with subnets by position, and excluded addresses by the subnet they are in', () => {
  const options = {
    subnet: ['10.1.0.0/24', 'fd00:1::/64'],
    gateway: ['10.1.0.254'],
    ipRange: ['10.1.0.128/25', 'fd00:1::/80'],
    exclude: ['fd00:1::7', '10.1.0.130', '10.1.0.131'],
  };
  expect(subnetsOf(options)).toEqual([
    {
      subnet: '10.1.0.0/24',
      gateway: '10.1.0.254',
      ipRange: '10.1.0.128/25',
      excluded: ['10.1.0.130', '10.1.0.131'],
    },
    { subnet: 'fd00:1::/64', ipRange: 'fd00:1::/80', excluded: ['fd00:1::7'] },
  ]);
  expect(subnetsOf({})).toBeUndefined();
});

it.each([
  [{ gateway: ['10.1.0.1'] }, '--gateway 10.1.0.1 has no --subnet'],
  [
    { subnet: ['10.1.0.0/24'], ipRange: ['10.1.0.0/25', '10.1.0.128/25'] },
    '--ip-range 10.1.0.128/25 has no --subnet',
  ],
  [{ exclude: ['10.1.0.7'] }, '--exclude 10.1.0.7 has no --subnet'],
  [
    { subnet: ['10.1.0.0/24'], exclude: ['10.2.0.7'] },
    '--exclude 10.2.0.7 is in none of the subnets 10.1.0.0/24',
  ],
  [
    { subnet: ['10.1.0.0/24'], exclude: ['seven'] },
    '--exclude must be an address such as 10.1.0.7, not "seven"',
  ],
])('refuses what belongs to no subnet, instead of dropping it: %o', (options, said) => {
  expect(() => subnetsOf(options)).toThrow(expect.objectContaining({ name: 'UsageError', message: said }));
});

it('refuses a filter value that means neither true nor false', () => {
  expect(filtersOf(['dangling=true', 'label!=tier=web', 'name=a', 'name=b'])).toEqual({
    dangling: true,
    'label!': ['tier=web'],
    name: ['a', 'b'],
  });
  expect(filtersOf(['dangling=0'])).toEqual({ dangling: false });
  expect(() => filtersOf(['dangling=maybe'])).toThrow(
    expect.objectContaining({ name: 'UsageError', message: expect.stringContaining('"maybe"') }),
  );
  expect(() => filtersOf(['until=1h', 'until=2h'])).toThrow(expect.objectContaining({ name: 'UsageError' }));
});
