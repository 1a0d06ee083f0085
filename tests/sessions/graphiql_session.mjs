// Runs session.js outside of a browser: one JSON command a line comes in, one JSON answer goes out.
// Time is what the commands say it is.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import vm from "node:vm";

const [file, origin] = process.argv.slice(2);
const started = Date.now();
let now = 0;
let timers = [];
let told = [];
let sent = [];
let held = null;

const context = vm.createContext({
  Headers,
  Date,
  performance: { now: () => now },
  setTimeout: (call, wait) => {
    const timer = { call, at: now + wait };
    timers.push(timer);
    return timer;
  },
  clearTimeout: (timer) => (timers = timers.filter((each) => each !== timer)),
});
vm.runInContext(readFileSync(file, "utf8") + "\nthis.makeSession = makeSession;", context);

async function send(url, options) {
  const name = JSON.parse(options.body).query.match(/\w+ (\w+)/)?.[1] ?? "query";
  sent.push(name);
  if (url !== "/graphql") throw new Error(`sent to ${url}`);
  if (held?.name === name) await held.until;
  const answer = await fetch(origin + url, options);
  // The server's clock is told by the test, but for the Date of its answers.
  const headers = new Headers(answer.headers);
  headers.set("date", new Date(started + now).toUTCString());
  return new Response(answer.body, { status: answer.status, headers });
}

const session = context.makeSession(send, (why) => told.push(why));
const ask = async () => {
  const answer = await session.fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: "query Ask { viewer { kind } }" }),
  });
  return answer.status === 200 ? (await answer.json()).data.viewer.kind : answer.status;
};
const commands = {
  signIn: ({ login, password }) => session.signIn(login, password),
  signOut: async () => {
    await session.signOut();
    return null;
  },
  ask,
  askAtOnce: () => Promise.all([ask(), ask(), ask()]),
  advance: ({ seconds }) => {
    now += seconds * 1000;
    const due = timers.filter((each) => each.at <= now);
    timers = timers.filter((each) => each.at > now);
    due.forEach((each) => each.call());
    return null;
  },
  overtaken: async ({ first, second }) => {
    let free;
    held = { name: "SignIn", until: new Promise((resolve) => (free = resolve)) };
    const slow = session.signIn(first.login, first.password);
    held = null;
    const quick = await session.signIn(second.login, second.password);
    free();
    return [await slow, quick];
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...more } = JSON.parse(line);
  const answer = (await commands[command](more)) ?? null;
  console.log(JSON.stringify({ answer, sent, told }));
  sent = [];
  told = [];
}
