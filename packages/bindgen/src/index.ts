/** TypeScript from WIT. @packageDocumentation */
export { type GeneratedFile, type GenerateOptions, generateTypeScript } from "./generate.ts";
