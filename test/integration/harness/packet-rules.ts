import { run } from './run.js';

/** One chain or rule as iptables-save prints it, for example `ip nat -A POSTROUTING -s ... -j MASQUERADE`. */
export type PacketRule = string;

/**
 * Chains that the portmap and firewall plugins make once and keep for all containers, and the rules that lead into them.
 * None of them names a container, an address or a port; chains that do are never shared.
 */
const shared = [
  /^ip6? nat -N CNI-HOSTPORT-(DNAT|MASQ|SETMARK)$/,
  /^ip6? filter -N CNI-(FORWARD|ADMIN|ISOLATION-STAGE-[12])$/,
  /^ip6? nat -A (PREROUTING|OUTPUT) -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT$/,
  /^ip6? nat -A POSTROUTING -m comment --comment "CNI portfwd requiring masquerade" -j CNI-HOSTPORT-MASQ$/,
  /^ip6? nat -A CNI-HOSTPORT-MASQ -m mark --mark 0x2000\/0x2000 -j MASQUERADE$/,
  /^ip6? nat -A CNI-HOSTPORT-SETMARK -m comment --comment "[^":]*" -j MARK --set-xmark 0x2000\/0x2000$/,
  /^ip6? filter -A FORWARD -m comment --comment "CNI firewall plugin rules[^":]*" -j CNI-[A-Z0-9-]+$/,
  /^ip6? filter -A FORWARD -m comment --comment "CNI firewall plugin rules \(ingressPolicy: [a-z|-]+\)" -j CNI-ISOLATION-STAGE-1$/,
  /^ip6? filter -A CNI-ISOLATION-STAGE-[12] -m comment --comment "[^"]*" -j RETURN$/,
  /^ip6? filter -A CNI-FORWARD -m comment --comment "[^":]*" -j CNI-ADMIN$/,
];

/** All chains and rules of iptables and ip6tables that are not the kernel's built-in chains. */
async function showPacketRules(): Promise<PacketRule[]> {
  const ipv4 = parse('ip', await run('iptables-save'));
  const ipv6 = parse('ip6', await run('ip6tables-save'));
  return [...ipv4, ...ipv6];
}

/** The chains and rules that belong to single containers. */
export async function containerRules(): Promise<PacketRule[]> {
  return (await showPacketRules()).filter((rule) => !shared.some((pattern) => pattern.test(rule)));
}

/** Removes every rule of the two tables that CNI plugins use, so that one failed test does not fail the next. */
export async function flushPacketRules(): Promise<void> {
  for (const program of ['iptables', 'ip6tables']) {
    for (const table of ['nat', 'filter']) {
      await run(program, '-t', table, '-F');
      await run(program, '-t', table, '-X');
    }
  }
}

/** Removes the rules that lead to the mapped ports of the only pod with such ports, as a restart of a firewall does. */
export async function emptyPortChain(): Promise<void> {
  const [chain] = (await showPacketRules()).flatMap(
    (rule) => /^ip nat -N (CNI-DN-\w+)$/.exec(rule)?.[1] ?? [],
  );
  if (chain === undefined) throw new Error('no pod has mapped ports');
  await run('iptables', '-t', 'nat', '-F', chain);
}

function parse(family: string, text: string): PacketRule[] {
  let table = '';
  return text.split('\n').flatMap((line) => {
    if (line.startsWith('*')) table = line.slice(1);
    if (line.startsWith('-A ')) return [`${family} ${table} ${line}`];
    const [, chain] = /^:(\S+) - /.exec(line) ?? [];
    return chain === undefined ? [] : [`${family} ${table} -N ${chain}`];
  });
}
