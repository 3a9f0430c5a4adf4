// Renders pages of several people at once, in Node; prints the one of alice for the browser.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { page, streamed } from './dist/server/server.js';

const alice = JSON.parse(await readFile(process.argv[2] ?? new URL('state.json', import.meta.url), 'utf8'));
const bob = structuredClone(alice);
bob.quotas[0].remaining = 7;
bob.quotas[0].limits[0].text = 'seven left for bob';
const texts = (html) => html.replace(/<!-- -->/g, '');
const left = (state) => `${state.quotas[0].remaining} left`;
assert.notEqual(left(alice), left(bob));

assert.match(texts(page(null)), /unknown/);
assert.ok(texts(page(alice)).includes(left(alice)));
assert.ok(!texts(page(bob)).includes(left(alice)));
assert.match(texts(page(null)), /unknown/, 'a page without a state shows nobody else\'s');

let go;
const until = new Promise((resolve) => (go = resolve));
const pages = [streamed(alice, until), streamed(bob, until), streamed(null, until)];
setTimeout(go, 20);
const [ofAlice, ofBob, ofNobody] = (await Promise.all(pages)).map(texts);
assert.equal(ofAlice.split(left(alice)).length, 3);
assert.equal(ofBob.split(left(bob)).length, 3);
assert.ok(!ofAlice.includes(left(bob)) && !ofBob.includes(left(alice)));
assert.ok(!ofNobody.includes(left(alice)) && !ofNobody.includes(left(bob)));

await writeFile(new URL('dist/alice.html', import.meta.url), page(alice));
// A timer or a socket that stays would keep a server's process alive.
console.log('served');
