import { compile } from "./index.ts";
import { badInputCompliance } from "./testing/compliance/bad-input.ts";

badInputCompliance({ compile });
