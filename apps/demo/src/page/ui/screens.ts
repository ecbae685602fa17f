import { nameMistake } from "../player-account.ts";
import { button, element, setText } from "./dom.ts";

export type SignIn = { readonly name: string; readonly zone: string | undefined };

/** The panel in front of the world: one name, one button. */
export function signInScreen(options: {
  readonly name: string;
  /** Why the last attempt did not work. */
  readonly problem: string | undefined;
  readonly onEnter: (signIn: SignIn) => void;
}): HTMLElement {
  const input = element("input");
  input.type = "text";
  input.id = "name";
  input.value = options.name;
  input.maxLength = 24;
  input.autocomplete = "off";
  input.spellcheck = false;
  const hint = element("div", "hint");
  hint.id = "name-hint";
  input.setAttribute("aria-describedby", hint.id);
  const enter = element("button", "primary", ["Enter the meadow"]);
  enter.type = "submit";
  const cellar = button("The cellar", "", () => go("Cellar"));
  const label = element("label", "", ["Your name"]);
  label.htmlFor = input.id;
  const form = element("form", "card glass", [
    element("h1", "", ["The Meadow"]),
    element("p", "", ["A small world with slimes in it. Everybody you meet is really there – or a bot."]),
    label,
    input,
    hint,
    element("div", "row", [enter, cellar]),
    keysHint(),
  ]);
  const check = () => {
    const mistake = nameMistake(input.value);
    hint.classList.toggle("wrong", mistake !== undefined);
    setText(hint, mistake ?? "At least 4 letters or digits.");
    enter.disabled = mistake !== undefined;
    cellar.disabled = mistake !== undefined;
  };
  const go = (zone: string | undefined) => {
    if (nameMistake(input.value) === undefined) options.onEnter({ name: input.value, zone });
  };
  input.addEventListener("input", check);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go(undefined);
  });
  check();
  if (options.problem !== undefined) {
    hint.classList.add("wrong");
    setText(hint, options.problem);
  }
  queueMicrotask(() => enter.focus());
  return element("div", "screen sign-in", [form]);
}

function keysHint(): HTMLElement {
  const kbd = (key: string) => element("kbd", "", [key]);
  const isTouch = matchMedia("(pointer: coarse)").matches;
  if (isTouch) return element("p", "keys", ["Drag anywhere to walk, tap the red button to hit."]);
  return element("p", "keys", [
    kbd("W"),
    " ",
    kbd("A"),
    " ",
    kbd("S"),
    " ",
    kbd("D"),
    " or arrows to walk, ",
    kbd("Space"),
    " or click to hit, ",
    kbd("Enter"),
    " to talk, ",
    kbd("B"),
    " for whose ground it is.",
  ]);
}

/** A message with what can be done about it. */
export function messageScreen(options: {
  readonly title: string;
  readonly text: string;
  readonly isBusy?: boolean;
  readonly actions: readonly { readonly label: string; readonly isMain?: boolean; readonly run: () => void }[];
}): HTMLElement {
  const actions = options.actions.map(({ label, isMain, run }) => button(label, isMain ? "primary" : "", run));
  const text = element("p", "message", [options.text]);
  text.setAttribute("role", "status");
  const card = element("div", "card glass", [
    ...(options.isBusy ? [element("div", "spinner")] : []),
    element("h2", "", [options.title]),
    text,
    element("div", "row", actions),
  ]);
  queueMicrotask(() => actions[0]?.focus());
  return element("div", "screen", [card]);
}
