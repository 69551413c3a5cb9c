import { type ReactNode, useId } from "react";
import type { Page } from "../page.ts";
import { Icon } from "../icons.tsx";

type Props = {
  page: Page;
  /** Under which its fold is remembered. */
  name: string;
  title: string;
  /** Short facts at the right of the title; seen also when folded. */
  facts?: ReactNode;
  byDefault?: "open" | "folded";
  children: ReactNode;
};

/** A pane like those of VS Code's own views. Folded content is not drawn. */
export function Section({ page, name, title, facts, byDefault = "open", children }: Props) {
  const id = useId();
  const { open, toggle } = page.section(name, byDefault);
  return (
    <section className={`section section-${name}`} aria-labelledby={`${id}-title`}>
      <h2>
        <button type="button" className="section-title" aria-expanded={open} onClick={toggle}>
          <Icon name="chevron" />
          <span id={`${id}-title`}>{title}</span>
          {facts && <span className="facts">{facts}</span>}
        </button>
      </h2>
      {open && <div className="section-body">{children}</div>}
    </section>
  );
}
