/** What hello.wit gives to the client, as componentize-qjs shows it to JavaScript. */
declare module "wrpc-examples:hello/handler" {
  const handler: { hello(): string };
  export default handler;
}

declare module "wasi:cli/stdout@0.2.0" {
  const stdout: { getStdout(): { blockingWriteAndFlush(contents: Uint8Array): void } };
  export default stdout;
}
