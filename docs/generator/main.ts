import { writeFileSync } from 'node:fs';
import { generatedPages } from './generated-pages.ts';

// `npm run docs`: writes the pages that are generated from settings, commands and events.
for (const { file, text } of await generatedPages()) writeFileSync(file, text);
