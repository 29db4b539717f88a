/** wRPC over NATS. @packageDocumentation */
export {};
