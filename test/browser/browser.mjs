// Headless Chromium for tests: sign-in, axe, and what every page must keep.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { password } from "../http/hearth.mjs";

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);

export function launch() {
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"],
  });
}

// A page whose console errors are collected in page.faults: those about what the server sent, not about the
// browser's own pages and extensions. The policy that the server sends is kept: axe is put in through the debugger,
// not as a script of the page.
export async function open(browser, { width = 1280, javaScriptEnabled = true } = {}) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, javaScriptEnabled });
  const page = await context.newPage();
  page.faults = [];
  page.on("console", (message) => {
    const { url } = message.location();
    if (message.type() === "error" && url.startsWith("http")) page.faults.push(`${message.text()} at ${url}`);
  });
  page.on("pageerror", (error) => page.faults.push(String(error)));
  return page;
}

export async function signIn(page, url, login) {
  await page.goto(`${url}/sign-in`);
  await page.fill("[name=user]", login);
  await page.fill("[name=password]", password);
  await Promise.all([page.waitForURL(/my-day|\/$/), page.press("[name=password]", "Enter")]);
}

// What stays in place hides a part of something at any one moment, and axe takes that for small: it looks at
// the page with all of it laid out.
export async function axeViolations(page) {
  await page.evaluate(axe);
  const result = await page.evaluate(async () => {
    const laidOut = new CSSStyleSheet();
    laidOut.replaceSync(".banner, .save-bar, .workspace__side { position: static; max-height: none; }");
    document.adoptedStyleSheets = [laidOut];
    const found = await globalThis.axe.run(document, { resultTypes: ["violations"],
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
    document.adoptedStyleSheets = [];
    return found;
  });
  return result.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join(" | ")}`);
}

export const sidewaysScroll = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
