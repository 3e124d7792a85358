import { writeFileSync } from 'node:fs';
import { generatedPages } from './generated-pages.ts';

// `npm run docs`: writes the pages that are made from the schema of the settings and from the commands.
for (const { file, text } of await generatedPages()) writeFileSync(file, text);
