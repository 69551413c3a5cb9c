export const HELP = `notes: a small notebook

  notes add TEXT     add a note
  notes list         list all notes
`;
