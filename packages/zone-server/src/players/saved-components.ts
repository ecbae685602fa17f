import { type EntityClass, type EntityStore, type Field, type FieldValue, fitField } from "@ows/game";

type Values = Readonly<Record<string, Readonly<Record<string, FieldValue>>>>;

/** The saved components of an entity, as plain data by name. */
export function savedComponents(store: EntityStore, slot: number): Values {
  const entityClass = store.classes[store.classIndex[slot] as number] as EntityClass;
  const saved: Record<string, Record<string, FieldValue>> = {};
  for (const [name, component] of Object.entries(entityClass.components)) {
    if (!component.saved) continue;
    const values = store.componentValues(slot, name);
    saved[name] = Object.fromEntries(
      Object.entries(component.fields).map(([field, { initial }]) => [field, values[field] ?? initial]),
    );
  }
  return saved;
}

/** Reads saved components from custom data: what does not fit the class any more is left out. */
export function readSavedComponents(
  entityClass: EntityClass,
  customData: readonly { readonly customFieldName: string; readonly fieldValue: string }[],
): Values {
  const saved: Record<string, Record<string, FieldValue>> = {};
  for (const { customFieldName, fieldValue } of customData) {
    const component = Object.hasOwn(entityClass.components, customFieldName)
      ? entityClass.components[customFieldName]
      : undefined;
    if (component === undefined || !component.saved) continue;
    const read = parseObject(fieldValue);
    if (read === undefined) continue;
    const values: Record<string, FieldValue> = {};
    for (const [name, field] of Object.entries(component.fields)) {
      const value = read[name];
      if (isValueOf(field, value)) values[name] = fitField(field, value);
    }
    saved[customFieldName] = values;
  }
  return saved;
}

function isValueOf(field: Field, value: unknown): value is FieldValue {
  if (field.kind === "bool") return typeof value === "boolean";
  if (field.kind === "text") return typeof value === "string";
  return typeof value === "number" && Number.isFinite(value);
}

function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
