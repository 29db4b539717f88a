import { compile } from "./index.ts";
import { stringCompliance } from "./testing/compliance/strings.ts";

stringCompliance({ compile });
