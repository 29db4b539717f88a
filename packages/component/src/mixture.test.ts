import { compile } from "./index.ts";
import { mixtureCompliance } from "./testing/compliance/mixture.ts";

mixtureCompliance({ compile });
