import { compile } from "./index.ts";
import { suspensionCompliance } from "./testing/compliance/suspension.ts";

suspensionCompliance({ compile });
