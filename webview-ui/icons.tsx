/** Drawn here, because the content policy lets no icon font in. 16 by 16, in the colour of the text. */
import type { ReactNode } from "react";
import type { SliceAt } from "../src/protocol/view.ts";

const CHECK = <path d="M5 8.2 7.2 10.4 11 6" />;
const RING = <circle cx="8" cy="8" r="5.5" />;

const SHAPES = {
  waiting: <circle cx="8" cy="8" r="5.5" strokeDasharray="2.2 2.12" />,
  executing: (
    <>
      <circle cx="8" cy="8" r="5.5" opacity="0.3" />
      <path className="spin" d="M8 2.5a5.5 5.5 0 0 1 5.5 5.5" />
    </>
  ),
  verifying: (
    <>
      <circle cx="8" cy="8" r="5.5" opacity="0.3" />
      <path className="spin" d="M8 2.5a5.5 5.5 0 0 1 5.5 5.5" />
      {CHECK}
    </>
  ),
  approval: (
    <>
      {RING}
      <path d="M8 5v3.6" />
      <circle cx="8" cy="10.9" r="0.4" fill="currentColor" />
    </>
  ),
  landing: <path d="M8 2v7.5M5 6.8 8 9.8l3-3M3 12.8h10" />,
  done: (
    <>
      {RING}
      {CHECK}
    </>
  ),
  conflict: <path d="M4.5 2.5v11M4.5 9.5c0-3 7-2 7-5.5M9.3 5.6l2.2-2.2 2.2 2.2M11 10.5l3 3M14 10.5l-3 3" />,
  stuck: (
    <>
      {RING}
      <path d="m6 6 4 4M10 6l-4 4" />
    </>
  ),
  dropped: (
    <>
      {RING}
      <path d="M5.2 8h5.6" />
    </>
  ),
  chevron: <path d="m6 4 4 4-4 4" />,
  pass: <path d="m3.5 8.4 3 3 6-6.6" />,
  fail: <path d="m4.2 4.2 7.6 7.6M11.8 4.2l-7.6 7.6" />,
  unknown: <path d="M6 6.2a2 2 0 1 1 2.7 1.9c-.5.2-.7.6-.7 1.1v.4M8 12v.2" />,
  pending: <circle cx="8" cy="8" r="1.2" fill="currentColor" />,
  warning: <path d="M8 2.4 14 13H2L8 2.4ZM8 6.4v3M8 11.1v.2" />,
  close: <path d="m4.5 4.5 7 7M11.5 4.5l-7 7" />,
  added: <path d="M8 3.5v9M3.5 8h9" />,
  changed: <path d="m10.8 3.2 2 2-7 7-2.6.6.6-2.6 7-7Z" />,
  run: <path d="M5 3.2v9.6L12.6 8 5 3.2Z" />,
  question: (
    <path d="M2.5 3.5h11v8h-6l-3 2.5v-2.5h-2zM6.8 6.2a1.3 1.3 0 1 1 1.7 1.2c-.3.1-.5.4-.5.7M8 9.8v.1" />
  ),
} satisfies Record<SliceAt, ReactNode> & Record<string, ReactNode>;

export type IconName = keyof typeof SHAPES;

export const Icon = ({ name }: { name: IconName }) => (
  <svg
    className={`icon icon-${name}`}
    viewBox="0 0 16 16"
    width="16"
    height="16"
    aria-hidden="true"
    focusable="false"
  >
    {SHAPES[name]}
  </svg>
);
