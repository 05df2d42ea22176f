// Files of invented persons with realistic damage, for "hearth match" (match.test.mjs, and by hand):
//
//     node test/match/invent.mjs KIND PERSONS SEED > FILE.csv
//
// KIND is "register" (few errors, at most a handful of records a person, with addresses), "historical" (about ten
// heavily damaged records a person, namesakes, many fields missing) or "families" (siblings, twins, fathers and sons
// of one name at one address). The errors: slips of the hand, letters as a scanner reads them, spelling by ear, exchanged
// fields, other forms of a name, missing values, wrong dates, moves. What is drawn depends on the seed alone.
//
// Names come from the Census lists in ../shared where they are (names-census1990, by how common they are), else from
// syllables: the file of syllables has the same shape, a few common names and very many rare ones.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const shared = process.env.HEARTH_SHARED ?? join(root, "../shared");

// mulberry32, so that a file can be made again.
export function dice(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n) => Math.floor(next() * n);
  return { next, below, chance: (p) => next() < p, pick: (list) => list[below(list.length)] };
}

// ---- names ----

const syllables = "ba be bo da de do fa fe ga go ha he ho ja jo ka ke ko la le li lo ma me mi mo na ne ni no pa pe ra re ri ro sa se so ta te ti to va ve wa we wi ya zo".split(" ");
const endings = "n r s l m nd ck rt ns y th".split(" ");

function invented(count, seed) {
  const die = dice(seed);
  const names = new Map();
  while (names.size < count) {
    const name = Array.from({ length: 1 + die.below(3) }, () => die.pick(syllables)).join("") + die.pick(endings);
    names.set(name, 1 / (names.size + 8)); // Zipf
  }
  return [...names];
}

function census(file, count) {
  const path = join(shared, "data/names-census1990", file);
  if (!existsSync(path)) return invented(count, file.length);
  return readFileSync(path, "latin1").split("\n").slice(0, count)
    .map((line) => line.trim().split(/\s+/)).filter((cells) => cells.length > 1)
    .map(([name, share]) => [name.toLowerCase(), Math.max(Number(share), 0.0005)]);
}

// Draws by weight, in the time of one binary search.
function weighted(list) {
  const sums = [];
  let sum = 0;
  for (const [, weight] of list) sums.push((sum += weight));
  return (die) => {
    const at = die.next() * sum;
    let low = 0, high = sums.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle] < at) low = middle + 1;
      else high = middle;
    }
    return list[low][0];
  };
}

const drawGiven = { f: weighted(census("dist.female.first", 2000)), m: weighted(census("dist.male.first", 1000)) };
const drawFamily = weighted(census("dist.all.last", 40000));
const forms = { william: "bill", robert: "bob", elizabeth: "liz", margaret: "peggy", james: "jim", john: "jack", thomas: "tom",
  richard: "dick", edward: "ted", charles: "charlie", henry: "harry", mary: "molly", katherine: "kate", catherine: "kate",
  michael: "mike", joseph: "joe", patricia: "pat", susan: "sue", daniel: "dan", david: "dave", george: "georgie" };
const trades = weighted([["politician", 30], ["cricketer", 12], ["writer", 11], ["painter", 10], ["actor", 9], ["clergyman", 8],
  ["soldier", 8], ["engineer", 5], ["physician", 5], ["lawyer", 4], ["botanist", 3], ["architect", 3], ["rower", 2]]);

// ---- damage ----

const beside = { a: "sqz", b: "vnh", c: "xv", d: "sfe", e: "wrd", f: "dg", g: "fh", h: "gj", i: "uo", j: "hk", k: "jl", l: "k", m: "n", n: "bm",
  o: "ip", p: "o", q: "wa", r: "et", s: "ad", t: "ry", u: "yi", v: "cb", w: "qe", x: "zc", y: "tu", z: "xa",
  0: "9", 1: "2", 2: "13", 3: "24", 4: "35", 5: "46", 6: "57", 7: "68", 8: "79", 9: "80" };
const scanned = [["m", "rn"], ["rn", "m"], ["l", "1"], ["o", "0"], ["cl", "d"], ["d", "cl"], ["g", "q"], ["h", "b"], ["e", "c"], ["5", "s"], ["8", "b"], ["1", "l"]];
const heard = [["ph", "f"], ["f", "ph"], ["ck", "k"], ["c", "k"], ["k", "c"], ["ee", "ea"], ["ie", "y"], ["y", "ie"], ["th", "t"], ["t", "th"], ["s", "z"], ["z", "s"],
  ["mac", "mc"], ["gh", "g"], ["ei", "ai"], ["ll", "l"], ["l", "ll"], ["nn", "n"], ["n", "nn"], ["ou", "u"], ["wr", "r"], ["kn", "n"], ["sen", "son"], ["er", "ar"]];

export function slip(die, text) {
  const at = die.below(text.length);
  const kind = die.below(5);
  if (kind === 0) return text.slice(0, at) + text.slice(at + 1);
  if (kind === 1) return text.slice(0, at) + text[at] + text.slice(at);
  if (kind === 2 && at + 1 < text.length) return text.slice(0, at) + text[at + 1] + text[at] + text.slice(at + 2);
  if (kind === 3 && text.length > 5) return text.slice(0, at) + " " + text.slice(at);
  return text.slice(0, at) + die.pick(beside[text[at]] ?? "x") + text.slice(at + 1);
}

function rewritten(die, text, rules) {
  const fitting = rules.filter(([from]) => text.includes(from));
  if (fitting.length === 0) return slip(die, text);
  const [from, to] = die.pick(fitting);
  return text.replace(from, to);
}

function miswritten(die, text) {
  if (!text) return text;
  const kind = die.next();
  return kind < 0.6 ? slip(die, text) : rewritten(die, text, kind < 0.8 ? heard : scanned);
}

const two = (n) => String(n).padStart(2, "0");
const day = (y, m, d) => `${y}-${two(m)}-${two(d)}`;

function wrongDate(die, date) {
  const [y, m, d] = date.split("-").map(Number);
  const kind = die.next();
  if (kind < 0.25) return day(y, m, 1 + die.below(28));
  if (kind < 0.4) return day(y, 1 + die.below(12), d);
  if (kind < 0.55) return day(y, d <= 12 ? d : m, d <= 12 ? m : d);
  if (kind < 0.7) return day(y + die.pick([-1, 1, -10, 10]), m, d);
  if (kind < 0.85) return day(y, 1, 1);
  return slip(die, date.replaceAll("-", "")).replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3");
}

// ---- persons ----

const roads = "street avenue road court drive lane place crescent".split(" ");
const town = (die, towns) => towns[Math.floor(die.next() ** 2 * towns.length)];

function places(die, count) {
  return Array.from({ length: count }, (_, i) => {
    const name = drawFamily(die) + die.pick(["ville", " springs", "ton", " falls", "", " creek"]);
    return { name, code: String(53000 + i * 3), outward: String.fromCharCode(97 + (i % 26)) + String.fromCharCode(97 + (Math.floor(i / 26) % 26)) + (1 + (i % 19)) };
  });
}

function address(die, towns) {
  const where = town(die, towns);
  return { number: String(1 + die.below(400)), street: `${drawFamily(die)} ${die.pick(roads)}`, unit: die.chance(0.4) ? `${drawFamily(die)} ${die.pick(["park", "lodge", "estate"])}` : "",
    town: where.name, code: where.code, state: die.chance(0.8) ? "wi" : die.pick(["mn", "il", "mi", "ia"]) };
}

function person(die, from, to) {
  const sex = die.pick(["f", "m"]);
  return { given: drawGiven[sex](die), family: drawFamily(die), sex, birth: day(from + die.below(to - from), 1 + die.below(12), 1 + die.below(28)) };
}

// As Febrl's generator does it: an original, and copies with up to `most` changes.
function* register(persons, die) {
  const towns = places(die, 300);
  yield ["record", "person", "given", "family", "number", "street", "unit", "town", "code", "state", "birth"];
  for (let i = 0; i < persons; i++) {
    const one = { ...person(die, 1900, 2000), ...address(die, towns) };
    const row = () => [one.given, one.family, one.number, one.street, one.unit, one.town, one.code, one.state, one.birth];
    yield [`r-${i}-0`, i, ...row().map((cell, field) => (die.chance(field === 4 ? 0.1 : 0.03) ? "" : cell))];
    const copies = die.chance(0.5) ? 1 + die.below(4) : 0;
    for (let copy = 1; copy <= copies; copy++) {
      const cells = row();
      for (let change = 1 + die.below(8); change > 0; change--) {
        const field = die.below(cells.length), kind = die.next();
        if (kind < 0.1 && field < 2) [cells[0], cells[1]] = [cells[1], cells[0]];
        else if (kind < 0.1 && (field === 3 || field === 4)) [cells[3], cells[4]] = [cells[4], cells[3]];
        else if (kind < 0.2) cells[field] = "";
        else if (kind < 0.28) cells[field] = [() => forms[one.given] ?? person(die, 1900, 2000).given, () => drawFamily(die), () => String(die.below(400)), () => address(die, towns).street,
          () => address(die, towns).unit, () => town(die, towns).name, () => town(die, towns).code, () => "il", () => person(die, 1900, 2000).birth][field]();
        else if (field === 8) cells[8] = cells[8] && wrongDate(die, cells[8]);
        else cells[field] = miswritten(die, cells[field]);
      }
      yield [`r-${i}-${copy}`, i, ...cells];
    }
  }
}

// Many records of people of the past; some families whose members share names and places, and namesakes.
function* historical(persons, die) {
  const towns = places(die, 400);
  yield ["record", "person", "full", "given", "family", "birth", "place", "code", "sex", "trade"];
  let before;
  for (let i = 0; i < persons; i++) {
    const where = town(die, towns);
    const one = { ...person(die, 1650, 1950), place: where.name, code: `${where.outward} ${die.below(10)}${die.pick("abdefhjklnp")}${die.pick("abdefhjklnp")}`, trade: trades(die), rest: die.chance(0.3) ? ` ${drawGiven.m(die)}` : "" };
    if (before && die.chance(0.1)) Object.assign(one, { family: before.family, place: before.place, given: die.chance(0.3) && before.sex === one.sex ? before.given : one.given });
    before = one;
    const copies = 1 + Math.floor(die.next() ** 1.2 * 19);
    for (let copy = 0; copy < copies; copy++) {
      const worn = Math.min(copy / 6, 1); // later records are worse
      const cell = (value, missing, wrong) => (die.chance(missing) ? "" : die.chance(wrong * worn) ? miswritten(die, value) : value);
      let given = die.chance(0.15 * worn) ? (forms[one.given] ?? one.given) : die.chance(0.05 * worn) ? one.given[0] : one.given;
      let family = die.chance(0.05 * worn) ? drawFamily(die) : one.family;
      given = cell(given, 0.02 * worn, 0.25);
      family = cell(family, 0.02 * worn, 0.3);
      if (die.chance(0.03 * worn)) [given, family] = [family, given];
      const full = `${given}${die.chance(0.5) ? one.rest : ""} ${family}`.trim();
      const birth = die.chance(0.12) ? "" : die.chance(0.3 * worn) ? wrongDate(die, one.birth) : one.birth;
      const place = die.chance(0.15) ? "" : die.chance(0.15 * worn) ? town(die, towns).name : cell(one.place, 0, 0.15);
      const code = die.chance(0.15) ? "" : die.chance(0.4 * worn) ? one.code.replace(/.{2}$/, die.pick("abdefhj") + die.pick("abdefhj")) : one.code;
      yield [`h-${i}-${copy}`, i, full, given, family, birth, place, code, die.chance(0.2) ? "" : one.sex, die.chance(0.35) ? "" : die.chance(0.1 * worn) ? trades(die) : one.trade];
    }
  }
}

// Families at one address: what a matcher must keep apart. Each person has one or two records.
function* families(count, die) {
  const towns = places(die, 200);
  yield ["record", "person", "given", "family", "number", "street", "unit", "town", "code", "state", "birth"];
  for (let i = 0; i < count; i++) {
    const home = address(die, towns), family = drawFamily(die);
    const father = { ...person(die, 1970, 1995), sex: "m" };
    father.given = drawGiven.m(die);
    const members = [father, person(die, 1970, 1995)];
    for (let child = 1 + die.below(4); child > 0; child--) {
      const one = person(die, 2005, 2024);
      if (one.sex === "m" && die.chance(0.1)) one.given = father.given;
      members.push(one);
      if (die.chance(0.08)) members.push({ ...person(die, 2005, 2024), birth: one.birth });
    }
    for (const [number, member] of members.entries()) {
      const where = die.chance(0.8) ? home : address(die, towns);
      for (let copy = die.chance(0.4) ? 2 : 1; copy > 0; copy--) {
        const now = copy === 2 && die.chance(0.25) ? address(die, towns) : where; // moved since
        const given = copy === 2 && die.chance(0.25) ? miswritten(die, member.given) : member.given;
        const birth = die.chance(0.08) ? "" : copy === 2 && die.chance(0.15) ? wrongDate(die, member.birth) : member.birth;
        yield [`f-${i}-${number}-${copy}`, `${i}-${number}`, given, copy === 2 && die.chance(0.1) ? miswritten(die, family) : family, now.number, now.street, now.unit, now.town, now.code, now.state, birth];
      }
    }
  }
}

const quoted = (cell) => (/[",\r\n]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : String(cell));

export function invent(kind, persons, seed) {
  const make = { register, historical, families }[kind];
  return [...make(persons, dice(seed))].map((row) => row.map(quoted).join(",") + "\n").join("");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [kind, persons, seed] = process.argv.slice(2);
  process.stdout.write(invent(kind, Number(persons), Number(seed)));
}
