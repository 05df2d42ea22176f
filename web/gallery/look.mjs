// node web/gallery/look.mjs PAGES WEB OUT: serves the gallery under the same security policy as the
// program, looks at every page with a real browser at 1280 and 375 px and on paper, checks it with
// axe, and leaves pictures in OUT. Fails on any violation, script error or sideways scrolling.
import { readFileSync, readdirSync, mkdirSync, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { extname, join, normalize } from 'node:path';
import { chromium } from 'playwright-core';

const [pages, web, out] = process.argv.slice(2);
const only = process.argv[5];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const types = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript',
  '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
  "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const drafts = [];

const server = createServer((request, response) => {
  const path = normalize(new URL(request.url, 'http://x').pathname);
  if (request.method === 'POST') {
    let body = '';
    request.on('data', (part) => { body += part; });
    request.on('end', () => {
      drafts.push({ path, body });
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end('{"saved_at":"14:02:10"}');
    });
    return;
  }
  const file = path.startsWith('/static/') ? join(web, path.split('/').slice(3).join('/')) : join(pages, path);
  if (!existsSync(file)) {
    response.writeHead(404);
    response.end();
    return;
  }
  response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream',
    'Content-Security-Policy': policy });
  response.end(readFileSync(file));
});
await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
const origin = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
let failures = 0;
function fail(text) {
  failures += 1;
  console.log(text);
}
mkdirSync(out, { recursive: true });

for (const name of readdirSync(pages).filter((file) => file.endsWith('.html') && (!only || file.startsWith(only)))) {
  for (const width of [1280, 375, 320]) {
    const page = await browser.newPage({ viewport: { width, height: 860 } });
    page.on('console', (message) => message.type() === 'error' && fail(`${name} ${width}: ${message.text()}`));
    page.on('pageerror', (error) => fail(`${name} ${width}: ${error}`));
    page.on('response', (response) => response.status() >= 400 && fail(`${name} ${width}: ${response.status()} ${response.url()}`));
    await page.goto(`${origin}/${name}`, { waitUntil: 'networkidle' });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) {
      fail(`${name} ${width}: scrolls sideways by ${wide} px`);
    }
    if (width !== 320) {
      // As tall as the page, so that what sticks to an edge is where it ends up.
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      await page.setViewportSize({ width, height: Math.max(860, height) });
      await page.screenshot({ path: join(out, `${name}.${width}.png`), fullPage: true });
      await page.evaluate(axe);
      const result = await page.evaluate(() => window.axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
      for (const v of result.violations) {
        fail(`${name} ${width}: ${v.id}: ${v.help}\n    ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join('\n    ')}`);
      }
    }
    if (width === 1280) {
      await page.pdf({ path: join(out, `${name}.pdf`), format: 'Letter' });
    }
    await page.close();
  }
}

// What scripts promise.
if (!only) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  await page.goto(`${origin}/intake.html`, { waitUntil: 'networkidle' });
  await page.keyboard.press('/');
  const focused = await page.evaluate(() => document.activeElement.id);
  if (focused !== 'search') fail(`"/" focuses ${focused}`);
  await page.fill('[name=children_now]', 'On the bus <now>');
  await page.waitForFunction(() => document.querySelector('[data-saved]').textContent === 'Saved 14:02:10', null, { timeout: 8000 });
  const sent = new URLSearchParams(drafts.at(-1).body);
  if (drafts.at(-1).path !== '/drafts/118' || sent.get('children_now') !== 'On the bus <now>' || sent.get('form_token') !== 't') fail('the draft is not what was typed');
  const before = await page.locator('.rows__row').count();
  await page.click('.rows__add');
  if (await page.locator('.rows__row').count() !== before + 1) fail('no row was added');
  const names = await page.evaluate(() => [...document.querySelectorAll('.rows__list [name]')].map((e) => e.name).filter((n) => n.includes('__row__')));
  if (names.length !== 0) fail(`a copied row kept its placeholder: ${names}`);
  await page.locator('.rows__row').last().locator('.rows__remove').click();
  if (await page.locator('.rows__row').count() !== before) fail('no row was removed');
  await page.goto(`${origin}/assessment.html`, { waitUntil: 'networkidle' });
  const pad = await page.locator('.signature canvas').boundingBox();
  await page.locator('.signature canvas').scrollIntoViewIfNeeded();
  const box = await page.locator('.signature canvas').boundingBox() ?? pad;
  await page.mouse.move(box.x + 40, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + 160, box.y + 80, { steps: 8 });
  await page.mouse.up();
  const image = await page.inputValue('.signature input[type=hidden]');
  if (!image.startsWith('data:image/png;base64,')) fail('the signature is not a PNG');
  await page.click('[data-clear]');
  if (await page.inputValue('.signature input[type=hidden]') !== '') fail('the signature is not cleared');
  await page.context().close();
}
await browser.close();
server.close();
console.log(failures === 0 ? 'all pages are in order' : `${failures} failures`);
process.exitCode = failures === 0 ? 0 : 1;
