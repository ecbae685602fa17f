import type { Component } from "./component.ts";
import { type Field, type FieldValue, fitField } from "./field.ts";

type Column = Float64Array | FieldValue[];

/** The values of one component for every slot of a store, one column per field, and how often each slot changed. */
export class ComponentColumns {
  readonly component: Component;
  readonly #columns: Record<string, Column> = {};
  #versions: Uint32Array;

  constructor(component: Component, capacity: number) {
    this.component = component;
    this.#versions = new Uint32Array(capacity);
    for (const [name, field] of Object.entries(component.fields)) this.#columns[name] = newColumn(field, capacity);
  }

  grow(capacity: number): void {
    this.#versions = grown(this.#versions, new Uint32Array(capacity));
    for (const [name, field] of Object.entries(this.component.fields)) {
      const old = this.#columns[name] as Column;
      const column = newColumn(field, capacity);
      for (let i = 0; i < old.length; i++) column[i] = old[i] as never;
      this.#columns[name] = column;
    }
  }

  /** Back to the initial values, for a slot that is used anew. */
  clear(slot: number): void {
    for (const [name, field] of Object.entries(this.component.fields)) {
      (this.#columns[name] as Column)[slot] = (field.kind === "bool" ? 0 : field.initial) as never;
    }
    this.#versions[slot] = (this.#versions[slot] as number) + 1;
  }

  get(name: string, slot: number): FieldValue {
    const raw = (this.#columns[name] as Column)[slot] as FieldValue;
    return this.component.fields[name]?.kind === "bool" ? raw !== 0 : raw;
  }

  /** Stores what fits the field; the version grows only when the value is another one. */
  set(name: string, slot: number, value: FieldValue): void {
    const fitted = fitField(this.component.fields[name] as Field, value);
    const raw = typeof fitted === "boolean" ? Number(fitted) : fitted;
    const column = this.#columns[name] as Column;
    if (column[slot] === raw) return;
    column[slot] = raw as never;
    this.#versions[slot] = (this.#versions[slot] as number) + 1;
  }

  version(slot: number): number {
    return this.#versions[slot] as number;
  }

  /** A class whose instances read and write one slot by field name: `view.now`. `guard` throws when it may not write. */
  viewClass(): ComponentViewClass {
    const columns = this;
    class View {
      readonly #slot: number;
      readonly #guard: () => void;
      constructor(slot: number, guard: () => void) {
        this.#slot = slot;
        this.#guard = guard;
      }
      static read(view: View, name: string): FieldValue {
        return columns.get(name, view.#slot);
      }
      static write(view: View, name: string, value: FieldValue): void {
        view.#guard();
        columns.set(name, view.#slot, value);
      }
    }
    for (const name of Object.keys(this.component.fields)) {
      Object.defineProperty(View.prototype, name, {
        enumerable: true,
        get(this: View) {
          return View.read(this, name);
        },
        set(this: View, value: FieldValue) {
          View.write(this, name, value);
        },
      });
    }
    return View;
  }
}

export type ComponentViewClass = new (slot: number, guard: () => void) => object;

function newColumn(field: Field, capacity: number): Column {
  return field.kind === "text" ? new Array<FieldValue>(capacity).fill("") : new Float64Array(capacity);
}

/** Copies an old typed array into a larger one. */
export function grown<T extends { set(from: T): void }>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
