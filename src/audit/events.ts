/**
 * Everything the provider ever records, as a closed vocabulary: one function an event, one line of meaning each.
 * An event carries identifiers, never names, national codes, numbers or bearer values.
 */
export type AuditEvent = {
  name: string;
  citizenId?: string | undefined;
  clientId?: string | undefined;
  /** Small, flat, and free of personal data. */
  details: Record<string, string | number | boolean | undefined>;
};

/** Resolves when the event can no longer be lost; hot paths need not wait for it. */
export type RecordAuditEvent = (event: AuditEvent) => Promise<void>;

type About = { citizenId?: string | undefined; clientId?: string | undefined };

export type AuditEvents = ReturnType<typeof createAuditEvents>;

export function createAuditEvents(record: RecordAuditEvent) {
  const define =
    <Details extends AuditEvent['details']>(name: string) =>
    ({ citizenId, clientId, ...details }: About & Details): Promise<void> =>
      record({ name, citizenId, clientId, details });

  return {
    /** A citizen proved who they are and a browser session began. */
    citizenSignedIn: define<{ acr: string; sharedComputer: boolean; network: string }>('citizen.signed-in'),
    /** Somebody tried to sign in and was refused; the reason is ours alone, the page never tells it. */
    signInRefused: define<{ reason: string; network: string }>('citizen.sign-in-refused'),
  };
}
