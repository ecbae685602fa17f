import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  decodeLinkMessage,
  encodeFrame,
  encodeLinkMessage,
  FrameDecoder,
  type LinkBody,
  refuseHello,
} from "./index.ts";

const { vectors } = JSON.parse(readFileSync(new URL("./vectors/link-frames.json", import.meta.url), "utf8")) as {
  vectors: { name: string; message: LinkBody; hex: string }[];
};
const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));

test("link frames are the golden bytes, both ways", () => {
  for (const { name, message, hex } of vectors) {
    expect(Buffer.from(encodeFrame(0, encodeLinkMessage(message))).toString("hex"), name).toBe(hex);
    const decoded = new FrameDecoder().push(bytesOf(hex));
    const payload = decoded.ok ? decoded.frames[0]?.payload : undefined;
    expect(decodeLinkMessage(payload ?? new Uint8Array()), name).toEqual({ ok: true, value: message });
  }
});

test("frames come out whole however the stream is cut", () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 50 })),
      fc.array(fc.integer({ min: 1, max: 20 })),
      (payloads, cuts) => {
        const stream = Buffer.concat(payloads.map((payload) => encodeFrame(1, payload)));
        const decoder = new FrameDecoder();
        const received: Uint8Array[] = [];
        for (let at = 0, i = 0; at < stream.length; i++) {
          const end = at + (cuts[i % Math.max(1, cuts.length)] ?? 7);
          const decoded = decoder.push(stream.subarray(at, end));
          if (decoded.ok) received.push(...decoded.frames.map((frame) => Uint8Array.from(frame.payload)));
          at = end;
        }
        expect(received).toEqual(payloads);
      },
    ),
  );
});

test("garbage, empty and oversized frames are refused for good", () => {
  const http = new FrameDecoder().push(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
  expect(http).toMatchObject({ ok: false, reason: "oversized" });
  expect(new FrameDecoder().push(new Uint8Array(4))).toMatchObject({ ok: false, reason: "empty" });
  expect(new FrameDecoder().push(new Uint8Array([1, 0, 0, 0, 9]))).toMatchObject({ ok: false, reason: "unknown-lane" });
  const decoder = new FrameDecoder(10);
  expect(decoder.push(encodeFrame(0, new Uint8Array(11)))).toEqual({
    ok: false,
    reason: "oversized",
    detail: "a frame of 11 bytes, at most 10 are allowed",
  });
  expect(decoder.push(encodeFrame(0, new Uint8Array(1)))).toMatchObject({ ok: false });
});

test("no payload makes the decoder of link messages throw", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => void decodeLinkMessage(bytes)),
    { numRuns: 2_000 },
  );
  // Field 8 (id block grant) with first = 2^63 - 1, which no JavaScript number holds.
  const hostile = bytesOf("420a08ffffffffffffffff7f");
  expect(decodeLinkMessage(hostile)).toMatchObject({ ok: false });
});

test("a hello of another protocol, role or without identity is refused with both sides named", () => {
  const hello = vectors[0]?.message.$case === "hello" ? vectors[0].message.value : undefined;
  expect(refuseHello(hello!, ["zone-server"])).toBeUndefined();
  expect(refuseHello({ ...hello!, protocolVersion: 2 }, ["zone-server"])).toBe("link protocol 2, this side speaks 1");
  expect(refuseHello(hello!, ["launcher"])).toBe('role "zone-server", expected launcher');
  expect(refuseHello({ ...hello!, incarnation: "" }, ["zone-server"])).toBe("no incarnation");
});
