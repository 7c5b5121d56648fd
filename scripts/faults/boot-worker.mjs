// Detaches a pod in a process that has not read the boot id yet.
import { CNIOperator } from '../../dist/index.js';

const { options, id } = JSON.parse(process.argv[2]);
const operator = await CNIOperator.create(options);
await operator.detach({ id });
process.exit(0);
