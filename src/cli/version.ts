/** The version of the package; the build puts it here. */
export const commandVersion: string = process.env.LIBCNI_COMMAND_VERSION ?? 'from source';
