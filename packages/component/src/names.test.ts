import { compile } from "./index.ts";
import { nameCompliance } from "./testing/compliance/names.ts";

nameCompliance({ compile });
