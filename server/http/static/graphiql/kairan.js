// The bar above GraphiQL: who is asking. The sign-in itself is in session.js.
"use strict";

const NOBODY = "";
const SOMEBODY_ELSE = "*";

const part = (id) => document.getElementById(id);
const signIns = Object.entries(JSON.parse(document.body.dataset.signIns));

const session = makeSession((...asked) => fetch(...asked), (why) => signedOut(why, true));

function show(text, failed = false) {
  part("standing").textContent = text;
  part("standing").classList.toggle("failed", failed);
}

function signedOut(text = "Nobody is signed in", failed = false) {
  part("sign-out").hidden = true;
  part("own").hidden = signIns.length > 0 && part("who").value !== SOMEBODY_ELSE;
  show(text, failed);
}

function signOut() {
  session.signOut();
  signedOut();
}

async function signIn(login, password) {
  signedOut("Signing in ...");
  const problem = await session.signIn(login, password);
  if (problem) return signedOut(problem, true);
  part("own").hidden = true;
  part("sign-out").hidden = signIns.length > 0;
  show(`Signed in as ${login}`);
}

const tried = (login, password) =>
  signIn(login, password).catch(() => signedOut("The server does not answer", true));

function option(value, text) {
  const made = document.createElement("option");
  made.value = value;
  made.textContent = text;
  return made;
}

part("who").append(
  option(NOBODY, "nobody"),
  ...signIns.map(([login, word]) => option(login, `${login} (${word})`)),
  option(SOMEBODY_ELSE, "somebody else ..."),
);
part("demo").hidden = signIns.length === 0;
part("who").addEventListener("change", ({ target }) => {
  if (target.value === NOBODY || target.value === SOMEBODY_ELSE) return signOut();
  return tried(target.value, document.body.dataset.password);
});
part("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  const password = part("password").value;
  part("password").value = "";
  tried(part("login").value, password);
});
part("sign-out").addEventListener("click", () => signOut());
// Nobody comes back to this page as it was.
window.addEventListener("pagehide", signOut);
signedOut();

// GraphiQL remembers queries and variables; here it forgets them with the page.
const memory = new Map();
const forgetful = {
  getItem: (key) => memory.get(key) ?? null,
  setItem: (key, value) => void memory.set(key, value),
  removeItem: (key) => void memory.delete(key),
  clear: () => memory.clear(),
  get length() {
    return memory.size;
  },
};

const main = part("graphiql");
main.textContent = "";
ReactDOM.createRoot(main).render(
  React.createElement(
    GraphiQL,
    {
      fetcher: GraphiQL.createFetcher({ url: "/graphql", fetch: session.fetch }),
      defaultTabs: EXAMPLES.map((query) => ({ query, variables: "", headers: "" })),
      defaultQuery: "{\n  \n}\n",
      storage: forgetful,
      isHeadersEditorEnabled: false,
      shouldPersistHeaders: false,
      showPersistHeadersSettings: false,
    },
    React.createElement(GraphiQL.Logo, null, "Kairan"),
  ),
);
