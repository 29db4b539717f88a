// The world `server` of hello.wit.
export const handler: { hello(): string } = {
  hello: () => "hello from a component in TypeScript",
};
