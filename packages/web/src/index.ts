/** Witwire in browsers: WebSocket client, MessagePort and Worker, Web Streams. @packageDocumentation */
export {};
