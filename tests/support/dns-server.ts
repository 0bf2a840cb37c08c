import { createSocket } from 'node:dgram';
import { once } from 'node:events';

export type TestDns = {
  /** For PANJEREH_DNS_SERVERS and `createResolveTxt`. */
  address: string;
  /** The TXT records of a name; without any it does not exist. */
  publish(name: string, ...records: string[]): void;
  /** Answers no question any more, until it is told otherwise. */
  setSilent(isSilent: boolean): void;
  /** Names that were asked for, in order. */
  asked: string[];
  close(): Promise<void>;
};

const TXT = 16;
const NAME_NOT_THERE = 3;

/** A name server of the test's own (RFC 1035 section 4.1): one question a packet, TXT records or "no such name". */
export async function startDns(): Promise<TestDns> {
  const records = new Map<string, string[]>();
  const asked: string[] = [];
  let isSilent = false;
  const socket = createSocket('udp4');
  socket.on('message', (question, from) => {
    const { name, end } = nameIn(question);
    asked.push(name);
    if (!isSilent) socket.send(answerTo({ question, end, texts: records.get(name) }), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    publish: (name, ...texts) => void (texts.length === 0 ? records.delete(name) : records.set(name, texts)),
    setSilent: (silent) => {
      isSilent = silent;
    },
    asked,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

/** The name of the first question, and where the question ends. */
function nameIn(packet: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = packet[at] ?? 0; length > 0; length = packet[at] ?? 0) {
    labels.push(packet.toString('ascii', at + 1, at + 1 + length));
    at += length + 1;
  }
  // The empty label, two bytes of type, two of class.
  return { name: labels.join('.').toLowerCase(), end: at + 5 };
}

function answerTo({
  question,
  end,
  texts = [],
}: {
  question: Buffer;
  end: number;
  texts: string[] | undefined;
}): Buffer {
  const header = Buffer.alloc(12);
  question.copy(header, 0, 0, 2);
  // A response, recursion asked for and available.
  header.writeUInt16BE(0x8180 | (texts.length === 0 ? NAME_NOT_THERE : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(texts.length, 6);
  return Buffer.concat([header, question.subarray(12, end), ...texts.map(record)]);
}

/** Long texts go in parts of 255 bytes, as every zone file writes them. */
function record(text: string): Buffer {
  const bytes = Buffer.from(text);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length || at === 0; at += 255) {
    const part = bytes.subarray(at, at + 255);
    parts.push(Buffer.from([part.length]), part);
  }
  const data = Buffer.concat(parts);
  const head = Buffer.alloc(12);
  // A pointer to the name in the question.
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(TXT, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(0, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}
