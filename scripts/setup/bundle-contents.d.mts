import type { Metafile } from 'esbuild';

export function bundledLicenses(metafile: Metafile): string;
export function bundledTranslations(metafile: Metafile): string[];
