/** The version of the package, inserted by the build. */
export const commandVersion: string = process.env.LIBCNI_COMMAND_VERSION ?? 'from source';
