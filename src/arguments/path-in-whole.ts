/** Where something is, step by step. */
export type Path = readonly PropertyKey[];

/** Turns paths in a value with only a slice of an array into paths in the whole value. */
export type PathInWhole = (path: Path) => Path;

/**
 * For a slice of the array at a path.
 *
 * @param start - the index of the slice's first item in the whole array
 */
export function pathInWhole(array: Path, start: number): PathInWhole {
  return (path) => {
    const index = path[array.length];
    if (typeof index !== 'number' || array.some((step, at) => path[at] !== step)) return path;
    return path.with(array.length, start + index);
  };
}

/** For a value that is whole. */
export function samePath(path: Path): Path {
  return path;
}
