import { compile } from "./index.ts";
import { resourceLinkCompliance } from "./testing/compliance/resource-links.ts";
import { resourceMisuseCompliance } from "./testing/compliance/resource-misuse.ts";
import { resourceCompliance } from "./testing/compliance/resources.ts";

resourceCompliance({ compile });
resourceLinkCompliance({ compile });
resourceMisuseCompliance({ compile });
