// One sign-in. Its tokens live in variables of this page: never in the URL, in storage or in an
// editor, so that nothing is left on a computer that an association shares. They are renewed when a
// request needs it, and given up when nobody has asked anything for a while or the page is left.
"use strict";

const IDLE_SECONDS = 30 * 60;
const TOKENS = "accessToken expiresAt refreshToken errors { message }";
const SIGN_IN = `mutation SignIn($input: SignInInput!) { signIn(input: $input) { ${TOKENS} } }`;
const REFRESH = `mutation Refresh($input: RefreshInput!) { refresh(input: $input) { ${TOKENS} } }`;
const SIGN_OUT = "mutation SignOut { signOut { errors { message } } }";

// `send` is fetch; `ended` is told why a sign-in is over that nobody gave up.
function makeSession(send, ended) {
  let tokens = null;
  // Counts sign-ins and sign-outs: of two under way, the later one is meant.
  let turn = 0;
  let refreshing = null;
  let idle = null;

  const post = (query, variables, headers = {}) =>
    send("/graphql", {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json", ...headers },
      body: JSON.stringify({ query, variables }),
      keepalive: true,
    });

  // What the server says of its tokens is told by the server's clock, and waited for by ours.
  async function opened(response, field) {
    const answer = await response.json();
    const payload = answer.data?.[field];
    const problem = answer.errors?.[0] ?? payload?.errors[0];
    if (problem || !payload?.accessToken) {
      return { problem: problem?.message ?? "It failed", over: !answer.errors };
    }
    const now = Date.parse(response.headers.get("date")) || Date.now();
    const left = Date.parse(payload.expiresAt) - now;
    return {
      access: payload.accessToken,
      refresh: payload.refreshToken,
      renewAt: performance.now() + left * 0.75,
    };
  }

  function used() {
    clearTimeout(idle);
    idle = setTimeout(() => {
      signOut();
      ended("Nobody asked anything for a while: sign in again");
    }, IDLE_SECONDS * 1000);
  }

  async function signIn(login, password, device = "GraphiQL") {
    signOut();
    const mine = turn;
    const found = await opened(
      await post(SIGN_IN, { input: { login, password, device } }),
      "signIn",
    );
    if (found.problem) return found.problem;
    if (turn !== mine) {
      leave(found).catch(() => undefined);
      return "Somebody else signed in meanwhile";
    }
    tokens = found;
    used();
    return null;
  }

  // One at a time: each refresh token is good once. What fails on the way is tried again with the
  // next request.
  function refresh() {
    refreshing ??= renew(tokens)
      .catch(() => undefined)
      .finally(() => (refreshing = null));
    return refreshing;
  }

  async function renew(mine) {
    const found = await opened(
      await post(REFRESH, { input: { refreshToken: mine.refresh } }),
      "refresh",
    );
    // Signed out, or in as somebody else, meanwhile: what came is nobody's.
    if (tokens !== mine) return found.problem ? undefined : leave(found);
    if (!found.problem) {
      tokens = found;
      return;
    }
    if (!found.over) return;
    tokens = null;
    clearTimeout(idle);
    ended(found.problem);
  }

  async function leave(gone) {
    const bearer = (each) => ({ authorization: `Bearer ${each.access}` });
    const answer = await post(SIGN_OUT, undefined, bearer(gone));
    if (answer.status !== 401) return;
    const again = await opened(
      await post(REFRESH, { input: { refreshToken: gone.refresh } }),
      "refresh",
    );
    if (!again.problem) await post(SIGN_OUT, undefined, bearer(again));
  }

  function signOut() {
    const gone = tokens;
    tokens = null;
    turn += 1;
    clearTimeout(idle);
    // Whether the server hears of it or not: here it is forgotten.
    return gone ? leave(gone).catch(() => undefined) : Promise.resolve();
  }

  // fetch as whoever is signed in, or as nobody.
  async function asViewer(url, options = {}) {
    if (tokens) {
      used();
      if (performance.now() >= tokens.renewAt) await refresh();
    }
    const answer = await attempt(url, options);
    // Refused before anything was done: the key was changed, or the clock of this computer was.
    if (answer.status !== 401 || !tokens) return answer;
    const before = tokens;
    await refresh();
    return tokens && tokens !== before ? attempt(url, options) : answer;
  }

  function attempt(url, options) {
    const headers = new Headers(options.headers);
    if (tokens) headers.set("authorization", `Bearer ${tokens.access}`);
    return send(url, { ...options, headers });
  }

  return { signIn, signOut, fetch: asViewer };
}
