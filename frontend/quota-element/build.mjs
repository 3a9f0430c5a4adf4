// Puts the component beside the hooks: the same file that Quota serves as /quota/quota.js.
import { copyFile, mkdir } from 'node:fs/promises';

const here = new URL('.', import.meta.url);
const root = new URL('../../', here);
const served = new URL('quota-http/src/main/resources/dev/quota/http/internal/file/', root);

await mkdir(new URL('dist/', here), { recursive: true });
// Under another name: the component believes of a file quota.js that its endpoints are beside it.
await copyFile(new URL('quota.js', served), new URL('dist/element.js', here));
await copyFile(new URL('quota.d.ts', served), new URL('dist/element.d.ts', here));
for (const name of ['LICENSE', 'NOTICE']) {
  await copyFile(new URL(name, root), new URL(name, here));
}
