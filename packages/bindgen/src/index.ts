/** TypeScript from WIT. @packageDocumentation */
export { type GeneratedFile, type GenerateOptions, generateTypeScript } from "./generate.ts";
export { generatedMark } from "./text/source-file.ts";
