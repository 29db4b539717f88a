import { compile } from "./index.ts";
import { failureCompliance } from "./testing/compliance/failures.ts";

failureCompliance({ compile });
