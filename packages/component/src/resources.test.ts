import { compile } from "./index.ts";
import { resourceCompliance } from "./testing/compliance/resources.ts";

resourceCompliance({ compile });
