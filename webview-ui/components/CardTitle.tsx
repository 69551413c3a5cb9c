import type { SliceView } from "../../src/protocol/view.ts";
import type { Page } from "../page.ts";
import { Icon } from "../icons.tsx";
import { AT } from "../news.ts";
import { LinkButton } from "../ui.tsx";

/** Icon, id and title of a slice; a press shows its row. */
export const CardTitle = ({ page, slice }: { page: Page; slice: SliceView }) => (
  <h3 className={`card-title at-${slice.at}`}>
    <Icon name={slice.at} />
    <span className="hidden">{AT[slice.at]}: </span>
    <LinkButton
      label={`Show slice ${slice.id} ${slice.title}`}
      title={slice.title}
      onPress={() => page.show(slice.id)}
    >
      <span className="id">{slice.id}</span> {slice.title}
    </LinkButton>
  </h3>
);
