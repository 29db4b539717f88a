/** `witwire:health`: whether a server can be called. @packageDocumentation */
export { type HealthClient, type HealthHandler, health, type Status } from "./generated/witwire/health/health.ts";
