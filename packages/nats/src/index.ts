/** wRPC over NATS. @packageDocumentation */
/** For the option `nats.authenticator`: a file of credentials, and the seed of an NKEY. */
export { credsAuthenticator, nkeyAuthenticator } from "@nats-io/transport-node";
export { formatNatsAddress, type NatsAddress, parseNatsAddress } from "./address.ts";
export { connect, type NatsConnectOptions } from "./connect.ts";
export type { NatsLink, NatsLinkState } from "./link.ts";
export { listen, type NatsListener, type NatsListenOptions } from "./listen.ts";
export type { NatsOptions } from "./nats-broker.ts";
export { createNatsLink, type NatsLinkOptions } from "./open-link.ts";
