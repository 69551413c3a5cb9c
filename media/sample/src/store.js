import { readFileSync, writeFileSync } from "node:fs";

const FILE = process.env.NOTES_FILE ?? "notes.json";

/** All notes, oldest first: [{ id, text, at }]. */
export function load() {
  try {
    return JSON.parse(readFileSync(FILE, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return [];
    throw error;
  }
}

export function add(text, at = new Date().toISOString()) {
  const notes = load();
  const note = { id: notes.length + 1, text, at };
  writeFileSync(FILE, JSON.stringify([...notes, note], null, 2));
  return note;
}
