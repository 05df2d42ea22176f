// node wasm.mjs FIELD_WASM CORE_WASM ENGINE_WASM IMAGE_FOLDER MODELS CASES REQUESTS
// The core in WebAssembly: it asks the page for nothing, and it says the same as the native build:
// the same engine cases, and the same answers to the same requests. Results as TAP.
import { mkdtempSync, openSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WASI } from 'node:wasi';

const [fieldPath, corePath, enginePath, imageFolder, models, cases, requests] = process.argv.slice(2);
let count = 0;
let bad = 0;

function result(good, name, ...comments) {
  count += 1;
  bad += good ? 0 : 1;
  for (const comment of comments) {
    console.log(`# ${comment}`);
  }
  console.log(`${good ? 'ok' : 'not ok'} ${count} - ${name}`);
}

const EXPORTS = ['field_alloc', 'field_check', 'field_close', 'field_free', 'field_open', 'memory'];

const importsOf = (one) => WebAssembly.Module.imports(one).map(({ module, name }) => `${module}.${name}`);

// All of the core, pages too: each of its functions is there, and none needs anything of the host.
const whole = new WebAssembly.Module(readFileSync(corePath));
const names = WebAssembly.Module.exports(whole).map((one) => one.name);
result(importsOf(whole).length === 0, 'the whole core imports nothing', ...importsOf(whole));
const entries = ['str_eq', 'calendar_due', 'expr_compile', 'model_open', 'act_take', 'view_form'];
result(entries.every((one) => names.includes(one)), 'every layer of the core is in it');

const module = new WebAssembly.Module(readFileSync(fieldPath));
result(importsOf(module).length === 0, 'the browser\'s part imports nothing', ...importsOf(module));
const exports = WebAssembly.Module.exports(module).map((one) => one.name).sort();
result(exports.join() === EXPORTS.join(), 'the core exports its entry and no more', exports.join());

const core = new WebAssembly.Instance(module, {}).exports;

function give(bytes) {
  const at = core.field_alloc(bytes.length);
  new Uint8Array(core.memory.buffer, at, bytes.length).set(bytes);
  return at;
}

function textAt(at) {
  const bytes = new Uint8Array(core.memory.buffer);
  return new TextDecoder().decode(bytes.subarray(at, bytes.indexOf(0, at)));
}

const image = readFileSync(join(imageFolder, 'family.image'));
const field = core.field_open(give(image), image.length);
result(field !== 0, 'the image opens');
const half = image.subarray(0, image.length / 2);
result(core.field_open(give(half), half.length) === 0, 'half an image does not');

function requestOf(lines) {
  const pairs = lines.split('\n').filter((line) => line.includes('=') && !line.startsWith('#'));
  return new TextEncoder().encode(pairs.map((line) => {
    const equals = line.indexOf('=');
    return `${line.slice(0, equals)}\0${line.slice(equals + 1)}\0`;
  }).join(''));
}

for (const name of readdirSync(requests).filter((one) => one.endsWith('.txt')).sort()) {
  const request = requestOf(readFileSync(join(requests, name), 'utf8'));
  const expected = readFileSync(join(requests, name.replace(/\.txt$/, '.json')), 'utf8').trim();
  const at = give(request);
  const got = textAt(core.field_check(field, at, request.length));
  core.field_free(at);
  result(got === expected, `request ${name}`, ...(got === expected ? [] : [`${expected}`, `${got}`]));
}

// A page asks again at every pause in typing: what one answer took is given back.
{
  const name = readdirSync(requests).filter((one) => one.endsWith('.txt')).sort()[0];
  const request = requestOf(readFileSync(join(requests, name), 'utf8'));
  const at = give(request);
  core.field_check(field, at, request.length);
  const before = core.memory.buffer.byteLength;
  for (let i = 0; i < 500; i += 1) {
    core.field_check(field, at, request.length);
  }
  result(core.memory.buffer.byteLength === before, 'memory does not grow from answer to answer');
}

const files = readdirSync(cases).filter((one) => one.endsWith('.txt')).sort();
const scratch = mkdtempSync(join(tmpdir(), 'hearth-wasm-'));
const report = join(scratch, 'report');
const wasi = new WASI({
  version: 'preview1',
  args: ['engine_cases', '/models', ...files.map((one) => `/cases/${one}`)],
  preopens: { '/models': models, '/cases': cases, '/images': imageFolder },
  stdout: openSync(report, 'w'),
  returnOnExit: true,
});
const engine = new WebAssembly.Module(readFileSync(enginePath));
const exit = wasi.start(new WebAssembly.Instance(engine, { wasi_snapshot_preview1: wasi.wasiImport }));
const lines = readFileSync(report, 'utf8').split('\n').filter((line) => !line.startsWith('ok '));
rmSync(scratch, { recursive: true });
result(exit === 0, `${files.length} engine cases hold in WebAssembly`, ...(exit === 0 ? [] : lines));
console.log(`1..${count}`);
process.exitCode = bad === 0 ? 0 : 1;
