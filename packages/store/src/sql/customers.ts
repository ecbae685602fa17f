import type { Insertable } from "kysely";
import type {
  AddCustomerResult,
  BareCustomer,
  CustomerRecord,
  CustomerRepository,
  NewCustomer,
} from "../ports/customers.ts";
import type { CustomerGuid } from "../ports/ids.ts";
import type { OwsDatabase, Row } from "../schema/schema.ts";
import { readTimeOrNull, type ValueCodec } from "../schema/values.ts";
import { type Db, dbNow, type SqlContext } from "./context.ts";
import { seedCustomer } from "./customer-seed.ts";

export function createCustomerRepository(context: SqlContext): CustomerRepository {
  const { db, platform } = context;
  return {
    async exists(customerGuid) {
      return (await findCustomer(db, customerGuid)) !== undefined;
    },
    async get(customerGuid) {
      const row = await findCustomer(db, customerGuid);
      return row === undefined ? null : customerRecord(platform.values, row);
    },
    addNewCustomer: (customer) => db.transaction().execute((trx) => addNewCustomer(context, trx, customer)),
    ensure: (customer) => db.transaction().execute((trx) => ensure(context, trx, customer)),
  };
}

function findCustomer(db: Db, customerGuid: string): Promise<Row<"Customers"> | undefined> {
  return db.selectFrom("Customers").selectAll().where("CustomerGUID", "=", customerGuid).executeTakeFirst();
}

async function addNewCustomer(context: SqlContext, trx: Db, customer: NewCustomer): Promise<AddCustomerResult> {
  const customerGuid = (customer.customerGuid ?? context.newGuid()).toLowerCase();
  if ((await findCustomer(trx, customerGuid)) !== undefined) return { kind: "duplicate-customer", customerGuid };
  await insertCustomer(context, trx, {
    CustomerGUID: customerGuid,
    CustomerName: customer.customerName,
    CustomerEmail: customer.email,
    EnableDebugLogging: context.platform.values.bool(true),
  });
  const userGuid = context.newGuid();
  await trx
    .insertInto("Users")
    .values({
      UserGUID: userGuid,
      CustomerGUID: customerGuid,
      FirstName: customer.firstName,
      LastName: customer.lastName,
      Email: customer.email,
      PasswordHash: customer.passwordHash,
      Role: "Developer",
      CreateDate: dbNow(context),
      LastAccess: dbNow(context),
    })
    .execute();
  await seedCustomer(context, trx, { customerGuid, userGuid });
  return { kind: "added", customerGuid, userGuid };
}

async function ensure(
  context: SqlContext,
  trx: Db,
  customer: BareCustomer,
): Promise<{ readonly kind: "added" | "exists" }> {
  if ((await findCustomer(trx, customer.customerGuid)) !== undefined) return { kind: "exists" };
  await insertCustomer(context, trx, {
    CustomerGUID: customer.customerGuid.toLowerCase(),
    CustomerName: customer.customerName,
    CustomerEmail: customer.customerEmail,
  });
  return { kind: "added" };
}

/** The tenant and its world settings: the world begins now. */
async function insertCustomer(
  context: SqlContext,
  trx: Db,
  row: Insertable<OwsDatabase["Customers"]> & { readonly CustomerGUID: CustomerGuid },
): Promise<void> {
  await trx
    .insertInto("Customers")
    .values({ ...row, CustomerPhone: "", CustomerNotes: "", CreateDate: dbNow(context) })
    .execute();
  const StartTime = Math.floor(context.now() / 1000);
  await trx.insertInto("WorldSettings").values({ CustomerGUID: row.CustomerGUID, StartTime }).execute();
}

function customerRecord(values: ValueCodec, row: Row<"Customers">): CustomerRecord {
  return {
    customerGuid: row.CustomerGUID,
    customerName: row.CustomerName,
    customerEmail: row.CustomerEmail,
    customerPhone: row.CustomerPhone,
    customerNotes: row.CustomerNotes,
    enableDebugLogging: values.readBool(row.EnableDebugLogging),
    enableAutoLoopBack: values.readBool(row.EnableAutoLoopBack),
    developerPaid: values.readBool(row.DeveloperPaid),
    publisherPaidDate: readTimeOrNull(values, row.PublisherPaidDate),
    stripeCustomerId: row.StripeCustomerID,
    freeTrialStarted: readTimeOrNull(values, row.FreeTrialStarted),
    supportUnicode: values.readBool(row.SupportUnicode),
    createDate: values.readTime(row.CreateDate),
    noPortForwarding: values.readBool(row.NoPortForwarding),
  };
}
