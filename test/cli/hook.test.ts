import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const command = fileURLToPath(new URL('../../dist/libcni.cjs', import.meta.url));
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'libcni-command-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** Runs the command as it is in the package. */
async function libcni(
  args: readonly string[],
  stdin = '',
  env: Readonly<Record<string, string>> = {},
  file = command,
) {
  const { PATH } = process.env;
  const child = spawn(process.execPath, [file, ...args], { env: { PATH, ...env }, cwd: folder });
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  const exit = new Promise((settle) => child.once('exit', settle));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { code, stdout, stderr };
}

/** The same with a standard input that never ends. */
async function endless(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [command, ...args], { env: {}, stdio: ['pipe', 'ignore', 'pipe'] });
  child.stdin.write('{');
  const said = await text(child.stderr);
  child.stdin.destroy();
  return said;
}

describe('libcni hook', () => {
  const places = () => [
    '--netconfpath',
    folder,
    '--cache-dir',
    join(folder, 'cache'),
    '--pin-dir',
    join(folder, 'pins'),
  ];
  const state = { ociVersion: '1.0.2', id: 'c1', status: 'creating', pid: process.pid, bundle: '/b' };

  it('does nothing and prints nothing for a container in the host network', async () => {
    const outcome = await libcni(['hook', 'createRuntime', ...places()], JSON.stringify(state));
    expect(outcome).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('does the same as prestart, and at the poststop of a container that it never attached', async () => {
    for (const event of ['prestart', 'poststop'])
      expect(await libcni(['hook', event, ...places()], JSON.stringify(state))).toMatchObject({
        code: 0,
        stdout: '',
      });
  });

  it('says in one line what is wrong with its input', async () => {
    const broken = await libcni(['hook', 'createRuntime', ...places()], '{"id":1}');
    expect(broken).toMatchObject({ code: 1, stdout: '' });
    expect(broken.stderr).toMatch(/^libcni: the OCI state cannot be used: [^\n]*\$\.[^\n]*\n$/);
    const empty = await libcni(['hook', 'createRuntime', ...places()]);
    expect(empty.stderr).toContain('standard input is empty');
  });

  it('does not wait for the end of its input for longer than its time limit', async () => {
    expect(await endless('hook', 'poststop', '--timeout', '500ms')).toMatch(
      /^libcni: the state on standard input did not end within 500 ms[^\n]*\n$/,
    );
  });

  it('shows everything that it knows about a failure with --debug', async () => {
    const { stderr } = await libcni(['--debug', 'hook', 'createRuntime', ...places()], '{"id":1}');
    expect(stderr).toContain('ERR_CONF_INVALID');
    expect(stderr).toContain(' at ');
  });

  it('writes itself into a bundle, with the given options and absolute paths', async () => {
    const file = join(folder, 'config.json');
    await writeFile(file, JSON.stringify({ ociVersion: '1.0.2' }));
    const options = ['--networks', 'front', '--ports', '8080:80', '--timeout', '5s', ...places()];
    expect(await libcni(['hook', 'install', ...options, folder])).toMatchObject({
      code: 0,
      stdout: `hooks written into ${file}\n`,
    });
    const { hooks } = JSON.parse(await readFile(file, 'utf8'));
    expect(hooks.createRuntime).toHaveLength(1);
    const [{ path, args }] = hooks.poststop;
    expect([path, ...args.slice(1, 4)]).toEqual([process.execPath, command, 'hook', 'poststop']);
    expect(args).toEqual(
      expect.arrayContaining(['--networks', 'front', '--ports', '8080:80', '--timeout', '5000ms']),
    );
    const hook = await libcni(args.slice(2), JSON.stringify(state));
    expect(hook).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it("writes the settings in the installer's environment, which a hook does not inherit", async () => {
    await writeFile(join(folder, 'config.json'), JSON.stringify({ ociVersion: '1.0.2' }));
    const env = { NETCONFPATH: 'net.d', CNI_PATH: '/one:two', LIBCNI_PORTS: '8080:80', CNI_ARGS: 'A=1' };
    const { stdout } = await libcni(['hook', 'install', '--json', folder], '', env);
    const given = [
      ...['--netconfpath', join(folder, 'net.d'), '--cni-path', `/one:${join(folder, 'two')}`],
      ...['--ports', '8080:80', '--cni-args', 'A=1'],
    ];
    expect(JSON.parse(stdout).createRuntime.args).toEqual([
      'node',
      command,
      'hook',
      'createRuntime',
      ...given,
    ]);
    const options = ['--netconfpath', '/other', '--ports', '81:80'];
    const other = await libcni(['hook', 'install', '--json', ...options, folder], '', env);
    expect(JSON.parse(other.stdout).poststop.args).toEqual(expect.arrayContaining(options));
  });

  it.each([
    [['--ports', '80:0'], /port/],
    [['--mac', 'nonsense'], /--mac must be the hardware address/],
    [['--networks', 'a b'], /--networks must be like .* separated by commas/],
    [['--networks', 'front@a/b'], /interface name "a\/b"/],
    [['--ips', '10.1.0.5.1'], /ips/],
    [['--cap-args', '{'], /--cap-args is not valid JSON/],
    [['--cni-args', '=1'], /--cni-args must be like/],
    [['--ifname', 'eth0/1'], /interface name/],
    [['--timeout', '0'], /--timeout must be more than 0/],
    [['--socket', `/${'s'.repeat(107)}`], /--socket must be a path of at most 107 bytes/],
    [['--socket', '/run/x.sock', '--cache-dir', '/c'], /--cache-dir cannot be used with --socket/],
    [['--socket', '/run/x.sock', '--default-network', 'n'], /--default-network cannot be used with --socket/],
  ])('writes nothing with %j', async (options, message) => {
    const before = JSON.stringify({ ociVersion: '1.0.2' });
    await writeFile(join(folder, 'config.json'), before);
    const { code, stdout, stderr } = await libcni(['hook', 'install', folder, ...options]);
    expect([code, stdout]).toEqual([64, '']);
    expect(stderr).toMatch(message);
    expect(await readFile(join(folder, 'config.json'), 'utf8')).toBe(before);
  });

  it('writes the file itself, not a link to it, and a PATH without folders that npm adds', async () => {
    await writeFile(join(folder, 'config.json'), JSON.stringify({ ociVersion: '1.0.2' }));
    const link = join(folder, 'libcni');
    await symlink(command, link);
    const { PATH = '' } = process.env;
    const added = ['/p/node_modules/.bin', '/c/_npx/1/bin', '/npm/node-gyp-bin', '/p/node_modules/.bin/'];
    const env = { PATH: [...added, PATH].join(':') };
    const { stdout } = await libcni(['hook', 'install', '--json', folder], '', env, link);
    const kept = PATH.split(':').filter((one) => !/node_modules\/\.bin|node-gyp-bin|_npx/.test(one));
    expect(JSON.parse(stdout).createRuntime).toMatchObject({
      args: ['node', command, 'hook', 'createRuntime'],
      env: [`PATH=${kept.join(':')}`],
    });
  });

  it.each([[[]], [['--socket']]])(
    'is refused in the cache of npx, which npm may empty: %j',
    async (options) => {
      const before = JSON.stringify({ ociVersion: '1.0.2' });
      await writeFile(join(folder, 'config.json'), before);
      const place = join(folder, '_npx/1f/node_modules/libcni/dist');
      await cp(dirname(command), place, { recursive: true });
      const words = ['hook', 'install', folder, ...options];
      const { code, stderr } = await libcni(words, '', {}, join(place, 'libcni.cjs'));
      expect(code).not.toBe(0);
      expect(stderr).toMatch(/_npx.*npm install --global libcni/);
      expect(await readFile(join(folder, 'config.json'), 'utf8')).toBe(before);
    },
  );

  it('writes the native hook for a program that serves hooks, and prints JSON', async () => {
    await writeFile(join(folder, 'config.json'), JSON.stringify({ ociVersion: '1.0.2' }));
    const { stdout } = await libcni([
      'hook',
      'install',
      '--json',
      '--socket',
      '/run/x.sock',
      '--networks',
      'front',
      folder,
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      file: join(folder, 'config.json'),
      createRuntime: {
        args: ['cni-helper', 'hook', '--socket', '/run/x.sock', 'createRuntime'],
        env: ['LIBCNI_NETWORKS=front'],
      },
    });
  });

  it('finds nothing to reap if no hook has run', async () => {
    expect(await libcni(['hook', 'reap', '--json', ...places()])).toMatchObject({ code: 0, stdout: '[]\n' });
  });
});

describe('the command', () => {
  it('suggests the word that was meant, and exits with 64', async () => {
    const { code, stderr } = await libcni(['hook', 'createRuntim']);
    expect(code).toBe(64);
    expect(stderr).toContain('Did you mean createRuntime?');
  });

  it('shows examples in its help', async () => {
    const { code, stdout } = await libcni(['hook', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('libcni hook install');
  });

  it('refuses an invalid duration', async () => {
    const { code, stderr } = await libcni(['hook', 'poststop', '--timeout', 'soon']);
    expect(code).toBe(64);
    expect(stderr).toContain('30s, 500ms or 2m');
  });
});
