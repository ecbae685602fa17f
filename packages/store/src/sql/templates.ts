import type { CustomerGuid, Transform } from "../ports/ids.ts";
import type { AddTemplateResult, NewClass, NewDefaultSet, TemplateRepository } from "../ports/templates.ts";
import { statColumns, transformColumns } from "./character-rows.ts";
import { zeroClassValues } from "./class-values.ts";
import type { Db, SqlContext } from "./context.ts";

export function createTemplateRepository({ db }: SqlContext): TemplateRepository {
  return {
    addClass: (customerGuid, newClass) => db.transaction().execute((trx) => addClass(trx, customerGuid, newClass)),
    addDefaultSet: (customerGuid, defaultSet) =>
      db.transaction().execute((trx) => addDefaultSet(trx, customerGuid, defaultSet)),
  };
}

async function addClass(trx: Db, CustomerGUID: CustomerGuid, newClass: NewClass): Promise<AddTemplateResult> {
  const existing = await trx
    .selectFrom("Class")
    .select("ClassID")
    .where("CustomerGUID", "=", CustomerGUID)
    .where("ClassName", "=", newClass.className)
    .executeTakeFirst();
  if (existing !== undefined) return { kind: "exists" };
  await trx
    .insertInto("Class")
    .values({
      ...zeroClassValues(),
      ...transformColumns(newClass),
      ...statColumns(newClass.stats ?? {}),
      CustomerGUID,
      ClassName: newClass.className,
      StartingMapName: newClass.startingZoneName,
      Description: "",
    })
    .execute();
  return { kind: "added" };
}

const ORIGIN: Transform = { x: 0, y: 0, z: 0, rx: 0, ry: 0, rz: 0 };

async function addDefaultSet(
  trx: Db,
  CustomerGUID: CustomerGuid,
  defaultSet: NewDefaultSet,
): Promise<AddTemplateResult> {
  const existing = await trx
    .selectFrom("DefaultCharacterValues")
    .select("DefaultCharacterValuesID")
    .where("CustomerGUID", "=", CustomerGUID)
    .where("DefaultSetName", "=", defaultSet.defaultSetName)
    .executeTakeFirst();
  if (existing !== undefined) return { kind: "exists" };
  const { x, y, z, rx, ry, rz } = { ...ORIGIN, ...defaultSet };
  const { DefaultCharacterValuesID } = await trx
    .insertInto("DefaultCharacterValues")
    .values({
      CustomerGUID,
      DefaultSetName: defaultSet.defaultSetName,
      StartingMapName: defaultSet.startingZoneName,
      ...{ X: x, Y: y, Z: z, RX: rx, RY: ry, RZ: rz },
    })
    .returning("DefaultCharacterValuesID")
    .executeTakeFirstOrThrow();
  const rows = (defaultSet.customData ?? []).map(({ customFieldName, fieldValue }) => ({
    CustomerGUID,
    DefaultCharacterValuesID,
    CustomFieldName: customFieldName,
    FieldValue: fieldValue,
  }));
  if (rows.length > 0) await trx.insertInto("DefaultCustomCharacterData").values(rows).execute();
  return { kind: "added" };
}
