/** An exchange as both sides have to declare it: a broker refuses a second declaration that differs in anything. */
export interface ExchangeDeclaration {
  readonly exchange: string;
  readonly type: "direct";
  readonly durable: boolean;
  readonly autoDelete: boolean;
}

/** One kind of message: where it goes and how its body is written and read. */
export interface Topic<Message> extends ExchangeDeclaration {
  /** The launcher of this world server listens to it. */
  readonly routingKey: (worldServerId: number) => string;
  readonly encode: (message: Message) => Uint8Array;
  readonly decode: (body: Uint8Array) => DecodedMessage<Message>;
}

export type DecodedMessage<Message> =
  | { readonly ok: true; readonly message: Message }
  | { readonly ok: false; readonly reason: string };
