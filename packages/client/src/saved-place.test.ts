import { expect, test } from "vitest";
import { type PlaceStorage, SavedPlace } from "./saved-place.ts";

function storageWith(text: string | null): PlaceStorage & { text: string | null } {
  return {
    text,
    getItem() {
      return this.text;
    },
    setItem(_key, value) {
      this.text = value;
    },
    removeItem() {
      this.text = null;
    },
  };
}

const resume = { url: "ws://127.0.0.1:1", token: "t" };

test("a place outlives the page in its storage", () => {
  const storage = storageWith(null);
  const place = new SavedPlace(storage, "k");
  place.update({ session: "s" });
  place.update({ resume });
  expect(new SavedPlace(storage, "k").current).toEqual({ session: "s", resume });
  place.clear();
  expect(storage.text).toBeNull();
});

test.each(["{", "null", "7", '{"session":7,"resume":{"url":1}}', "[]"])("%s is no place", (text) => {
  expect(new SavedPlace(storageWith(text), "k").current).toEqual({ session: undefined, resume: undefined });
});

test("a storage that refuses costs nothing now", () => {
  const refuse = () => {
    throw new Error("quota");
  };
  const place = new SavedPlace({ getItem: refuse, setItem: refuse, removeItem: refuse }, "k");
  place.update({ session: "s" });
  expect(place.current.session).toBe("s");
});
