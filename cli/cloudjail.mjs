#!/usr/bin/env node
import { bundledMain } from './bundle.mjs';

const bundle = await bundledMain();
if (bundle) {
  await import(bundle);
} else {
  // The sources are TypeScript: Node 22.18 and later load them as they are, for older ones there is
  // tsx.
  if (!process.features.typescript) {
    const { register } = await import('tsx/esm/api');
    register();
  }
  await import('./main.ts');
}
