import type { Endpoint, Harness } from "@witwire/rpc/compliance";
import { makeCertificate } from "../../../node/src/testing/certificate.ts";
import { formatQuicAddress, parseQuicAddress } from "../address.ts";
import { connectQuic } from "../connect.ts";
import { listenQuic } from "../listen.ts";
import { dialRaw, listenRaw } from "./raw-peer.ts";

const authority = makeCertificate({ subject: "authority" });
const certificate = makeCertificate({ subject: "server", names: ["localhost", "::1"], issuer: authority });

/** QUIC on the loopback interface, a stream per call. */
export const quic: Harness = quicHarness("plain");

/** A session over a QUIC stream. */
export const quicSession: Harness = quicHarness("session");

function quicHarness(protocol: "session" | "plain"): Harness {
  const endpoint = (port: number, close: () => Promise<void>): Endpoint => {
    const dialled: { close(): void }[] = [];
    const address = formatQuicAddress({ protocol, host: "::1", port });
    return {
      connect: (options) => connectQuic(address, { ...options, tls: { ca: authority.cert } }),
      dial: () => {
        const raw = dialRaw(port);
        dialled.push(raw);
        return raw.stream;
      },
      [Symbol.asyncDispose]: async () => {
        for (const raw of dialled) raw.close();
        await close();
      },
    };
  };
  return {
    name: "quic",
    session: protocol === "session",
    showsAborts: true,
    preservesWrites: false,
    opensSilently: false,
    serve: async (served) => {
      const listener = await listenQuic(served, "wrpc+quic://[::1]:0", { tls: certificate });
      return endpoint(parseQuicAddress(listener.address).port, () => listener.close());
    },
    acceptRaw: async (onStream) => {
      const { port, close } = await listenRaw(certificate, onStream);
      return endpoint(port, async () => close());
    },
  };
}
