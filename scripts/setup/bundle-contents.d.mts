import type { Metafile } from 'esbuild';

export function bundledLicenses(...metafiles: readonly Metafile[]): string;
export function bundledTranslations(metafile: Metafile): string[];
