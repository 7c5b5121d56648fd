import { CNIOperator } from '../../operator/index.js';
import { warn } from '../failure.js';
import { operatorOptions, type PlaceOptions } from '../options/places.js';

/** Uses an operator on the folders in the options, and closes it. */
export async function withOperator<Value>(
  options: PlaceOptions,
  use: (operator: CNIOperator) => Promise<Value>,
): Promise<Value> {
  await using operator = await CNIOperator.create(operatorOptions(options));
  operator.on('warning', ({ message }) => warn(message));
  return await use(operator);
}
