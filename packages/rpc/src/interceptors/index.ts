/** Interceptors for clients and servers: logging, authentication, retry, rate limit. @packageDocumentation */

export type { CallChanges, FunctionContract, InterceptedCall, Interceptor } from "../interception/interceptor.ts";
export type { AuthenticateOptions, Authentication } from "./authentication.ts";
export { authenticate } from "./authentication.ts";
export { bearerToken } from "./bearer-token.ts";
// For those who write their own.
export { pauseCall, withinCall } from "./call-time.ts";
export { fixedTokens } from "./fixed-tokens.ts";
export type { FunctionMatcher } from "./function-matcher.ts";
export type { CallRecord, LoggingOptions } from "./logging.ts";
export { formatCallRecord, logging } from "./logging.ts";
export type { RateLimitOptions } from "./rate-limit.ts";
export { rateLimit } from "./rate-limit.ts";
export type { RetryOptions } from "./retry.ts";
export { retry } from "./retry.ts";
export type { RetryBackoff } from "./retry-delay.ts";
