/** What our other packages share with this one. It changes without notice. @packageDocumentation */
export { describeCertificate } from "./tls/peer-identity.ts";
export { explainTlsFailure } from "./tls/tls-failure.ts";
export { authoritiesOf, keyPairOf, TLS_PROTOCOLS } from "./tls/tls-options.ts";
