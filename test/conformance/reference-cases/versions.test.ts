import { expect, test } from 'vitest';
import { CURRENT_VERSION, confFromBytes, SUPPORTED_VERSIONS } from '../../../src/index.js';
import { compareVersions, isAtLeast, parseVersion } from '../../../src/libcni/version.js';
import { usePluginFolder } from '../../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

const refused = expect.objectContaining({ code: 'ERR_VERSION' });

test('the versions that are spoken are all of the specification, from the oldest to the newest', () => {
  expect(SUPPORTED_VERSIONS).toEqual(['0.1.0', '0.2.0', '0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0']);
  expect(SUPPORTED_VERSIONS.filter((version) => isAtLeast(version, '0.3.1'))).toEqual(
    SUPPORTED_VERSIONS.slice(SUPPORTED_VERSIONS.indexOf('0.3.1')),
  );
  expect(CURRENT_VERSION).toBe(SUPPORTED_VERSIONS.at(-1));
});

test.each(['asdfasdf', 'asdf.', '.asdfas', 'asdf.adsf.', '0.', '..', '1.2.3.4.5'])(
  'the version %j is malformed',
  (text) => {
    expect(() => parseVersion(text)).toThrow(refused);
    expect(() => compareVersions(text, '2.5.4')).toThrow(refused);
    expect(() => compareVersions('1.2.34', text)).toThrow(refused);
  },
);

test.each([
  ['1.2.34', '1.2.14'],
  ['2.5.4', '2.4.4'],
  ['1.2.3', '0.2.3'],
  ['0.4.0', '0.3.1'],
  ['1.1.1', '1.1.0'],
])('%s is greater than %s, and not the other way round', (greater, smaller) => {
  expect(compareVersions(greater, smaller)).toBeGreaterThan(0);
  expect(compareVersions(smaller, greater)).toBeLessThan(0);
  expect(compareVersions(greater, greater)).toBe(0);
});

test('the version of a configuration is among those of its plugin, or the error names both', async () => {
  const stdout = '{"cniVersion":"1.0.0","supportedVersions":["0.2.0","0.4.0","0.999.0"]}';
  await plugins.folder.add('one', { VERSION: { stdout } });
  const validate = (cniVersion: string) =>
    plugins.cni.validateNetwork(confFromBytes(JSON.stringify({ cniVersion, name: 'net', type: 'one' })));
  expect((await plugins.cni.getVersionInfo('one')).supportedVersions).toEqual(['0.2.0', '0.4.0', '0.999.0']);
  expect(await validate('0.4.0')).toEqual([]);
  const message = expect.stringMatching(/"0\.1\.0".*0\.2\.0, 0\.4\.0, 0\.999\.0/);
  await expect(validate('0.1.0')).rejects.toMatchObject({ code: 'ERR_VERSION', plugin: 'one', message });
});
