// Gathers the declarations that the first argument leads to in the file that the second one names. What the public
// names do not need is left out.
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';

const [input, file] = process.argv.slice(2);
const bundle = await rollup({ input, plugins: [dts()] });
await bundle.write({ file, format: 'es' });
await bundle.close();
