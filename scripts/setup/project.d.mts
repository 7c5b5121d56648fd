/** The folder of the checkout. */
export const projectFolder: string;
