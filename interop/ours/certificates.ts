import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Certificate, makeCertificate } from "../../packages/node/src/testing/certificate.ts";

/** Vouches for the servers of both sides. */
export const authority: Certificate = makeCertificate({ subject: "authority" });

/** What the servers of both sides show. */
export const certificate: Certificate = makeCertificate({
  subject: "server",
  names: ["localhost", "::1"],
  issuer: authority,
});

/** Lets peers that are started from now on find them, in a folder. */
export async function writeCertificates(folder: string): Promise<void> {
  await writeFile(join(folder, "authority.pem"), authority.cert);
  await writeFile(join(folder, "server.pem"), certificate.cert);
  await writeFile(join(folder, "server.key"), certificate.key);
  process.env.WITWIRE_INTEROP_TLS = folder;
}
