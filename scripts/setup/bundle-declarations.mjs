// Gathers the declarations that the first argument leads to in the file that the second one names. What the public
// names do not need is left out.
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';

const [input, file] = process.argv.slice(2);
/** What another entry of the package needs of the library, it has from the package. */
const asPackage = {
  name: 'library-as-package',
  resolveId: (source) => (source === '../index.js' ? { id: 'libcni', external: true } : null),
};
const bundle = await rollup({ input, plugins: [asPackage, dts()] });
/** So programs need no compiler settings for the types that the declarations use. */
const banner = ['types="node"', 'lib="esnext.disposable"']
  .map((name) => `/// <reference ${name} />`)
  .join('\n');
await bundle.write({ file, format: 'es', banner });
await bundle.close();
