/** `witwire:reflection`: what a server serves, told by itself. @packageDocumentation */
export {
  type Instance,
  type ReflectionClient,
  type ReflectionErrors,
  type ReflectionHandler,
  type Refusal,
  reflection,
  type ServerInfo,
} from "./generated/witwire/reflection/reflection.ts";
