/** WebSocket for Witwire: server and Node client. @packageDocumentation */
export {};
