import { compile } from "./index.ts";
import { trapCompliance } from "./testing/compliance/traps.ts";

trapCompliance({ compile });
