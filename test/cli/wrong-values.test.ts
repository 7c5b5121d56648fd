import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { useCommandBench } from './harness/command.js';

const bench = useCommandBench();
const LONG = 'thisnameismuchtoolong';

beforeEach(async () => {
  await mkdir(join(bench.plugins.root, 'bundle'));
  await writeFile(join(bench.plugins.root, 'bundle/config.json'), '{"ociVersion":"1.0.2"}');
});

describe('what a user typed wrong ends with 64 and names the option', () => {
  it.each([
    ['attach c1 /run/netns/none front --ports 808080:80', /^libcni: --ports must have ports from 1 to 65535/],
    [
      'attach c1 /run/netns/none front --ports nope',
      /^libcni: --ports must be \[hostIP:\]hostPort:containerPort/,
    ],
    ['attach c1 /run/netns/none front --ips 1.2.3', /^libcni: --ips must be an IP address[^$]*$/],
    ['attach c1 /run/netns/none front --cap-args {bad', /^libcni: --cap-args is not valid JSON/],
    [
      'attach c1 /run/netns/none front --cap-args {"portMappings":5}',
      /^libcni: --cap-args portMappings must be/,
    ],
    ['attach c1 /run/netns/none front --cni-args a', /^libcni: --cni-args must be like KEY=value/],
    [
      'attach c1 /run/netns/none front --cni-args IP=nonsense',
      /^libcni: --cni-args: argument IP must be an IP/,
    ],
    [
      `attach c1 /run/netns/none front --ifname ${LONG}`,
      /^libcni: --ifname: interface name .* longer than 15 bytes\n$/,
    ],
    [`attach c1 /run/netns/none front@${LONG}`, /^libcni: interface name .* is longer than 15 bytes\n$/],
    ['attach c1 /run/netns/none front@', /^libcni: networks must be like front,storage@data0/],
    ['attach a/b /run/netns/none front', /^libcni: container id "a\/b" does not match [^ ]*\n$/],
    [`add front /run/netns/none --ifname ${LONG}`, /^libcni: --ifname: interface name/],
    ['gc front --valid a/b@eth0', /^libcni: --valid: container id "a\/b"/],
    ['network create --subnet 10.1.0.0', /^libcni: --subnet: 10\.1\.0\.0 is not a subnet such as [^$]*$/],
    [
      'network create --subnet 10.1.0.0/24 --gateway 10.2.0.1',
      /^libcni: --gateway: 10\.2\.0\.1 is not inside/,
    ],
    ['network create --driver foo', /^libcni: --driver: there is no driver foo; there are bridge[^$]*$/],
    ['network create --driver macvlan --label tier=', /^libcni: --parent: driver macvlan needs a parent/],
    ['network create --mtu 5', /^libcni: --mtu must be at least 68, not 5\n$/],
    ['network create a/b', /^libcni: network name "a\/b"/],
    ['network create --opt nonsense=1', /^libcni: --opt: there is no option nonsense/],
    ['network ls --filter nope=1', /^libcni: --filter nope does not exist; did you mean name\?/],
    ['network connect front c1 /run/netns/none --ip nope', /^libcni: --ip must be an IPv4 address/],
    ['network connect front c1 /run/netns/none -p nope', /^libcni: --publish must be a port/],
    ['network connect front c1 /run/netns/none --alias a/b', /^libcni: --alias must be a host name/],
    ['hook install --ports nope bundle', /^libcni: --ports must be/],
    [
      'hook install --networks a%20b bundle',
      /^libcni: --networks must be like .*separated by commas, not "a b"/,
    ],
    ['hook install --socket /%20 --default-network x bundle', /--default-network/],
    ['netns create a/b', /^libcni: "a\/b" cannot be the name of a namespace\n$/],
    ['netns create a --path /run/x', /--path must not be given together with a name or --dir/],
    ['netns reap --prefix=', /--prefix must not be empty/],
  ])('%s', async (line, message) => {
    const words = line.split(' ').map((word) => word.replaceAll('%20', ' '));
    const isOfCache = !['hook', 'netns'].includes(words[0] ?? '');
    const outcome = await bench.run(...words, ...(isOfCache ? bench.cache : []));
    expect(outcome).toMatchObject({ code: 64, stdout: '', stderr: expect.stringMatching(message) });
  });
});

it('the code of the library stays in JSON', async () => {
  const { stderr } = await bench.run('network', 'create', '--subnet', 'x', '--json', ...bench.cache);
  expect(JSON.parse(stderr).error).toMatchObject({
    name: 'UsageError',
    code: 'ERR_CONF_INVALID',
    message: expect.stringMatching(/^--subnet: x is not a subnet/),
  });
});

it('a variable is named where it was set instead of the option', async () => {
  const { code, stderr } = await bench.runWith(
    { CNI_IFNAME: LONG },
    'add',
    'front',
    '/run/netns/none',
    ...bench.cache,
  );
  expect(code).toBe(64);
  expect(stderr).toMatch(/^libcni: CNI_IFNAME: interface name/);
});

it('a file that is wrong is not wrong usage', async () => {
  await writeFile(join(bench.confDir, 'front.conflist'), '{"cniVersion":"1.0.0","name":"front","plugins":5}');
  expect(await bench.run('add', 'front', '/run/netns/none', ...bench.cache)).toMatchObject({ code: 1 });
  await writeFile(join(bench.plugins.root, 'pod.yaml'), 'spec: {}\nmetadata: {name: 5}\n');
  const pod = await bench.run('pod', 'run', 'pod.yaml', '--rootfs', '/', ...bench.cache);
  expect(pod).toMatchObject({ code: 1, stderr: expect.stringContaining('in pod.yaml') });
});
