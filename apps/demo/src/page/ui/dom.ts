type Children = readonly (Node | string)[];

/** An element with a class and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = "",
  children: Children = [],
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className !== "") made.className = className;
  made.append(...children);
  return made;
}

export function button(label: string, className: string, onClick: () => void): HTMLButtonElement {
  const made = element("button", className, [label]);
  made.type = "button";
  made.addEventListener("click", onClick);
  return made;
}

/** Sets text only when it is another one: the browser lays out less. */
export function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
