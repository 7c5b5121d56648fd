// Writes the declarations that the file in the first argument exports, and those that they need, to the file in the second
// argument.
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';

const [input, file] = process.argv.slice(2);
/** Another entry of the package imports the library from the package. */
const asPackage = {
  name: 'library-as-package',
  resolveId: (source) => (source === '../index.js' ? { id: 'libcni', external: true } : null),
};
const bundle = await rollup({ input, plugins: [asPackage, dts()] });
/** With it, programs need no compiler settings for the types in the declarations. */
const banner = ['types="node"', 'lib="esnext.disposable"']
  .map((name) => `/// <reference ${name} />`)
  .join('\n');
await bundle.write({ file, format: 'es', banner });
await bundle.close();
