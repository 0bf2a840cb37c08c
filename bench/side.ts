/** One of the two servers under measurement, ready and filled. */
export type Side = {
  name: string;
  /** Where to connect, e.g. http://127.0.0.1:4000. The issuer differs when the server stands behind a TLS proxy. */
  origin: string;
  issuer: string;
  /** What the TLS proxy in front of it would add to every request. */
  proxyHeaders: Record<string, string>;
  /** The server process; its children are counted apart. */
  pid: number;
  /** One `Cookie` header a citizen with a session and a grant for every relying party of the cast. */
  sessionCookies: readonly string[];
  /** Refresh tokens of the RS256 relying party, each with a grant of its own; rotation replaces them in place. */
  refreshTokens: string[];
  /** Citizens who can sign in with the password of the cast; names that anybody may give on the bare side. */
  nationalCodes: readonly string[];
  /** Of the stores it uses. */
  versions?: Record<string, string>;
  readStores(): Promise<StoreReadings>;
  /** Before each of its turns, where two sides are one server in two states. */
  takeTurn?(): Promise<void>;
  stop(): Promise<void>;
};

/** Running totals; a measurement takes the difference of two. */
export type StoreReadings = {
  redisCommands: number;
  redisCpuMs: number;
  databaseCpuMs: number;
  /** Round trips to Redis that our state store made, where the server tells. */
  roundTrips: number;
};

export const noStores: StoreReadings = {
  redisCommands: 0,
  redisCpuMs: 0,
  databaseCpuMs: 0,
  roundTrips: 0,
};
