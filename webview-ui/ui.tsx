/**
 * The only importer of the toolkit. Our own props around its controls, with what it gets wrong put right: drop-downs are
 * named by `aria-label` (a `label for` does not reach them), values are set after their options, controls fill their
 * width. React 19 speaks to custom elements itself, so only the four elements we use are bundled.
 */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextField,
} from "@vscode/webview-ui-toolkit";
import { type DetailedHTMLProps, type HTMLAttributes, type ReactNode, useEffect, useRef } from "react";

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeDropdown(), vsCodeOption(), vsCodeTextField());

/** The element as the toolkit makes it: `value` is a property. */
type Valued = HTMLElement & { value: string };
type Props<E extends HTMLElement, P> = DetailedHTMLProps<HTMLAttributes<E>, E> & P;

declare module "react" {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- how React lets custom elements be declared
  namespace JSX {
    interface IntrinsicElements {
      "vscode-button": Props<HTMLElement, { appearance: "primary" | "secondary"; disabled?: boolean }>;
      "vscode-dropdown": Props<Valued, object>;
      "vscode-option": Props<Valued, { value: string; selected: boolean }>;
      "vscode-text-field": Props<Valued, { value: string; placeholder: string }>;
    }
  }
}

type ButtonProps = {
  children: ReactNode;
  onPress: () => void;
  /** For screen readers, where the words on the button do not say which slice is meant. */
  label?: string;
  title?: string;
};

export const PrimaryButton = ({ children, onPress, label, title, off }: ButtonProps & { off?: boolean }) => (
  <vscode-button appearance="primary" aria-label={label} title={title} disabled={off} onClick={onPress}>
    {children}
  </vscode-button>
);

export const Button = ({ children, onPress, label, title }: ButtonProps) => (
  <vscode-button appearance="secondary" aria-label={label} title={title} onClick={onPress}>
    {children}
  </vscode-button>
);

/** Looks like a link and is a button: it changes something here or opens something in the editor. */
export const LinkButton = ({ children, onPress, label, title }: ButtonProps) => (
  <button type="button" className="link" aria-label={label} title={title} onClick={onPress}>
    {children}
  </button>
);

export const IconButton = ({ children, onPress, label }: ButtonProps & { label: string }) => (
  <button type="button" className="icon-button" aria-label={label} title={label} onClick={onPress}>
    {children}
  </button>
);

export type Option = { value: string; text: string };
type SelectProps = {
  label: string;
  value: string;
  options: readonly Option[];
  onPick: (value: string) => void;
};

export function Select({ label, value, options, onPick }: SelectProps) {
  const element = useRef<Valued>(null);
  const values = options.map((option) => option.value).join("\n");
  useEffect(() => {
    // The drop-down learns of its options one frame after they were drawn; before that it would refuse the value.
    const soon = requestAnimationFrame(() => {
      if (element.current && element.current.value !== value) element.current.value = value;
    });
    return () => cancelAnimationFrame(soon);
  }, [value, values]);
  const pick = (picked: string | undefined) => {
    if (picked && picked !== value) onPick(picked);
  };
  return (
    <span className="field">
      <span className="field-label" aria-hidden="true">
        {label}
      </span>
      <vscode-dropdown ref={element} aria-label={label} onChange={() => pick(element.current?.value)}>
        {options.map((option) => (
          <vscode-option key={option.value} value={option.value} selected={option.value === value}>
            {option.text}
          </vscode-option>
        ))}
      </vscode-dropdown>
    </span>
  );
}

type TextFieldProps = { label: string; value: string; onType: (value: string) => void };

export const TextField = ({ label, value, onType }: TextFieldProps) => (
  <vscode-text-field
    aria-label={label}
    placeholder={label}
    value={value}
    onInput={(event) => onType(event.currentTarget.value)}
  />
);

type TextAreaProps = {
  label: string;
  value: string;
  onType: (value: string) => void;
  /** Ctrl+Enter, or Cmd+Enter. */
  onSend: () => void;
  onEscape: () => void;
};

/** Takes the focus when it is drawn: it was asked for. */
export function TextArea({ label, value, onType, onSend, onEscape }: TextAreaProps) {
  const element = useRef<HTMLTextAreaElement>(null);
  useEffect(() => element.current?.focus(), []);
  return (
    <textarea
      ref={element}
      className="text-area"
      rows={4}
      aria-label={label}
      placeholder={label}
      value={value}
      onChange={(event) => onType(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Escape") onEscape();
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) onSend();
      }}
    />
  );
}
