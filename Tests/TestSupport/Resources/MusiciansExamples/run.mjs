// Runs an example of the musicians' document as it is written: node run.mjs EXAMPLE, with INPUT in the environment:
//   base           where the product listens, in place of http://localhost:3000
//   authorization  a header for requests that the example sends without one
//   values         the names that the document leaves to its reader
//   file           {name, path, type, bytes}: such a name for a file, of which bytes is its content in base64
//   replaced       texts of the example that stand for an id
//   results        names of the example whose values are of interest
// Writes to the standard output what was sent, what was logged, what is stored, and the results.
import { File as NodeFile } from "node:buffer";
import { readFileSync } from "node:fs";

const input = JSON.parse(process.env.INPUT);
const requests = [];
const lines = [];
const stored = new Map(Object.entries(input.stored ?? {}));

function line(...words) {
  lines.push(words.map((word) => (typeof word === "string" ? word : JSON.stringify(word))).join(" "));
}

async function recordedFetch(address, options = {}) {
  const headers = { ...(options.headers ?? {}) };
  const body =
    options.body instanceof FormData ? [...options.body.keys()] : (options.body ?? null);
  requests.push({
    method: options.method ?? "GET", address: String(address), headers: { ...headers }, body,
  });
  if (input.authorization && !headers.Authorization) headers.Authorization = input.authorization;
  return fetch(String(address).replace("http://localhost:3000", input.base), { ...options, headers });
}

const browser = {
  fetch: recordedFetch,
  localStorage: {
    getItem: (name) => stored.get(name) ?? null,
    setItem: (name, value) => stored.set(name, String(value)),
  },
  console: { log: line, error: line },
};
const values = { ...(input.values ?? {}) };
if (input.file) {
  const { name, path, type, bytes } = input.file;
  values[name] = new NodeFile([Buffer.from(bytes, "base64")], path, { type });
}

let source = readFileSync(process.argv[2], "utf8");
for (const [text, id] of Object.entries(input.replaced ?? {})) source = source.replaceAll(text, id);
const names = { ...browser, ...values };
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
const run = new AsyncFunction(...Object.keys(names), `${source}\nreturn { ${input.results.join(", ")} };`);

async function shown(value) {
  if (value instanceof Response) {
    return { status: value.status, headers: Object.fromEntries(value.headers), ...(await bytesOf(value)) };
  }
  if (value instanceof Blob) return bytesOf(value);
  return value ?? null;
}

// Of a body that the example has read, nothing is left.
async function bytesOf(body) {
  if (body.bodyUsed) return {};
  const bytes = Buffer.from(await body.arrayBuffer());
  return { length: bytes.length, type: body.type ?? "", text: bytes.length < 100_000 ? bytes.toString() : "" };
}

const results = {};
for (const [name, value] of Object.entries(await run(...Object.values(names)))) results[name] = await shown(value);
process.stdout.write(JSON.stringify({ requests, lines, stored: Object.fromEntries(stored), results }));
