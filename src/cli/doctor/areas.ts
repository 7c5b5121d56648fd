/** What the doctor looks at, in this order. */
export const areas = ['rights', 'kernel', 'plugins', 'host', 'configuration', 'leftovers'] as const;
