/** The areas that the doctor checks, in this order. */
export const areas = ['rights', 'kernel', 'plugins', 'host', 'configuration', 'leftovers'] as const;
