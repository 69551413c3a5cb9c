/** Lower-case ASCII words of a text joined by "-", at most `most` characters, whole words where possible; "" when none. */
export function slug(text: string, most = 40): string {
  const words = text
    .slice(0, 1000)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  let out = (words[0] ?? "").slice(0, most);
  for (const word of words.slice(1)) {
    if (out.length + 1 + word.length > most) break;
    out += `-${word}`;
  }
  return out;
}
