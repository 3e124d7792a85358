#!/usr/bin/env node
// The sources are TypeScript; tsx lets every Node that we support load them.
import { register } from 'tsx/esm/api';

register();
await import('./main.ts');
