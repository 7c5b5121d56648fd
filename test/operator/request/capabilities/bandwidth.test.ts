import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type Bandwidth,
  bandwidth,
  parseBandwidth,
  parseKubernetesBandwidth,
} from '../../../../src/operator/request/capabilities/index.js';

const refused = (more: object = {}) => expect.objectContaining({ code: 'ERR_ANNOTATION', ...more });

describe('bandwidth', () => {
  it('is in bits per second, with a burst for each rate', () => {
    expect(bandwidth({ ingress: '10Mbit', egress: '1Gbit' })).toEqual({
      ingressRate: 10_000_000,
      ingressBurst: 1_048_576,
      egressRate: 1_000_000_000,
      egressBurst: 100_000_000,
    });
  });

  it.each([[undefined], [null], ['10M'], [5], [[]], [{ ingres: '1M' }], [{ ingressRate: 1_000_000 }]])(
    'is not made of %j, which would limit nothing',
    (limits) => {
      const message = expect.stringMatching(/^limits( must be|\.\w+ does not exist)/);
      expect(() => bandwidth(limits as object)).toThrow(refused({ code: 'ERR_CONF_INVALID', message }));
    },
  );

  it('takes null for what is left out', () => {
    const limits = { ingress: null, egress: '1M', ingressBurst: null, egressBurst: null };
    expect(bandwidth(limits as object)).toMatchObject({ ingressRate: 0, egressRate: 1_000_000 });
  });

  it('limits nothing if no rate is given', () => {
    expect(bandwidth({})).toEqual({ ingressRate: 0, ingressBurst: 0, egressRate: 0, egressBurst: 0 });
    expect(bandwidth({ egress: 5000 })).toMatchObject({ ingressRate: 0, ingressBurst: 0, egressRate: 5000 });
  });

  it.each([
    [1_000_000, 1_000_000],
    ['1000000', 1_000_000],
    ['1M', 1_000_000],
    ['1Mi', 1_048_576],
    ['1e6', 1_000_000],
    ['1Mbit', 1_000_000],
    ['1mbit', 1_000_000],
    ['1.5 mbit', 1_500_000],
    ['512kbit', 512_000],
    ['512KBIT/s', 512_000],
    ['1Gibit', 1_073_741_824],
    ['2Tbit', 2_000_000_000_000],
    ['1pbit', 1_000_000_000_000_000],
    ['64000bit', 64_000],
  ])('takes the rate %s', (ingress, rate) => {
    expect(bandwidth({ ingress }).ingressRate).toBe(rate);
  });

  it.each(['10Mbps', '10 M', 'fast', '', '-1M', '1Ebit', '10MB', '1e', 1.5, Number.NaN, -1000, 2 ** 60])(
    'does not take the rate %s',
    (ingress) => {
      expect(() => bandwidth({ ingress })).toThrow(refused({ value: ingress }));
    },
  );

  it.each([999, '999bit', '1m', '1.1P', 1e15 + 1])('does not take the rate %s, out of range', (egress) => {
    expect(() => bandwidth({ egress })).toThrow(refused({ jsonPath: '$.egressRate' }));
  });

  it('takes a burst that the plugin takes', () => {
    expect(bandwidth({ ingress: '1M', ingressBurst: '2Mbit' }).ingressBurst).toBe(2_000_000);
    expect(bandwidth({ ingress: '1M', ingressBurst: 34_359_738_359 }).ingressBurst).toBe(34_359_738_359);
    expect(() => bandwidth({ ingress: '1M', ingressBurst: 34_359_738_360 })).toThrow(
      refused({ jsonPath: '$.ingressBurst', value: 34_359_738_360 }),
    );
    expect(() => bandwidth({ egressBurst: '1M' })).toThrow(refused({ jsonPath: '$.egressBurst' }));
  });

  it('has by default a burst that neither plugin nor kernel refuse', () => {
    const rates = fc.oneof(fc.integer({ min: 1000, max: 1e7 }), fc.integer({ min: 1e7, max: 1e15 }));
    fc.assert(
      fc.property(rates, (egress) => {
        const { egressBurst } = bandwidth({ egress });
        const bytes = Math.floor(egressBurst / 8);
        const bytesPerSecond = Math.floor(egress / 8);
        const ticks = (bytes / bytesPerSecond) * 1e6 * 15.625;
        expect(Number.isInteger(egressBurst)).toBe(true);
        expect(bytes).toBeLessThan(2 ** 32 - 1);
        expect(ticks).toBeGreaterThan(1);
        expect(ticks).toBeLessThan(2 ** 32);
        expect(bytes).toBeGreaterThan(1600);
      }),
    );
  });

  it('has a type of its own', () => {
    expectTypeOf(bandwidth).returns.toEqualTypeOf<Bandwidth>();
    expectTypeOf<Bandwidth['ingressRate']>().toEqualTypeOf<number>();
  });
});

describe('the annotation bandwidth', () => {
  it('is read whatever the case of its keys', () => {
    const text = '{"IngressRate":2048,"ingressburst":1600,"EGRESSRATE":4096,"egressBurst":1600,"own":true}';
    expect(parseBandwidth(text)).toEqual({
      ingressRate: 2048,
      ingressBurst: 1600,
      egressRate: 4096,
      egressBurst: 1600,
      own: true,
    });
  });

  it('adds a burst to a rate without one', () => {
    expect(parseBandwidth('{"ingressRate":1000000,"ingressBurst":0,"egressRate":null}')).toEqual({
      ingressRate: 1_000_000,
      ingressBurst: 1_048_576,
      egressRate: 0,
      egressBurst: 0,
    });
  });

  it.each([
    ['{"ingressRate":"1000"}', '$.ingressRate'],
    ['{"ingressRate":-1}', '$.ingressRate'],
    ['{"ingressRate":1.5}', '$.ingressRate'],
    ['{"egressRate":999}', '$.egressRate'],
    ['{"egressRate":1e16}', '$.egressRate'],
    ['{"ingressBurst":1}', '$.ingressBurst'],
    ['{"egressRate":1000,"EgressBurst":34359738360}', '$.egressBurst'],
    ['[]', '$'],
    ['null', '$'],
    ['"10M"', '$'],
  ])('refuses %s', (text, jsonPath) => {
    expect(() => parseBandwidth(text)).toThrow(
      refused({ jsonPath, message: expect.stringContaining('annotation bandwidth') }),
    );
  });
});

describe('a rate of Kubernetes', () => {
  const key = 'kubernetes.io/ingress-bandwidth';

  it.each([
    ['10M', 10_000_000],
    ['1k', 1000],
    ['1P', 1e15],
    ['1.5Gi', 1_610_612_736],
    ['1000000m', 1000],
  ])('%s is %d bits per second', (text, rate) => {
    expect(parseKubernetesBandwidth(text, key)).toBe(rate);
  });

  it.each(['', '10Mbit', '10 M', '999', '1.1P', '0', '-1M', '1e100', 'M'])('is not %j', (text) => {
    expect(() => parseKubernetesBandwidth(text, key)).toThrow(
      refused({ value: text, message: expect.stringContaining(key) }),
    );
  });
});
