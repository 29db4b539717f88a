import { compile } from "./index.ts";
import { concurrencyCompliance } from "./testing/compliance/concurrency.ts";

concurrencyCompliance({ compile });
