import { compile } from "./index.ts";
import { quickJsCompliance } from "./testing/compliance/quickjs.ts";

quickJsCompliance({ compile });
