import { compile } from "./index.ts";
import { allocationCompliance } from "./testing/compliance/allocation.ts";

allocationCompliance({ compile });
