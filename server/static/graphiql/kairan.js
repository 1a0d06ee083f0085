// The bar above GraphiQL. The token lives in one variable of this page: never in the URL, in
// storage or in an editor, so that nothing is left on a computer that an association shares.
"use strict";

const SIGN_IN = `mutation SignIn($input: SignInInput!) {
  signIn(input: $input) { accessToken expiresAt errors { message } }
}`;
const NOBODY = "";
const SOMEBODY_ELSE = "*";

const part = (id) => document.getElementById(id);
const signIns = Object.entries(JSON.parse(document.body.dataset.signIns));

let token = null;
let expiry = null;

function show(text, failed = false) {
  part("standing").textContent = text;
  part("standing").classList.toggle("failed", failed);
}

function signOut(text = "Nobody is signed in", failed = false) {
  token = null;
  clearTimeout(expiry);
  part("sign-out").hidden = true;
  part("own").hidden = signIns.length > 0 && part("who").value !== SOMEBODY_ELSE;
  show(text, failed);
}

async function signIn(login, password) {
  signOut("Signing in ...");
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ query: SIGN_IN, variables: { input: { login, password } } }),
  });
  const answer = await response.json();
  const payload = answer.data?.signIn;
  const problem = answer.errors?.[0] ?? payload?.errors[0];
  if (problem || !payload?.accessToken) {
    return signOut(problem?.message ?? "Signing in failed", true);
  }
  token = payload.accessToken;
  const until = new Date(payload.expiresAt);
  expiry = setTimeout(
    () => signOut(`The sign-in of ${login} has run out: sign in again`, true),
    until - Date.now(),
  );
  part("own").hidden = true;
  part("sign-out").hidden = signIns.length > 0;
  show(`Signed in as ${login} until ${until.toLocaleTimeString()}`);
}

const tried = (login, password) =>
  signIn(login, password).catch(() => signOut("The server does not answer", true));

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
signOut();

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

function asViewer(url, options) {
  const headers = new Headers(options.headers);
  if (token !== null) headers.set("authorization", `Bearer ${token}`);
  return fetch(url, { ...options, headers });
}

const main = part("graphiql");
main.textContent = "";
ReactDOM.createRoot(main).render(
  React.createElement(
    GraphiQL,
    {
      fetcher: GraphiQL.createFetcher({ url: "/graphql", fetch: asViewer }),
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
