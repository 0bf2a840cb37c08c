/** What somebody asks for who has time: `TIMING_PAIRS=2000`. 0 when nobody does. */
export function wantedTimingPairs(): number {
  return Number(process.env.TIMING_PAIRS ?? 0);
}

/** `MODEL_RUNS=2000`. 0 when nobody does. */
export function wantedModelRuns(): number {
  return Number(process.env.MODEL_RUNS ?? 0);
}
