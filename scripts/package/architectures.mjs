/**
 * The processors that the package has a helper for: Node's name, Debian's, the compiler's prefix, musl's
 * folder, the machine number in an ELF header, and what a cross compiler is told.
 */
export const architectures = [
  {
    node: 'x64',
    debian: 'amd64',
    compiler: 'x86_64-linux-gnu',
    musl: 'x86_64-linux-musl',
    elfMachine: 62,
    crossFlags: [],
  },
  {
    node: 'arm64',
    debian: 'arm64',
    compiler: 'aarch64-linux-gnu',
    musl: 'aarch64-linux-musl',
    elfMachine: 183,
    // The atomics of libgcc would need glibc to detect the processor. With pages of 64 KiB, 240 bytes of read-only data
    // would double the file.
    crossFlags: ['-mno-outline-atomics', '-Wl,-z,norelro'],
  },
];
