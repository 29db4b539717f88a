import { compile } from "./index.ts";
import { memoryCompliance } from "./testing/compliance/memory.ts";

memoryCompliance({ compile });
