export * from './errors/index.js';
export * from './libcni/index.js';
