/** wRPC over QUIC. @packageDocumentation */
export { formatQuicAddress, parseQuicAddress, type QuicAddress } from "./address.ts";
export { connectQuic, type QuicConnectOptions } from "./connect.ts";
export { listenQuic, type QuicListener, type QuicListenOptions } from "./listen.ts";
