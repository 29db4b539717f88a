import { sync } from "@witwire/wit/values";
import type { IoError } from "../io/io-error.ts";
import type { Scope } from "../scope.ts";
import { Fields } from "./fields.ts";
import { FutureIncomingResponse } from "./future-incoming-response.ts";
import { FutureTrailers } from "./future-trailers.ts";
import { IncomingBody } from "./incoming-body.ts";
import { IncomingRequest } from "./incoming-request.ts";
import { IncomingResponse } from "./incoming-response.ts";
import { OutgoingBody } from "./outgoing-body.ts";
import { type OutgoingHttpOptions, outgoingHandler } from "./outgoing-handler.ts";
import { OutgoingRequest } from "./outgoing-request.ts";
import { OutgoingResponse } from "./outgoing-response.ts";
import { RequestOptions } from "./request-options.ts";
import { ResponseOutparam } from "./response-outparam.ts";

/** What a guest may do over HTTP. */
export interface HttpOptions {
  /** Default: no requests. */
  readonly http?: OutgoingHttpOptions;
}

/**
 * `wasi:http/types` and `wasi:http/outgoing-handler`. For the other direction see `createHttpHandler`.
 *
 * @throws TypeError for permissions that are no patterns
 */
export function httpInterfaces(scope: Scope, { http = {} }: HttpOptions): Record<string, object> {
  // The bodies of what the guest makes belong to its instance.
  const requestClass = class extends OutgoingRequest {
    constructor(headers: Fields) {
      super(scope, headers);
    }
  };
  const responseClass = class extends OutgoingResponse {
    constructor(headers: Fields) {
      super(scope, headers);
    }
  };
  return {
    "wasi:http/types": {
      httpErrorCode: sync((error: IoError) => error.details.http),
      Fields,
      IncomingRequest,
      OutgoingRequest: requestClass,
      RequestOptions,
      ResponseOutparam,
      IncomingResponse,
      IncomingBody,
      FutureTrailers,
      OutgoingResponse: responseClass,
      OutgoingBody,
      FutureIncomingResponse,
    },
    "wasi:http/outgoing-handler": { handle: outgoingHandler(scope, http) },
  };
}
