#!/usr/bin/env node
// The sources are TypeScript: Node 22.18 and later load them as they are, and start twice as fast; for older ones there is tsx.
if (!process.features.typescript) {
  const { register } = await import('tsx/esm/api');
  register();
}
await import('./main.ts');
