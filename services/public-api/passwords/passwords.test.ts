import { expect, test } from "vitest";
import { hashPassword } from "./argon2id.ts";
import { isMd5Crypt, md5Crypt, verifyMd5Crypt } from "./md5-crypt.ts";
import { PASSWORD_LIMIT, passwordsWithin } from "./passwords.ts";
import { WorkLimit } from "./work-limit.ts";

/** Password, salt, hash; made with OpenSSL. */
const known = [
  ["secret", "abcdefgh", "$1$abcdefgh$cHJi5PXp/ki/ktXzqlk6I1"],
  ["password", "xy", "$1$xy$GSi9DZ/itmn9/ge6aijPn/"],
  ["", "12345678", "$1$12345678$xek.CpjQUVgdf/P2N9KQf/"],
  ["a longer passphrase than sixteen bytes", "./09AZaz", "$1$./09AZaz$fEm4MtSKZs0iKljXml2y30"],
  ["Grüße123", "saltsalt", "$1$saltsalt$2Lq2v0rhFNtOmt44Bfzk6/"],
  ["0123456789abcdef0123456789abcdef0", "deadbeef", "$1$deadbeef$aGrtACG1XWG8oAG2on.QC1"],
] as const;

test.each(known)("MD5-crypt of %j with salt %j is what OpenSSL makes of it", (password, salt, hash) => {
  expect(md5Crypt(password, salt)).toBe(hash);
  expect(verifyMd5Crypt(hash, password)).toBe(true);
  expect(verifyMd5Crypt(hash, `${password}x`)).toBe(false);
});

test("other kinds of hash are not MD5-crypt", async () => {
  for (const stored of ["", "$1$", "$1$abcdefgh$tooShort", await hashPassword("x"), "ab1cdEfGhIj2k"]) {
    expect(isMd5Crypt(stored)).toBe(false);
    expect(verifyMd5Crypt(stored, "x")).toBe(false);
  }
});

const decoy = await hashPassword("nobody's password");
const passwords = passwordsWithin(new WorkLimit(2, 8), decoy);

test("a hash is Argon2id, salted, and fits its column", async () => {
  const [first, second] = await Promise.all([passwords.hash("same"), passwords.hash("same")]);
  expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(first).not.toBe(second);
  expect(first.length).toBeLessThanOrEqual(128);
  expect(await passwords.check(first, "same")).toEqual({ kind: "right" });
  expect(await passwords.check(first, "Same")).toEqual({ kind: "wrong" });
});

test("a right password with a weak hash comes with a better one", async () => {
  const verdict = await passwords.check("$1$abcdefgh$cHJi5PXp/ki/ktXzqlk6I1", "secret");
  expect(verdict.kind).toBe("right-but-weak");
  if (verdict.kind === "right-but-weak")
    expect(await passwords.check(verdict.betterHash, "secret")).toEqual({ kind: "right" });
});

test("an unknown user is wrong even with the decoy's password", async () => {
  expect(await passwords.check(undefined, "nobody's password")).toEqual({ kind: "wrong" });
});

test("hashes of other systems and endless passwords are wrong, not errors", async () => {
  expect(await passwords.check("ab1cdEfGhIj2k", "secret")).toEqual({ kind: "wrong" });
  expect(await passwords.check(decoy, "x".repeat(PASSWORD_LIMIT + 1))).toEqual({ kind: "wrong" });
});

test("the work limit runs so many, queues so many, and refuses the rest", async () => {
  const limit = new WorkLimit(2, 2);
  const releases: (() => void)[] = [];
  const task = () => limit.run(() => new Promise<void>((resolve) => releases.push(resolve)));
  const admitted = [task(), task(), task(), task()];
  await expect(task()).rejects.toMatchObject({ code: "busy" });
  expect(releases).toHaveLength(2);
  while (releases.length > 0) {
    releases.shift()?.();
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(admitted);
  await limit.run(async () => undefined);
});

test("a failing task gives its place back", async () => {
  const limit = new WorkLimit(1, 0);
  await expect(limit.run(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await limit.run(async () => "next")).toBe("next");
});
