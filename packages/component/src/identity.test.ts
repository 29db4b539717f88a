import { compile } from "./index.ts";
import { identityCompliance } from "./testing/compliance/identity.ts";

identityCompliance({ compile });
