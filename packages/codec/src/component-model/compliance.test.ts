import { codecCompliance } from "../compliance/codec-compliance.ts";
import { componentModelCodec } from "./codec.ts";

codecCompliance(componentModelCodec);
