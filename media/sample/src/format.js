/** One line a note: "  1  Buy milk". */
export function asText(notes) {
  return notes.map(({ id, text }) => `${String(id).padStart(3)}  ${text}`).join("\n");
}
