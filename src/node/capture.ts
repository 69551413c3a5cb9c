/** Collects output of any size in bounded memory: what came first, and what came last. */

/** Kept beyond each limit, so that a secret that stands across a cut is recognised before the cut is made. */
const SLACK = 8192;

export type Capture = {
  add(chunk: Buffer): void;
  /** The text with secrets redacted; longer than the limit it is head and tail with a line between that counts the rest. */
  text(redact: (text: string) => string): string;
};

/** At most about `limit` bytes come out, half of them from the start. */
export function openCapture(limit: number): Capture {
  const headBytes = Math.ceil(limit / 2);
  const tailBytes = limit - headBytes;
  const head: Buffer[] = [];
  let headSize = 0;
  let tail: Buffer[] = [];
  let tailSize = 0;
  let total = 0;

  const add = (chunk: Buffer): void => {
    total += chunk.length;
    const forHead = chunk.subarray(0, Math.max(0, headBytes + SLACK - headSize));
    if (forHead.length > 0) head.push(Buffer.from(forHead));
    headSize += forHead.length;
    const rest = chunk.subarray(forHead.length);
    if (rest.length === 0) return;
    tail.push(Buffer.from(rest));
    tailSize += rest.length;
    // Joined now and then, so that neither a million small chunks nor one large one stay.
    if (tailSize > 2 * (tailBytes + SLACK) || tail.length > 256) {
      tail = [Buffer.concat(tail).subarray(-(tailBytes + SLACK))];
      tailSize = tail[0]?.length ?? 0;
    }
  };

  const text = (redact: (text: string) => string): string => {
    const first = Buffer.concat(head);
    const last = Buffer.concat(tail);
    const known = first.length + last.length;
    if (known === total) return cutMiddle(redact(Buffer.concat([first, last]).toString("utf8")), limit);
    const kept = Buffer.from(redact(first.toString("utf8"))).subarray(0, headBytes);
    const end = Buffer.from(redact(last.toString("utf8")));
    return join(kept, end.subarray(Math.max(0, end.length - tailBytes)), total - headBytes - tailBytes);
  };
  return { add, text };
}

/** The same cut for a text that is known whole. `limit` counts bytes of UTF-8. */
export function cutMiddle(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= limit) return text;
  const headBytes = Math.ceil(limit / 2);
  const tail = bytes.subarray(bytes.length - (limit - headBytes));
  return join(bytes.subarray(0, headBytes), tail, bytes.length - limit);
}

function join(head: Buffer, tail: Buffer, omitted: number): string {
  const marker = `[… ${omitted.toLocaleString("en-US")} bytes left out …]`;
  return `${wholeCharacters(head)}\n${marker}\n${wholeCharacters(tail)}`;
}

/** Drops the pieces of a character that was cut apart at either end. */
function wholeCharacters(bytes: Buffer): string {
  let start = 0;
  while (start < Math.min(3, bytes.length) && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(start), { stream: true });
}
