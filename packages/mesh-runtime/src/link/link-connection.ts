import {
  BULK_LANE,
  CONTROL_LANE,
  decodeLinkMessage,
  encodeFrame,
  encodeLinkMessage,
  FrameDecoder,
  type Hello,
  type LinkBody,
} from "@ows/protocol/mesh";
import type { ByteChannel } from "./byte-channel.ts";
import type { Link, LinkEnd, LinkEndReason, LinkLimits } from "./link.ts";

/** Messages that may wait for a handler to be set. */
const MAX_EARLY_MESSAGES = 256;

export interface HandshakeHandlers {
  /** Judges the peer's Hello, which is always its first message; a text refuses it. */
  readonly judge: (hello: Hello) => string | undefined;
  /** The link stands. Called at most once. */
  readonly onLink: (link: Link) => void;
  /** The link has ended, or never stood. Called once. */
  readonly onEnd: (end: LinkEnd) => void;
}

/** Frames, handshake and end of one channel. */
export class LinkConnection {
  readonly ended: Promise<LinkEnd>;
  readonly #channel: ByteChannel;
  readonly #limits: LinkLimits;
  readonly #handlers: HandshakeHandlers;
  readonly #decoder: FrameDecoder;
  readonly #early: LinkBody[] = [];
  readonly #earlyBulk: Uint8Array[] = [];
  readonly #handshakeTimer: NodeJS.Timeout;
  readonly #resolveEnded: (end: LinkEnd) => void;
  #peer: Hello | undefined;
  #onMessage: ((body: LinkBody) => void) | undefined;
  #onBulk: ((bytes: Uint8Array) => void) | undefined;
  #end: LinkEnd | undefined;

  constructor(channel: ByteChannel, limits: LinkLimits, handlers: HandshakeHandlers) {
    this.#channel = channel;
    this.#limits = limits;
    this.#handlers = handlers;
    this.#decoder = new FrameDecoder(limits.maxPayloadBytes);
    const { promise, resolve } = Promise.withResolvers<LinkEnd>();
    this.ended = promise;
    this.#resolveEnded = resolve;
    this.#handshakeTimer = setTimeout(
      () => this.#fail("handshake-timeout", `no Hello in ${limits.handshakeTimeoutMs} ms`),
      limits.handshakeTimeoutMs,
    );
    channel.attach({
      onBytes: (bytes) => this.#read(bytes),
      onClose: (why) => this.#finish("lost", why),
    });
  }

  get isOpen(): boolean {
    return this.#end === undefined && this.#peer !== undefined;
  }

  get unsentBytes(): number {
    return this.#channel.unsentBytes;
  }

  sendBulk(bytes: Uint8Array): boolean {
    if (this.#end !== undefined || this.#channel.unsentBytes > this.#limits.maxUnsentBeforeBulk) return false;
    this.#channel.write(encodeFrame(BULK_LANE, bytes));
    return true;
  }

  onBulk(handler: (bytes: Uint8Array) => void): void {
    this.#onBulk = handler;
    for (const bytes of this.#earlyBulk.splice(0)) handler(bytes);
  }

  send(body: LinkBody): boolean {
    if (this.#end !== undefined) return false;
    this.#channel.write(encodeFrame(CONTROL_LANE, encodeLinkMessage(body)));
    const { unsentBytes } = this.#channel;
    if (unsentBytes <= this.#limits.maxUnsentBytes) return true;
    this.#finish("slow-peer", `${unsentBytes} bytes wait to be read`);
    this.#channel.destroy();
    return false;
  }

  onMessage(handler: (body: LinkBody) => void): void {
    this.#onMessage = handler;
    for (const body of this.#early.splice(0)) handler(body);
  }

  /** Says goodbye, then ends. */
  close(end: LinkEndReason, code: string, reason: string): void {
    if (this.#end !== undefined) return;
    this.send({ $case: "goodbye", value: { code, reason } });
    this.#finish(end, reason);
    this.#channel.end();
  }

  #read(bytes: Uint8Array): void {
    if (this.#end !== undefined) return;
    const decoded = this.#decoder.push(bytes);
    if (!decoded.ok) {
      this.#fail(decoded.reason === "oversized" ? "oversized" : "garbage", decoded.detail);
      return;
    }
    for (const { lane, payload } of decoded.frames) {
      if (this.#end !== undefined) return;
      if (lane === BULK_LANE) {
        this.#receiveBulk(payload);
        continue;
      }
      const parsed = decodeLinkMessage(payload);
      if (!parsed.ok) {
        this.#fail("garbage", parsed.reason);
        return;
      }
      this.#receive(parsed.value);
    }
  }

  #receiveBulk(bytes: Uint8Array): void {
    if (this.#peer === undefined) this.#fail("garbage", "bulk bytes before hello");
    else if (this.#onBulk !== undefined) this.#onBulk(bytes);
    else if (this.#earlyBulk.push(bytes.slice()) > MAX_EARLY_MESSAGES) {
      this.#fail("garbage", `${MAX_EARLY_MESSAGES} bulk messages before anybody listened`);
    }
  }

  #receive(body: LinkBody): void {
    if (body.$case === "goodbye") {
      this.#finish(this.#peer === undefined ? "refused" : "goodbye", body.value.reason, body.value.code);
      this.#channel.end();
    } else if (this.#peer === undefined) {
      this.#greet(body);
    } else if (body.$case === "ping") {
      this.send({ $case: "pong", value: body.value });
    } else if (this.#onMessage !== undefined) {
      this.#onMessage(body);
    } else if (this.#early.push(body) > MAX_EARLY_MESSAGES) {
      this.#fail("garbage", `${MAX_EARLY_MESSAGES} messages before anybody listened`);
    }
  }

  #greet(body: LinkBody): void {
    if (body.$case !== "hello") {
      this.#fail("garbage", `${body.$case} before hello`);
      return;
    }
    const refusal = this.#handlers.judge(body.value);
    if (refusal !== undefined) {
      this.close("refused", "refused", refusal);
      return;
    }
    clearTimeout(this.#handshakeTimer);
    this.#peer = body.value;
    this.#handlers.onLink(this.#linkTo(body.value));
  }

  #linkTo(peer: Hello): Link {
    const connection = this;
    return {
      peer,
      kind: this.#channel.kind,
      get isOpen() {
        return connection.isOpen;
      },
      ended: this.ended,
      send: (body) => this.send(body),
      onMessage: (handler) => this.onMessage(handler),
      sendBulk: (bytes) => this.sendBulk(bytes),
      onBulk: (handler) => this.onBulk(handler),
      get unsentBytes() {
        return connection.unsentBytes;
      },
      close: (code, reason) => this.close("closed", code, reason),
    };
  }

  /** The peer broke the rules: it hears why, in case it is only another version of us. */
  #fail(reason: LinkEndReason, detail: string): void {
    this.close(reason, "protocol", detail);
  }

  #finish(reason: LinkEndReason, detail: string, code = ""): void {
    if (this.#end !== undefined) return;
    clearTimeout(this.#handshakeTimer);
    this.#end = { reason, detail, code };
    this.#resolveEnded(this.#end);
    this.#handlers.onEnd(this.#end);
  }
}
