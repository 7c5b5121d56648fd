// Shows what each plugin would get for an ADD: program, environment, standard input. Runs no plugin.
import { CNIConfig, networkConf } from 'libcni';

const network = networkConf({
  cniVersion: '1.0.0',
  name: 'planned',
  plugins: [
    { type: 'bridge', bridge: 'plan0', ipam: { type: 'host-local', subnet: '10.86.0.0/24' } },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
});
const path = (process.env.CNI_PATH ?? '/opt/cni/bin:/usr/lib/cni').split(':');
const cni = new CNIConfig({ path });
const rt = {
  containerId: 'plan',
  netns: '/run/netns/plan',
  ifName: 'eth0',
  capabilityArgs: { portMappings: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }] },
};

const runs = await cni.plan('ADD', network, rt);
for (const { path: program, env, stdin } of runs) {
  console.log(program);
  for (const [name, value] of Object.entries(env))
    if (name.startsWith('CNI_')) console.log(`  ${name}=${value}`);
  console.log(`  ${stdin}\n`);
}
if (runs.length !== network.plugins.length) throw new Error('a plugin is missing from the plan');
